"""Planters for the labour book (LBK)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.careers import OPEN
from ndaudit.synthetic.planters.field import Field


def _entries(field: Field, jobs: int) -> pl.DataFrame:
    """Return first labour book entries of plain workers who had so many jobs."""
    people = field.workers.filter(pl.col("jobs") == jobs)["person_id"]
    first = pl.col("person_id").is_in(people.implode()) & (pl.col("job") == 0)
    # Order 163 speaks of what happened since it was given.
    return field.frames["employment"].filter(first & (pl.col("hired_on") >= date(2010, 6, 1)))


def _first_of_two(field: Field) -> pl.DataFrame:
    """Return the first main job of old-age pensioners who had two and no second job beside them."""
    posts = field.frames["employment"].filter(pl.col("person_id").is_in(field.filed["person_id"].implode()))
    jobs = (pl.col("job").n_unique() == 2) & (pl.col("job").max() == 1) & (pl.len() == 2)
    return posts.filter(jobs.over("person_id") & (pl.col("job") == 0))


def plant_lbk_01(field: Field) -> None:
    """Order number of hiring missing; of release, though another job began, perhaps a second one."""
    hired = field.pick(_entries(field, 1))
    released = field.pick(_entries(field, 2), least=1)
    field.set("employment", "employment_id", hired["employment_id"], hire_order_no=pl.lit(None, pl.String))
    field.set(
        "employment", "employment_id", released["employment_id"], release_order_no=pl.lit(None, pl.String)
    )
    for part in (hired, released):
        field.list(part, "employment_id")
    silent = field.one(_first_of_two(field), "employment_id")
    field.set(
        "employment", "employment_id", silent["employment_id"], release_order_no=pl.lit(None, pl.String)
    )
    later = pl.col("person_id").is_in(silent["person_id"].implode()) & (pl.col("job") == 1)
    jobs = field.frames["employment"].filter(later)["employment_id"]
    field.set("employment", "employment_id", jobs, main=pl.lit(None, pl.Boolean))
    field.list(silent, "employment_id", outcome="undetermined")


def plant_lbk_02(field: Field) -> None:
    """Released before hired, by a day or by years; hired in the future; day of hiring missing."""
    closed = _entries(field, 2)
    day, years = field.halves(field.pick(closed))
    field.set(
        "employment",
        "employment_id",
        day["employment_id"],
        released_on=pl.col("hired_on").dt.offset_by("-1d"),
    )
    field.set(
        "employment",
        "employment_id",
        years["employment_id"],
        released_on=pl.col("hired_on").dt.offset_by("-3y"),
    )
    ahead = field.pick(_entries(field, 1).filter(pl.col("m_to") >= OPEN), least=1)
    field.set("employment", "employment_id", ahead["employment_id"], hired_on=pl.lit(date(2026, 9, 1)))
    for part in (day, years, ahead):
        field.list(part, "employment_id")
    silent = field.one(_entries(field, 1))
    field.set("employment", "employment_id", silent["employment_id"], hired_on=pl.lit(None, pl.Date))
    for rule in ("LBK-02", "LBK-03"):
        field.list(silent, "employment_id", rule=rule, outcome="undetermined")
    field.list(silent, "employment_id", rule="LBK-01")


def plant_lbk_03(field: Field) -> None:
    """A second job is written as a main one beside the main job it was held with."""
    side = field.frames["employment"].filter((pl.col("job") == 2) & (pl.col("m_to") - pl.col("m_from") > 6))
    host = field.frames["employment"].filter((pl.col("job") < 2) & pl.col("released_on").is_not_null())
    pairs = side.join(
        host.select("person_id", host_from="m_from", host_to="m_to", host_id="employment_id"), on="person_id"
    )
    inside = (pl.col("host_from") <= pl.col("m_from")) & (pl.col("m_to") <= pl.col("host_to"))
    victims = field.pick(pairs.filter(inside).sort("employment_id"), least=1)
    field.set("employment", "employment_id", victims["employment_id"], main=pl.lit(True))
    field.list(victims, "employment_id")
    field.list(victims, "host_id")
