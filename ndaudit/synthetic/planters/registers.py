"""Planters for the register НД-1 (REG) and the recommendation sheet НД-2 (REC)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.field import Field

REGISTER = ("register_year", "office_code", "listed_under", "listed_name")
ENTRY = (*REGISTER, "person_id")
SHEET = ("office_code", "sheet_year", "sheet_no")


def listed_elsewhere(field: Field, entries: pl.DataFrame) -> str:
    """Deliver once more, as those of another office, the sheets of entries; return the office."""
    office = "65" if field.plan.code == "11" else "11"
    sheets = field.frames["register"].join(entries, on=list(REGISTER), how="semi", maintain_order="left")
    signed = pl.lit(value=True)
    copied = {"copies": pl.lit(2, pl.Int32), "office_head_signed": signed, "section_head_signed": signed}
    field.add("register", sheets.with_columns(office_code=pl.lit(office), **copied))
    return office


def plant_reg_01(field: Field) -> None:
    """Somebody whose right arises is left off the register; or is on that of another office."""
    victims = field.pick(field.entries)
    field.drop("register_entry", "person_id", victims["person_id"])
    field.list(victims, "register_year", "person_id")
    silent = field.one(field.frames["register_entry"])
    office = listed_elsewhere(field, silent)
    field.set("register_entry", "person_id", silent["person_id"], office_code=pl.lit(office))
    field.list(silent, "register_year", "person_id", outcome="undetermined")


def plant_reg_02(field: Field) -> None:
    """The date of the right is a day, or most of a year, off; not written at all."""
    day, months = field.halves(field.pick(field.entries))
    field.set(
        "register_entry", "person_id", day["person_id"], eligible_on=pl.col("eligible_on").dt.offset_by("1d")
    )
    field.set(
        "register_entry",
        "person_id",
        months["person_id"],
        eligible_on=pl.col("eligible_on").dt.offset_by("-7mo"),
    )
    for part in (day, months):
        field.list(part, *ENTRY)
    silent = field.one(field.entries)
    field.set("register_entry", "person_id", silent["person_id"], eligible_on=pl.lit(None, pl.Date))
    field.list(silent, *ENTRY, outcome="undetermined")
    field.list(silent, *ENTRY, rule="REG-03")


def plant_reg_04(field: Field) -> None:
    """Total service is a month or two years more than its parts; a part is missing."""
    month, years = field.halves(field.pick(field.entries))
    for part, more in ((month, 1), (years, 24)):
        field.set(
            "register_entry", "person_id", part["person_id"], service_months=pl.col("service_months") + more
        )
        field.list(part, *ENTRY)
    silent = field.one(field.entries)
    field.set(
        "register_entry", "person_id", silent["person_id"], service_months_before_1995=pl.lit(None, pl.Int64)
    )
    field.list(silent, *ENTRY, outcome="undetermined")
    field.list(silent, *ENTRY, rule="REG-03")
    field.list(silent, *ENTRY, rule="REG-05", outcome="undetermined")


def plant_reg_06(field: Field) -> None:
    """A register drawn up after its year began, by days or by months; its sheet missing from the export."""
    whole = (
        field.frames["register_entry"]
        .group_by(*REGISTER)
        .agg(
            good=(pl.col("papers") == "complete").all() & field.is_free("person_id").all(),
            person_id=pl.col("person_id").min(),
        )
        .sort(*REGISTER)
        .filter("good")
    )
    begun = whole.filter(pl.col("register_year") < 2026)
    for part, day in zip(field.halves(field.pick(begun)), ("5", "80"), strict=True):
        late = pl.date(pl.col("register_year"), 1, 1).dt.offset_by(f"{day}d")
        named = part.select(*REGISTER, hit=pl.lit(True))
        marked = field.frames["register"].join(named, on=list(REGISTER), how="left", maintain_order="left")
        field.frames["register"] = marked.with_columns(
            drawn_up_on=pl.when(pl.col("hit")).then(late).otherwise("drawn_up_on")
        ).drop("hit")
        hit = field.frames["register_entry"].join(named, on=list(REGISTER), how="semi")
        field.take(hit["person_id"].to_list())
        field.list(hit, *ENTRY)
    silent = field.one(whole)
    rows = field.frames["register_entry"].join(silent, on=list(REGISTER), how="semi", maintain_order="left")
    field.take(rows["person_id"].to_list())
    field.frames["register"] = field.frames["register"].join(
        silent, on=list(REGISTER), how="anti", maintain_order="left"
    )
    for rule in ("REG-02", "REG-05", "REG-06"):
        field.list(rows, *ENTRY, rule=rule, outcome="undetermined")


def plant_reg_09(field: Field) -> None:
    """Birth date or book number in the register differs from the person's; register number left out."""
    born, book = field.halves(field.pick(field.entries))
    field.set(
        "register_entry", "person_id", born["person_id"], birth_date=pl.col("birth_date").dt.offset_by("-1d")
    )
    field.set(
        "register_entry",
        "person_id",
        book["person_id"],
        book_no=pl.lit("НД") + pl.col("book_no").str.slice(3) + "7",
    )
    for part in (born, book):
        field.list(part, *ENTRY)
    silent = field.one(field.frames["register_entry"])
    field.set("register_entry", "person_id", silent["person_id"], register_no=pl.lit(None, pl.String))
    field.list(silent, *ENTRY, outcome="undetermined")
    field.list(silent, *ENTRY, rule="REG-03")


