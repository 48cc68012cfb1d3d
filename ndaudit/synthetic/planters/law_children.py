"""Planters for children and their certificates (PRV)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.planters.registers import ENTRY

FILE = "file_no"
NO_DAY = pl.lit(None, pl.Date)


def _mothers(field: Field) -> pl.DataFrame:
    """Return the files on the mother's condition: a child or a certificate disturbs no other planter."""
    return field.frames["pension_file"].filter(pl.col("condition") == "mother")


def _children(field: Field, mothers: pl.DataFrame) -> pl.DataFrame:
    """Return the first child of each mother with the day her file was opened."""
    first = field.frames["child"].unique("person_id", keep="first", maintain_order=True)
    return first.join(mothers.select("person_id", "file_no", "opened_on"), on="person_id")


def _one_more(field: Field, mothers: pl.DataFrame, raised: bool | None, adopted: pl.Expr) -> None:
    """Add a child to each mother, its certificate in her file; nobody counted it."""
    born = _children(field, mothers).with_columns(
        child_id=pl.col("child_id") + "-Х",
        register_no=pl.col("register_no") + "Х",
        certificate_no=pl.col("certificate_no") + "Х",
        raised_to_six=pl.lit(raised, pl.Boolean),
        adopted_on=adopted,
    )
    field.add("child", born.drop("file_no", "opened_on"))
    paper = born.select(
        "person_id",
        "file_no",
        "child_id",
        document_id=pl.col("child_id"),
        number=pl.col("certificate_no"),
        kind=pl.lit("birth_certificate"),
        is_original=pl.lit(False),
        issued_on=pl.col("birth_date"),
        received_on=pl.col("opened_on"),
    )
    field.add("document", paper)
    outcome = "undetermined" if raised is None else "exception"
    field.list(born, "file_no", "child_id", outcome=outcome)
    if raised is not False:
        # A child raised changes how many there are; the register says what it said.
        field.take(born["person_id"].to_list())
        told = field.frames["register_entry"].join(born.select("person_id"), on="person_id", how="semi")
        field.list(told, *ENTRY, rule="REG-10", outcome=outcome)


def plant_prv_01(field: Field) -> None:
    """Too few certificates in the file; of too many children not recorded whether they were raised."""
    victims = field.pick(_mothers(field), by=FILE)
    papers = field.frames["document"].filter(
        (pl.col("kind") == "birth_certificate") & pl.col("person_id").is_in(victims["person_id"].implode())
    )
    lost = papers.filter(pl.col("document_id").cum_count().over("person_id") > 3)
    field.drop("document", "document_id", lost["document_id"])
    field.list(victims, "file_no")
    # Where the register called their papers complete.
    field.take(victims["person_id"].to_list())
    told = field.entries.join(victims.select("person_id"), on="person_id", how="semi")
    field.list(told, *ENTRY, rule="REG-05")
    # Before 2018-02-15 children added no months.
    silent = field.one(_mothers(field).filter(pl.col("opened_on") < date(2017, 12, 1)), FILE)
    field.take(silent["person_id"].to_list())
    children = field.frames["child"].join(
        silent.select("person_id", FILE), on="person_id", maintain_order="left"
    )
    open_ = children.filter(pl.col("child_id").cum_count().over("person_id") > 3)
    field.set("child", "child_id", open_["child_id"], raised_to_six=pl.lit(None, pl.Boolean))
    field.list(silent, FILE, outcome="undetermined")
    field.list(open_, FILE, "child_id", rule="PRV-02", outcome="undetermined")


def plant_prv_02(field: Field) -> None:
    """A child not raised; adopted on its third birthday; not recorded whether raised."""
    _one_more(field, field.pick(_mothers(field), by=FILE, least=1), raised=False, adopted=NO_DAY)
    # Before 2018-02-15 children added no months, so that one more changes nothing else.
    early = _mothers(field).filter(pl.col("opened_on") < date(2017, 12, 1))
    third = pl.col("birth_date").dt.offset_by("36mo")
    _one_more(field, field.pick(early, by=FILE, least=1), raised=True, adopted=third)
    # Whether a child adds months decides what another planter wrote: its sheets are left alone.
    alone = (pl.col("opened_on") < date(2017, 12, 1)) | field.is_free("person_id")
    silent = field.one(_mothers(field).filter(alone), FILE)
    field.take(silent["person_id"].to_list())
    _one_more(field, silent, raised=None, adopted=NO_DAY)


