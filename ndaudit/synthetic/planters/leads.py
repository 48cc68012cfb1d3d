"""Planters for the leads on employers, wages and places (CON-05 to CON-07, DIS-05, WAG-09)."""

from datetime import date

import numpy as np
import polars as pl

from ndaudit.synthetic.awards import CHANGE_REASON
from ndaudit.synthetic.months import AS_OF, first_day
from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.planters.firms import at_rate, found, left_alone, opened, reported
from ndaudit.synthetic.rates import MINIMUM_WAGE, MONTHS

LAST_YEAR = pl.col("period") >= date(2025, 1, 1)
MONEY = ("insured_amount", "employer_amount")


def _paid(rows: pl.DataFrame, hit: pl.Expr, wage: pl.Expr) -> pl.DataFrame:
    """Return the rows, those hit with another wage, below the ceiling, and with what it bears."""
    new = rows.with_columns(new=pl.when(hit).then(wage).otherwise("base"))
    return new.with_columns(
        wage=pl.when(hit).then("new").otherwise("wage"),
        base=pl.col("new"),
        **{name: pl.when(hit).then(at_rate(name, base="new")).otherwise(name) for name in MONEY},
    ).drop("new")


def plant_con_05(field: Field) -> None:
    """A firm that pays the minimum wage for a year; nearly all of it; of no known industry."""
    minimum = pl.DataFrame({"period": pl.Series(first_day(MONTHS)), "minimum": MINIMUM_WAGE})
    for outcome, spared in (("exception", 0), ("exception", 2), ("undetermined", 0)):
        number, rows = found(field, 3, "Доод")
        rows = rows.join(minimum, on="period", maintain_order="left")
        first = pl.col("person_id") == rows["person_id"].min()
        late = pl.col("period") > date(2025, 12 - spared, 1)
        hit = LAST_YEAR & ~(first & late) if spared else LAST_YEAR
        opened(field, _paid(rows, hit, pl.col("minimum")).drop("minimum"))
        if outcome == "undetermined":
            nothing = pl.lit(None, pl.String)
            field.set("employer", "employer_no", pl.Series([number]), industry=nothing)
        field.list(pl.DataFrame({"employer_no": [number]}), "employer_no", outcome=outcome)


def plant_con_06(field: Field) -> None:
    """A firm loses all but one of six in a month; all but two within three months."""
    at_once = (date(2023, 5, 31),) * 5
    by_and_by = (date(2023, 5, 31), date(2023, 6, 30), date(2023, 7, 31), date(2023, 7, 31))
    for leaving in (at_once, by_and_by):
        number, rows = found(field, 6, "Цөөн")
        staff = rows["person_id"].unique(maintain_order=True).head(len(leaving))
        for person, day in zip(staff.to_list(), leaving, strict=True):
            who, order = pl.Series([person]), pl.lit("Б/7")
            field.set("employment", "person_id", who, released_on=pl.lit(day), release_order_no=order)
            rows = rows.filter((pl.col("person_id") != person) | (pl.col("period") <= day))
        opened(field, rows)
        field.list(pl.DataFrame({"employer_no": [number]}), "employer_no")


def plant_con_07(field: Field) -> None:
    """Every wage of a firm ends in 37; every other one in 73."""
    for endings in ((37, 37), (73, None)):
        number, rows = found(field, 12, "Цифр")
        rows = rows.with_columns(place=pl.int_range(pl.len()))
        free = pl.Series(field.rng.integers(1, 100, rows.height))
        one, other = (free if ending is None else pl.lit(ending) for ending in endings)
        ending = pl.when(pl.col("place") % 2 == 0).then(one).otherwise(other)
        # a hundred tögrög more for each row: no wage comes twice
        wage = pl.col("base") // 100 * 100 + (pl.col("place") % 1000) * 100 + ending
        opened(field, _paid(rows, LAST_YEAR, wage).drop("place"))
        field.list(pl.DataFrame({"series": ["employer"], "name": [number]}), "series", "name")
    # So many alike show in the office as a whole.
    field.list(pl.DataFrame({"series": ["office"], "name": [field.plan.code]}), "series", "name")


def plant_dis_05(field: Field) -> None:
    """Many of the disability pensioners of the office live in one place."""
    drawing = field.frames["pension_file"].filter(
        (pl.col("pension_type") == "disability")
        & (pl.col("effective_from") <= AS_OF)
        & pl.col("file_no").is_in(field.frames["determination"]["file_no"].implode())
    )
    alive = field.frames["person"].filter(pl.col("deceased_on").is_null())
    homes = alive.group_by("subdistrict").agg(insured=pl.len()).sort("insured", "subdistrict")
    place, insured = homes.filter(pl.col("subdistrict").is_not_null()).rows()[-1]
    people = alive.filter(
        pl.col("person_id").is_in(drawing["person_id"].implode()) & (pl.col("subdistrict") != place)
    )
    share = people.height / alive.height
    wanted = int(np.ceil(insured * 6 * np.sqrt(share * (1 - share) / insured)))
    moved = people[field.rng.permutation(people.height)[:wanted].tolist()]
    field.set("person", "person_id", moved["person_id"], subdistrict=pl.lit(place))
    field.list(pl.DataFrame({"office": [field.plan.code], "place": [place]}), "office", "place")


