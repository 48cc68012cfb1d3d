"""Planters for persons (PER)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.planters.firms import quiet_rows, reported

NUMBER = pl.col("register_no")


def plant_per_01(field: Field) -> None:
    """Register number missing, or a letter short."""
    gone, wrong = field.halves(field.pick(field.workers))
    field.set("person", "person_id", gone["person_id"], register_no=pl.lit(None, pl.String))
    # The first letter stays: it is the office's own, so the shortened number meets no other.
    short = NUMBER.str.slice(0, 1) + NUMBER.str.slice(2)
    field.set("person", "person_id", wrong["person_id"], register_no=short)
    for part in (gone, wrong):
        field.list(part, "person_id")
    field.list(gone, "person_id", rule="PER-05", outcome="undetermined")


def plant_per_02(field: Field) -> None:
    """Birth day or birth year in the number differs from the identity card."""
    old = field.workers.filter(pl.col("birth_date").dt.year().is_between(1980, 1999))
    day, year = field.halves(field.pick(old))
    other = (NUMBER.str.slice(6, 2).cast(pl.Int64) % 28 + 1).cast(pl.String).str.zfill(2)
    earlier = (NUMBER.str.slice(2, 2).cast(pl.Int64) - 10).cast(pl.String).str.zfill(2)
    # The last character is free in numbers as they are given out, so a changed number never meets another's.
    field.set(
        "person",
        "person_id",
        day["person_id"],
        register_no=NUMBER.str.slice(0, 6) + other + NUMBER.str.slice(8, 1) + "9",
    )
    field.set(
        "person",
        "person_id",
        year["person_id"],
        register_no=NUMBER.str.slice(0, 2) + earlier + NUMBER.str.slice(4, 5) + "9",
    )
    for part in (day, year):
        field.list(part, "person_id")


def plant_per_03(field: Field) -> None:
    """Sex digit of the other sex; sex not recorded."""
    victims = field.pick(field.workers)
    other = ((NUMBER.str.slice(8, 1).cast(pl.Int64) + 1) % 10).cast(pl.String)
    field.set("person", "person_id", victims["person_id"], register_no=NUMBER.str.slice(0, 8) + other + "8")
    field.list(victims, "person_id")
    silent = field.one(field.workers)
    field.set("person", "person_id", silent["person_id"], sex=pl.lit(None, pl.String))
    field.list(silent, "person_id", outcome="undetermined")
    field.list(silent, "person_id", rule="PER-06")


def plant_per_04(field: Field) -> None:
    """Two people of one sex and birth date hold the same number; or one, and somebody without a code."""
    victims = field.pick(field.workers.filter(pl.col("birth_date").dt.year() < 1990)).sort(
        "sex", "birth_date"
    )
    owners = victims.select("sex", "birth_date", "register_no")
    young = field.workers.filter((pl.col("birth_date").dt.year() >= 1990) & field.is_free("person_id"))
    doubles = []
    for sex in ("F", "M"):
        mine = owners.filter(pl.col("sex") == sex)
        copies = young.filter(pl.col("sex") == sex).sort("person_id").head(mine.height).select("person_id")
        doubles.append(copies.hstack(mine.head(copies.height)))
    shared = pl.concat(doubles)
    field.take(shared["person_id"].to_list())
    by_person = pl.col("person_id")
    for name in ("register_no", "birth_date"):
        new = by_person.replace_strict(shared["person_id"], shared[name], default=None)
        field.set("person", "person_id", shared["person_id"], **{name: new})
    written = by_person.replace_strict(shared["person_id"], shared["birth_date"], default=None)
    field.set("employment", "person_id", shared["person_id"], birth_date_written=written)
    field.list(shared, "register_no", national=True)
    # Delivered a second time without the insured code: perhaps the same person.
    voluntary = field.frames["people"].filter(pl.col("kind") == "voluntary")
    silent = field.one(voluntary)
    again = field.frames["person"].filter(pl.col("person_id").is_in(silent["person_id"].implode()))
    field.add("person", again.with_columns(person_id=pl.lit(None, pl.Int64)))
    field.list(again, "register_no", national=True, outcome="undetermined")


def plant_per_05(field: Field) -> None:
    """One person under two register numbers: the same names, one ү written у, and the same birth date."""
    known = field.pick(field.workers.filter(pl.col("birth_date").dt.year().is_between(1974, 1989)))
    young = field.workers.filter((pl.col("birth_date").dt.year() >= 1990) & field.is_free("person_id"))
    for person in known.sort("person_id").rows(named=True):
        again = (
            young.filter((pl.col("sex") == person["sex"]) & field.is_free("person_id"))
            .sort("person_id")
            .head(1)
        )
        field.take(again["person_id"].to_list())
        alike = person["given_name"].replace("ү", "у").replace("ө", "о")
        written = {"surname": person["surname"], "given_name": alike, "birth_date": person["birth_date"]}
        ids = again["person_id"]
        number = pl.lit(person["register_no"][:9] + "7")
        same = {name: pl.lit(value) for name, value in written.items()}
        field.set("person", "person_id", ids, register_no=number, **same)
        field.set(
            "employment", "person_id", ids, **{f"{name}_written": value for name, value in same.items()}
        )
        field.list(again, "person_id")
        if again.height:
            field.list(known.filter(pl.col("person_id") == person["person_id"]), "person_id")


def plant_per_06(field: Field) -> None:
    """No given name; no subdistrict."""
    name, place = field.halves(field.pick(field.workers))
    field.set("person", "person_id", name["person_id"], given_name=pl.lit(None, pl.String))
    field.set("person", "person_id", place["person_id"], subdistrict=pl.lit(None, pl.String))
    for part in (name, place):
        field.list(part, "person_id")
    field.list(name, "person_id", rule="PER-05", outcome="undetermined")


def plant_per_08(field: Field) -> None:
    """No book number though a book is kept; one number for two people."""
    keepers = pl.concat([field.frames[table]["person_id"] for table in ("book_entry", "pension_file")])
    people = field.frames["people"].filter(
        pl.col("person_id").is_in(keepers.unique().implode())
        & pl.col("kind").is_in(["worker", "disabled", "late", "family", "military"])
    )
    gone, shared = field.halves(field.pick(people, least=4))
    field.set("person", "person_id", gone["person_id"], book_no=pl.lit(None, pl.String))
    field.list(gone, "person_id")
    if shared.height > 1:
        field.set("person", "person_id", shared["person_id"], book_no=pl.lit(shared["book_no"].first()))
        field.list(shared, "person_id")


def plant_per_09(field: Field) -> None:
    """Born in the future or in 1910; birth date missing. Voluntary insured: no labour book depends on it."""
    free = field.frames["people"].filter(pl.col("kind") == "voluntary")
    future, old = field.halves(field.pick(free))
    tail = NUMBER.str.slice(8)
    field.set(
        "person",
        "person_id",
        future["person_id"],
        birth_date=pl.lit(date(2030, 5, 5)),
        register_no=NUMBER.str.slice(0, 2) + "302505" + tail,
    )
    field.set(
        "person",
        "person_id",
        old["person_id"],
        birth_date=pl.lit(date(1910, 3, 3)),
        register_no=NUMBER.str.slice(0, 2) + "100303" + tail,
    )
    for part in (future, old):
        field.list(part, "person_id")
    silent = field.one(free)
    field.set("person", "person_id", silent["person_id"], birth_date=pl.lit(None, pl.Date))
    for rule in ("PER-02", "PER-05", "PER-09"):
        field.list(silent, "person_id", rule=rule, outcome="undetermined")
    field.list(silent, "person_id", rule="PER-06")
    # Nobody can tell whether they were of age when they contributed; who is not born yet was not.
    for part, outcome in ((future, "exception"), (silent, "undetermined")):
        rows = field.frames["contribution"].filter(pl.col("person_id").is_in(part["person_id"].implode()))
        field.list(rows, "contribution_id", rule="SIB-09", outcome=outcome)


def plant_per_10(field: Field) -> None:
    """Contributions go on after the month of death, months or years; of a person nobody delivered."""
    working = field.workers.filter((pl.col("end") > 670) & (pl.col("start") < 610))
    lately, long_ago = field.halves(field.pick(working))
    for part, died in ((lately, date(2025, 10, 20)), (long_ago, date(2022, 3, 7))):
        field.set("person", "person_id", part["person_id"], deceased_on=pl.lit(died))
        rows = field.frames["contribution"].filter(
            pl.col("person_id").is_in(part["person_id"].implode()) & (pl.col("period") > died)
        )
        field.list(rows, "contribution_id")
    # A grown-up's row, written once more under a code that is nobody's.
    nobody = pl.lit(field.plan.first_person + 990_001, pl.Int64)
    rows = quiet_rows(field, date(2023, 3, 1), 1, 660_000_000).with_columns(person_id=nobody)
    reported(field, rows.head(0), rows)
    field.list(rows, "contribution_id", outcome="undetermined")
