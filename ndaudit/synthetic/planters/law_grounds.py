"""Planters for what a pension on special grounds rests on (PRV-05, PRV-06, DIS-04, MIL-02)."""

import polars as pl

from ndaudit.synthetic.planters.field import Field

ENTRY, FILE = "employment_id", "file_no"
UNLISTED = pl.lit("нярав")
NO_TEXT, NO_NUMBER = pl.lit(None, pl.String), pl.lit(None, pl.Int64)
ITEM = (FILE, ENTRY, "work_condition")


def _lines(field: Field) -> pl.DataFrame:
    """Return what initial determinations count under a condition of work."""
    sheets = field.frames["determination"].filter(
        (pl.col("kind") == "initial")
        & pl.col("condition").is_in(["underground", "toxic_hot", "heavy"])
        & pl.col(FILE).is_in(field.filed[FILE].implode())
    )
    return (
        field.frames["determination_service"]
        .filter(pl.col("work_condition") != "normal")
        .join(sheets.select("determination_id", "person_id"), on="determination_id", maintain_order="left")
    )


def _of(lines: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    return lines.filter(pl.col("person_id").is_in(people["person_id"].implode()))


def _people(field: Field, lines: pl.DataFrame, least: int) -> pl.DataFrame:
    """Return one line each of people none of whose entries was picked, all their entries now taken."""
    disturbed = lines.filter(~field.is_free(ENTRY))["person_id"]
    free = lines.filter(~pl.col("person_id").is_in(disturbed.implode()))
    chosen = field.pick(free.unique("person_id", keep="first", maintain_order=True), ENTRY, least=least)
    field.take(_of(lines, chosen)[ENTRY].to_list(), ENTRY)
    return chosen


def plant_prv_05(field: Field) -> None:
    """Both books name an unlisted occupation; the labour book alone; listed, but elsewhere; not recorded."""
    every = _lines(field)
    both, one, moved = field.parts(_people(field, every, least=3), 3)
    silent = _people(field, every, least=1).head(1)
    named = pl.col("occupation").is_not_null()
    field.frames["book_entry"] = field.frames["book_entry"].with_columns(
        occupation=pl.when(named & pl.col("person_id").is_in(both["person_id"].implode()))
        .then(UNLISTED)
        .otherwise("occupation")
    )
    for people in (both, one):
        lines = _of(every, people)
        field.set("employment", ENTRY, lines[ENTRY], occupation=UNLISTED)
        field.list(lines, *ITEM)
    field.list(_of(every, one), FILE, ENTRY, rule="PRV-06")
    elsewhere = pl.when(pl.col("work_condition") == "underground").then(pl.lit("heavy"))
    other = elsewhere.otherwise(pl.lit("underground"))
    lines = _of(every, moved)
    hit = pl.col(FILE).is_in(lines[FILE].implode()) & (pl.col("work_condition") != "normal")
    field.frames["determination_service"] = field.frames["determination_service"].with_columns(
        work_condition=pl.when(hit).then(other).otherwise("work_condition")
    )
    field.list(lines.with_columns(work_condition=other), *ITEM)
    lines = _of(every, silent)
    field.set("employment", ENTRY, lines[ENTRY], occupation=NO_TEXT)
    field.list(lines, *ITEM, outcome="undetermined")
    field.list(lines, FILE, ENTRY, rule="PRV-06", outcome="undetermined")


def _book_months(field: Field, lines: pl.DataFrame) -> pl.DataFrame:
    """Return the whole months of the book under the counted employments."""
    jobs = field.frames["employment"].select(ENTRY, "employer_no")
    lines = lines.join(jobs, on=ENTRY, maintain_order="left")
    months = field.frames["book_entry"].join(
        lines.select(FILE, ENTRY, "person_id", "employer_no", "counted_from", "counted_to"),
        on=["person_id", "employer_no"],
        maintain_order="left",
    )
    inside = (pl.col("period") >= pl.col("counted_from")) & (
        pl.col("period").dt.month_end() <= pl.col("counted_to")
    )
    return months.filter(inside)


def plant_prv_06(field: Field) -> None:
    """The book names another occupation in one month; in all of them; names none in one."""
    every = _lines(field)
    mild, blatant = field.halves(_people(field, every, least=2))
    silent = _people(field, every, least=1).head(1)
    cases = (
        (mild, 1, UNLISTED, "exception"),
        (blatant, 0, UNLISTED, "exception"),
        (silent, 1, NO_TEXT, "undetermined"),
    )
    for people, few, value, outcome in cases:
        months = _book_months(field, _of(every, people))
        if few:
            months = months.group_by(FILE, ENTRY, maintain_order=True).first()
        hit = months.select("person_id", "employer_no", "period", hit=pl.lit(value=True)).unique()
        on = ["person_id", "employer_no", "period"]
        book = field.frames["book_entry"].join(hit, on=on, how="left", maintain_order="left")
        changed = pl.when(pl.col("hit").fill_null(value=False)).then(value).otherwise("occupation")
        field.frames["book_entry"] = book.with_columns(occupation=changed).drop("hit")
        field.list(months.select(FILE, ENTRY).unique(maintain_order=True), FILE, ENTRY, outcome=outcome)


def plant_dis_04(field: Field) -> None:
    """A loss of 49 percent; of 20; not recorded."""
    files = field.frames["pension_file"].filter(
        (pl.col("pension_type") == "disability") & (pl.col("cause") == "ordinary")
    )
    mild, blatant = field.halves(field.pick(files))
    silent = field.one(files)
    loss = "capacity_loss_percent"
    for part, value in ((mild, pl.lit(49)), (blatant, pl.lit(20)), (silent, NO_NUMBER)):
        field.set("pension_file", FILE, part[FILE], **{loss: value})
    for part in (mild, blatant):
        field.list(part, FILE)
    field.list(silent, FILE, outcome="undetermined")


def plant_mil_02(field: Field) -> None:
    """A month short of 25 years counted; five years in all; condition not recorded."""
    files = field.frames["pension_file"].filter(
        (pl.col("pension_type") == "military") & (pl.col("condition") == "military_full")
    )
    mild, blatant = field.halves(field.pick(files.filter(field.is_free(FILE))))
    silent = field.one(files.filter(field.is_free(FILE)))
    for part, months in ((mild, 1), (blatant, 240)):
        ends = pl.col("counted_to").dt.offset_by("1d").dt.offset_by(f"-{months}mo").dt.offset_by("-1d")
        field.set(
            "determination_service", FILE, part[FILE], counted_to=ends, months=pl.col("months") - months
        )
        field.list(part, FILE)
    field.set("pension_file", FILE, silent[FILE], condition=NO_TEXT)
    field.list(silent, FILE, outcome="undetermined")
