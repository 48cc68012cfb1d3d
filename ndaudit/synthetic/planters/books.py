"""Planters for the entries of insurance books (SIB-01, SIB-02, SIB-12)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.field import Field

ENTRY = ("person_id", "employer_no", "period")


def _numbered(field: Field) -> pl.DataFrame:
    """Return the books with a number for each entry, its own even when other entries are taken out."""
    if "row" not in field.frames["book_entry"].columns:
        field.frames["book_entry"] = field.frames["book_entry"].with_row_index("row")
    return field.frames["book_entry"]


def _book(field: Field) -> pl.DataFrame:
    """Return the entries with their row numbers, since Order 163 and the rates on file."""
    book = _numbered(field)
    # Entries of the voluntary insured have no employer.
    return book.filter((pl.col("period") >= date(2011, 1, 1)) & pl.col("employer_no").is_not_null())


def _write(field: Field, rows: pl.DataFrame, **columns: pl.Expr) -> None:
    """Give columns of those rows of the books another value."""
    hit = pl.col("row").is_in(rows["row"].implode())
    field.frames["book_entry"] = field.frames["book_entry"].with_columns(
        pl.when(hit).then(value).otherwise(pl.col(name)).alias(name) for name, value in columns.items()
    )


def plant_sib_01(field: Field) -> None:
    """Certified a day before the month ended; by a section head; by an inspector who had left; by nobody."""
    book, code = _book(field), field.plan.code
    early, other, gone, nobody = field.parts(field.pick(book, "row", least=4), 4)
    _write(field, early, certified_on=pl.col("period").dt.month_end().dt.offset_by("-1d"))
    _write(field, other, certified_by=pl.lit(f"{code}-S2"))
    _write(field, gone, certified_by=pl.lit(f"{code}-I1"))
    _write(field, nobody, certified_by=pl.lit(None, pl.String), certified_on=pl.lit(None, pl.Date))
    for part in (early, other, gone, nobody):
        field.list(part, *ENTRY)
    # A voluntary insured person of no office: nobody knows whose inspector was meant.
    free = field.frames["people"].filter(pl.col("kind") == "voluntary")
    silent = field.one(free)
    own = field.frames["book_entry"].filter(pl.col("person_id").is_in(silent["person_id"].implode()))
    field.set("person", "person_id", silent["person_id"], office_code=pl.lit(None, pl.String))
    field.list(own, *ENTRY, outcome="undetermined")
    field.list(silent, "person_id", rule="PER-06")


def plant_sib_02(field: Field) -> None:
    """Wage in the book a few tögrög, or a digit, off the ledger; contribution off; wage missing."""
    busy = field.frames["benefit"]["person_id"].implode()
    owners = field.frames["people"].filter((pl.col("kind") == "worker") & ~pl.col("person_id").is_in(busy))[
        "person_id"
    ]
    book = _book(field).filter(pl.col("person_id").is_in(owners.implode()))
    victims = field.pick(book, "row")
    mild, blatant = field.halves(victims)
    silent = field.one(book, "row")
    _write(field, mild, wage=pl.col("wage") + 2)
    _write(field, blatant, contribution=pl.col("contribution") * 10)
    _write(field, silent, wage=pl.lit(None, pl.Int64))
    field.list(victims, *ENTRY)
    field.list(silent, *ENTRY, outcome="undetermined")


def plant_sib_12(field: Field) -> None:
    """A month, or half a year, of the ledger is not written in the book."""
    book = _numbered(field)
    place = pl.col("period").rank("dense").over("person_id")
    free = field.is_free("row").all().over("person_id")
    middle = book.with_columns(place=place, months=place.max().over("person_id"), free=free)
    inner = (pl.col("place") > 2) & (pl.col("place") < pl.col("months") - 6)
    known = pl.col("employer_no").is_not_null() & (pl.col("period") >= date(2011, 1, 1))
    middle = middle.filter(pl.col("free") & inner & known)
    one, many = field.halves(field.pick(middle.with_columns(book_of="person_id"), "book_of"))
    many = many.head(many.height // 6 + 1)
    lost = one.select("person_id", first="place", last="place")
    lost = pl.concat([lost, many.select("person_id", first="place", last=pl.col("place") + 5)])
    hit = (
        book.with_columns(place=place)
        .join(lost, on="person_id", maintain_order="left")
        .filter(pl.col("place").is_between("first", "last"))
    )
    field.frames["book_entry"] = book.filter(~pl.col("row").is_in(hit["row"].implode()))
    field.list(hit, *ENTRY)