def _sheets(field: Field) -> pl.DataFrame:
    """Return sheets with the day the right of their person arises, rights of the past only."""
    rights = field.frames["people"].select("person_id", "right_on")
    sheets = field.frames["recommendation"].join(rights, on="person_id", maintain_order="left")
    return sheets.filter(pl.col("right_on") < date(2026, 1, 1))


def plant_rec_02(field: Field) -> None:
    """Handed over less than three months before the right, by days or most of it; its day not recorded."""
    for part, days in zip(field.halves(field.pick(_sheets(field))), (80, 10), strict=True):
        day = (
            pl.col("person_id")
            .replace_strict(part["person_id"], part["right_on"], default=None)
            .dt.offset_by(f"-{days}d")
        )
        field.set("recommendation", "person_id", part["person_id"], handed_over_on=day)
        field.list(part, *SHEET)
    silent = field.one(_sheets(field))
    field.set("register_entry", "person_id", silent["person_id"], eligible_on=pl.lit(None, pl.Date))
    for rule in ("REC-02", "REC-03"):
        field.list(silent, *SHEET, rule=rule, outcome="undetermined")
    entries = field.frames["register_entry"].filter(pl.col("person_id").is_in(silent["person_id"].implode()))
    for rule in ("REC-01", "REG-02"):
        field.list(entries, *ENTRY, rule=rule, outcome="undetermined")
    field.list(entries, *ENTRY, rule="REG-03")


def plant_rec_04(field: Field) -> None:
    """A signature is missing; nobody recorded whether the inspector signed."""
    section, head = field.halves(field.pick(_sheets(field)))
    field.set("recommendation", "person_id", section["person_id"], section_head_signed=pl.lit(False))
    field.set("recommendation", "person_id", head["person_id"], office_head_signed=pl.lit(False))
    for part in (section, head):
        field.list(part, *SHEET)
    silent = field.one(_sheets(field))
    field.set("recommendation", "person_id", silent["person_id"], inspector_signed=pl.lit(None, pl.Boolean))
    field.list(silent, *SHEET, outcome="undetermined")


def plant_rec_05(field: Field) -> None:
    """A paper brought the day after its last day; months late; never."""
    forms = field.parts(field.pick(_sheets(field), least=3), 3)
    for part, wait in zip(forms, ("1d", "4mo", ""), strict=True):
        day = part["bring_by"].dt.offset_by(wait) if wait else pl.Series([None] * part.height, dtype=pl.Date)
        brought = pl.col("person_id").replace_strict(part["person_id"], day, default=None)
        field.set("recommendation_item", "person_id", part["person_id"], brought_on=brought)
        items = field.frames["recommendation_item"]
        field.list(items.filter(pl.col("person_id").is_in(part["person_id"].implode())), *SHEET, "line")


def plant_rec_06(field: Field) -> None:
    """A sheet without a number; two sheets of one year with the same number."""
    # first: the pairs may leave no sheet
    silent = field.one(_sheets(field))
    nothing = pl.lit(None, pl.String)
    for table in ("recommendation", "recommendation_item"):
        field.set(table, "person_id", silent["person_id"], sheet_no=nothing)
    unnumbered = silent.with_columns(sheet_no=nothing)
    for rule in ("REC-03", "REC-06"):
        field.list(unnumbered, *SHEET, rule=rule, outcome="undetermined")
    free = field.frames["recommendation"].filter(field.is_free("person_id"))
    pairs = (
        free.filter(pl.len().over("sheet_year") >= 2)
        .sort("sheet_year", "sheet_no")
        .group_by("sheet_year", maintain_order=True)
        .head(2)
    )
    years = field.pick(pairs.select("sheet_year").unique(maintain_order=True), by="sheet_year", least=1)[
        "sheet_year"
    ]
    for year in years.to_list():
        first, second = pairs.filter(pl.col("sheet_year") == year).rows(named=True)
        field.take([first["person_id"], second["person_id"]])
        both = pl.Series([second["person_id"]])
        field.set("recommendation", "person_id", both, sheet_no=pl.lit(first["sheet_no"]))
        field.set(
            "recommendation_item",
            "person_id",
            both,
            sheet_no=pl.lit(first["sheet_no"]),
            line=pl.col("line") + 1,
        )
        field.list(pl.DataFrame([first]).select("office_code", "sheet_year", "sheet_no"), *SHEET)