def plant_prv_04(field: Field) -> None:
    """An irregular certificate compared a day after the file was opened; never compared."""
    late, never = field.halves(_children(field, field.pick(_mothers(field), by=FILE)))
    irregular = pl.lit(True)
    opened = pl.col("person_id").replace_strict(late["person_id"], late["opened_on"], default=None)
    checked = opened.cast(pl.Date).dt.offset_by("1d")
    field.set(
        "child", "child_id", late["child_id"], certificate_irregular=irregular, registry_checked_on=checked
    )
    field.set(
        "child", "child_id", never["child_id"], certificate_irregular=irregular, registry_checked_on=NO_DAY
    )
    for part in (late, never):
        field.list(part, "file_no", "child_id")


def plant_prv_09(field: Field) -> None:
    """A second woman says she bore the child; a child with no number at all."""
    women = field.workers.filter(pl.col("sex") == "F").with_columns(claimant="person_id")
    women = field.pick(women, by="claimant")
    others = field.frames["child"].filter(~pl.col("person_id").is_in(_mothers(field)["person_id"].implode()))
    picked = field.pick(others.filter(pl.col("adopted_on").is_null()), by="child_id", least=women.height)
    doubles = picked.head(women.height).with_columns(
        child_id=pl.col("child_id") + "-Д",
        person_id=women["person_id"].head(picked.height),
        raised_to_six=pl.lit(False),
    )
    field.add("child", doubles)
    field.list(doubles, "register_no", national=True)
    silent = field.one(others, "child_id")
    nothing = pl.lit(None, pl.String)
    field.set("child", "child_id", silent["child_id"], register_no=nothing, certificate_no=nothing)
    named = silent.with_columns(identity=pl.format(f"{field.plan.code}/{{}}", "child_id"))
    field.list(named, "identity", outcome="undetermined", national=True)


def plant_prv_03(field: Field) -> None:
    """A month short of twenty years; half of them; months not recorded."""
    by = "determination_id"
    files = _mothers(field)["file_no"].implode()
    sheets = field.frames["determination"].filter(
        (pl.col("kind") == "initial") & pl.col("file_no").is_in(files)
    )
    # a rate another planter wrote stays as it is
    sheets = sheets.filter(field.is_free("person_id"))
    victims, silent = field.pick(sheets, by=FILE), field.one(sheets, FILE)
    for part in (victims, silent):
        field.take(part["person_id"].to_list())
    month, half = field.halves(victims)
    counted = pl.col("service_months_before_1995") + pl.col("bonus_months")
    base = pl.lit("0.450")
    for part, months in ((month, 239), (half, 120)):
        after = (months - counted).clip(lower_bound=0)
        field.set("determination", by, part[by], service_months_after_1995=after, rate=base)
        field.list(part, FILE)
        field.list(part, by, rule="DET-09")
    nothing = pl.lit(None, pl.Int64)
    field.set("determination", by, silent[by], service_months_after_1995=nothing)
    field.list(silent, FILE, outcome="undetermined")
    for rule in ("DET-09", "DET-10"):
        field.list(silent, by, rule=rule, outcome="undetermined")


def plant_prv_08(field: Field) -> None:
    """A girl of ten who bore a child; a birth five months after another; a child without birth date."""
    women = field.workers.filter(pl.col("sex") == "F")
    young, close = field.halves(field.pick(women))
    early = _born(young, pl.col("birth_date").dt.offset_by("10y"), "А")
    first = _born(close, pl.col("birth_date").dt.offset_by("25y"), "Б")
    second = _born(close, pl.col("birth_date").dt.offset_by("25y").dt.offset_by("5mo"), "В")
    # Plain workers may be few: the voluntary insured have no pension children count for either.
    free = field.frames["people"].filter((pl.col("kind") == "voluntary") & (pl.col("sex") == "F"))
    silent = _born(field.one(free.with_columns(bearer="person_id"), "bearer"), pl.lit(None, pl.Date), "Г")
    for rows in (early, first, second, silent):
        field.add("child", rows)
    for rows in (early, second):
        field.list(rows, "child_id")
    field.list(silent, "child_id", outcome="undetermined")


def _born(mothers: pl.DataFrame, day: pl.Expr, mark: str) -> pl.DataFrame:
    """Return a child of each mother, too young to have been raised, or known to somebody else only."""
    return mothers.select(
        "person_id",
        child_id=pl.format(f"{{}}-{mark}", "person_id"),
        birth_date=day,
        certificate_no=pl.format(f"{mark}{{}}", "person_id"),
        raised_to_six=pl.lit(value=False),
    )