def _windows(field: Field) -> pl.DataFrame:
    """Return the windows of working pensioners with what they and their peers earned on the average."""
    again = (pl.col("kind") == "change") & (pl.col("change_reason") == CHANGE_REASON)
    sheets = field.frames["determination"].filter(
        ((pl.col("kind") == "initial") | again) & (pl.col("pension_type") == "old_age")
    )
    ledger = field.frames["contribution"]
    types = pl.col("insured_type")
    since = types.filter(pl.col("period") >= pl.col("period").filter(types == "22").min())
    retired = ledger.group_by("person_id").agg(works=since.len() > 0, plainly=since.is_in(["22", "70"]).all())
    retired = retired.filter(pl.col("works") & pl.col("plainly"))
    sheets = sheets.join(retired, on="person_id", how="semi", maintain_order="left").select(
        "determination_id",
        "person_id",
        "window_from",
        until=pl.col("window_from").dt.offset_by(pl.format("{}mo", "window_months")),
    )
    monthly = ledger.join(sheets, on="person_id").filter(pl.col("wage") > 0)
    inside = monthly.filter(
        (pl.col("period") >= pl.col("window_from")) & (pl.col("period") < pl.col("until"))
    )
    peers = (
        inside.select("determination_id", "employer_no", "period", who="person_id")
        .unique()
        .join(ledger.filter(pl.col("insured_type") == "01"), on=["employer_no", "period"])
    )
    peers = peers.filter((pl.col("person_id") != pl.col("who")) & (pl.col("wage") > 0))
    early = monthly.filter(pl.col("period") < pl.col("window_from"))
    parts = (
        inside.group_by("determination_id").agg(
            inside=pl.col("wage").sum() // pl.col("period").n_unique(), months=pl.col("period").n_unique()
        ),
        peers.group_by("determination_id").agg(peers=pl.col("wage").mean()),
        early.group_by("determination_id").agg(
            before=pl.col("wage").median(), early_months=pl.col("period").n_unique()
        ),
        monthly.filter(pl.col("period") >= pl.col("until"))
        .group_by("determination_id")
        .agg(
            after_months=pl.col("period").n_unique(),
            begun=pl.col("period").min(),
            # another planter may have ended the window before the work
            retired=types.is_in(["22", "70"]).all(),
        ),
    )
    for part in parts:
        sheets = sheets.join(part, on="determination_id", maintain_order="left")
    return sheets


def _fallen(field: Field, people: pl.DataFrame, times: int) -> None:
    """Let the wages of people after their window be a part of those inside it."""
    since = people.group_by("person_id").agg(pl.col("begun", "inside").min())
    rows = field.frames["contribution"].join(since, on="person_id", maintain_order="left")
    rows = rows.filter(pl.col("period") >= pl.col("begun"))
    reported(field, rows, _paid(rows, pl.lit(value=True), pl.col("inside") // times))


def plant_wag_09(field: Field) -> None:
    """Wages of those who worked on after a window of high wages fall to a sixth, a twentieth; no peers."""
    soon = pl.col("begun") < pl.col("until").dt.offset_by("11mo")
    striking = soon & pl.col("retired") & (pl.col("inside") > pl.col("before") * 3.2)
    high = pl.col("inside") > pl.col("peers") * 1.02
    windows = _windows(field).sort("determination_id")
    people = field.pick(windows.filter(striking & high), by="determination_id", least=2)
    for part, times in zip(field.halves(people), (6, 20), strict=True):
        _fallen(field, part, times)
    chosen = pl.col("person_id").is_in(people["person_id"].implode())
    field.list(windows.filter(striking & high & chosen), "determination_id")
    _without_peers(field, windows.filter(striking & ~chosen))


def _without_peers(field: Field, windows: pl.DataFrame) -> None:
    """Let somebody's window lie in a job nobody shared, so that no wage is there to compare it with."""
    # items of books and benefits name the employer
    book = field.frames["book_entry"].with_columns(book_of="person_id")
    named = book.filter(~(field.is_free("row") & field.is_free("book_of")))["person_id"]
    busy = pl.concat([named, field.frames["benefit"]["person_id"]]).unique()
    alone = windows.filter(
        pl.len().over("person_id") == 1,
        ~pl.col("person_id").is_in(busy.implode()),
    )
    ledger = field.frames["contribution"]
    earned = ledger.join(
        alone.select("determination_id", "person_id", "window_from", "until"), on="person_id"
    ).filter(pl.col("period") >= pl.col("window_from"), pl.col("period") < pl.col("until"))
    jobs = earned.group_by("determination_id").agg(
        pl.col("employer_no").first(), employers=pl.col("employer_no").n_unique()
    )
    single = alone.join(jobs.filter(employers=1), on="determination_id", maintain_order="left")
    silent = field.one(single.filter(pl.col("employer_no").is_not_null()), "determination_id")
    if silent.height:
        job = silent.select("person_id", "employer_no")
        left_alone(
            field, ledger.join(job, on=["person_id", "employer_no"], how="semi", maintain_order="left")
        )
        _fallen(field, silent, 20)
    field.list(silent, "determination_id", outcome="undetermined")
