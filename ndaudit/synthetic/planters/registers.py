"""Planters for the register НД-1 (REG) and the recommendation sheet НД-2 (REC)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.field import Field

ENTRY = ("register_year", "office_code", "listed_under", "listed_name", "person_id")
SHEET = ("office_code", "sheet_year", "sheet_no")


def plant_reg_01(field: Field) -> None:
    """Somebody whose right arises is left off the register."""
    victims = field.pick(field.entries)
    field.drop("register_entry", "person_id", victims["person_id"])
    field.list(victims, "register_year", "person_id")


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
    """A register drawn up after its year began, by days or by months."""
    sheet = ("register_year", "office_code", "listed_under", "listed_name")
    whole = (
        field.frames["register_entry"]
        .group_by(*sheet)
        .agg(
            good=(pl.col("papers") == "complete").all() & field.is_free("person_id").all(),
            person_id=pl.col("person_id").min(),
        )
        .sort(*sheet)
        .filter(pl.col("good") & (pl.col("register_year") < 2026))
    )
    for part, day in zip(field.halves(field.pick(whole)), ("5", "80"), strict=True):
        late = pl.date(pl.col("register_year"), 1, 1).dt.offset_by(f"{day}d")
        named = part.select(*sheet, hit=pl.lit(True))
        marked = field.frames["register"].join(named, on=list(sheet), how="left", maintain_order="left")
        field.frames["register"] = marked.with_columns(
            drawn_up_on=pl.when(pl.col("hit")).then(late).otherwise("drawn_up_on")
        ).drop("hit")
        hit = field.frames["register_entry"].join(named, on=list(sheet), how="semi")
        field.take(hit["person_id"].to_list())
        field.list(hit, *ENTRY)


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
    silent = field.one(field.entries)
    field.set("register_entry", "person_id", silent["person_id"], register_no=pl.lit(None, pl.String))
    field.list(silent, *ENTRY, outcome="undetermined")
    field.list(silent, *ENTRY, rule="REG-03")


def _sheets(field: Field) -> pl.DataFrame:
    """Return sheets with the day the right of their person arises, rights of the past only."""
    rights = field.frames["people"].select("person_id", "right_on")
    sheets = field.frames["recommendation"].join(rights, on="person_id", maintain_order="left")
    return sheets.filter(pl.col("right_on") < date(2026, 1, 1))


def plant_rec_02(field: Field) -> None:
    """Handed over less than three months before the right, by a few days or by most of it."""
    for part, days in zip(field.halves(field.pick(_sheets(field))), (80, 10), strict=True):
        day = (
            pl.col("person_id")
            .replace_strict(part["person_id"], part["right_on"], default=None)
            .dt.offset_by(f"-{days}d")
        )
        field.set("recommendation", "person_id", part["person_id"], handed_over_on=day)
        field.list(part, *SHEET)


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
    """Two sheets of one year carry the same number."""
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
