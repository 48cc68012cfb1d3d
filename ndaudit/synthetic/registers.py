"""The registers of people about to retire (НД-1), recommendation sheets (НД-2) and the calls that follow."""

import numpy as np
import polars as pl

from ndaudit.synthetic.early_years import has_whole_book
from ndaudit.synthetic.months import (
    LEDGER_START,
    Ints,
    day_in,
    first_day,
    later,
    moments,
    month,
    month_of,
    years,
)
from ndaudit.synthetic.plan import OfficePlan
from ndaudit.synthetic.staffing import signer

MISSING = {"si_book": "нийгмийн даатгалын дэвтэр"}
CAMPAIGN = "Бичиг баримтаа бүрдүүлэх сануулга"


def _window_wage(listed: pl.DataFrame, ledger: pl.DataFrame) -> pl.Series:
    """Return the wages of the sixty months before each register was drawn up."""
    sums = (
        ledger.lazy()
        .join(listed.lazy().select("person_id", "window_from", "drawn"), on="person_id")
        .filter((pl.col("period") >= pl.col("window_from")) & (pl.col("period") < pl.col("drawn")))
        .group_by("person_id")
        .agg(window_wage=pl.col("wage").sum())
        .collect()
    )
    return (
        listed.select("person_id")
        .join(sums, on="person_id", how="left", maintain_order="left")["window_wage"]
        .fill_null(0)
    )


def _service(listed: pl.DataFrame, spans: pl.DataFrame, drawn: Ints) -> pl.DataFrame:
    """Return months before and from 1995 known when the register was drawn up."""
    until = pl.DataFrame({"person_id": listed["person_id"], "until": drawn})
    own = spans.filter(pl.col("job") < 2).join(until, on="person_id")
    ends = pl.min_horizontal(pl.col("m_to") + 1, "until")
    sums = own.group_by("person_id").agg(
        before=(pl.min_horizontal(ends, pl.lit(LEDGER_START)) - pl.col("m_from")).clip(lower_bound=0).sum(),
        after=(ends - pl.max_horizontal("m_from", pl.lit(LEDGER_START))).clip(lower_bound=0).sum(),
    )
    return listed.select("person_id").join(sums, on="person_id", maintain_order="left")


def _where_listed(
    listed: pl.DataFrame, spans: pl.DataFrame, employers: pl.DataFrame, drawn: Ints
) -> pl.DataFrame:
    """Return under which employer, or else under which subdistrict, each person is listed."""
    at = pl.DataFrame({"person_id": listed["person_id"], "at": drawn})
    job = (
        spans.filter(pl.col("job") < 2)
        .join(at, on="person_id")
        .filter(pl.col("at").is_between("m_from", "m_to"))
    )
    named = job.select("person_id", employer_name=employers["name"].gather(job["employer"]))
    return listed.join(named, on="person_id", how="left", maintain_order="left").with_columns(
        listed_under=pl.when(pl.col("employer_name").is_null())
        .then(pl.lit("subdistrict"))
        .otherwise(pl.lit("employer")),
        listed_name=pl.coalesce("employer_name", "subdistrict"),
    )


def entries(
    plan: OfficePlan, people: pl.DataFrame, spans: pl.DataFrame, employers: pl.DataFrame, ledger: pl.DataFrame
) -> pl.DataFrame:
    """Return the table `register_entry`, one per old-age right from 2011 on; `drawn_up_on` beside it."""
    listed = people.filter(pl.col("kind").is_in(["claimant", "future", "proportional"]))
    right = listed["right_on"].to_numpy()
    year = years(month_of(right))
    drawn = (year - 1 - 1970) * 12 + 10
    listed = listed.with_columns(
        register_year=pl.Series(year),
        drawn_up_on=pl.Series(day_in(drawn, 10)),
        drawn=pl.Series(first_day(drawn)),
        window_from=pl.Series(first_day(drawn - 60)),
    )
    listed = _where_listed(listed, spans, employers, drawn)
    service = _service(listed, spans, drawn)
    short = (plan.chance("papers").random(listed.height) < 0.3) & (month_of(right) % 12 >= 5)
    work = (
        pl.when(pl.col("condition").is_in(["underground", "toxic", "hot", "heavy"]))
        .then("condition")
        .otherwise(pl.lit("normal"))
    )
    return listed.with_columns(
        window_wage=_window_wage(listed, ledger),
        service_months_before_1995=service["before"],
        service_months_after_1995=service["after"],
        service_months=service["before"] + service["after"],
        surname_name=pl.format("{} {}", "surname", "given_name"),
        children=pl.when(pl.col("sex") == "F").then("children"),
        work_condition=work,
        eligible_on="right_on",
        papers=pl.Series(np.where(short, "incomplete", "complete").tolist(), dtype=pl.String),
        missing_papers=pl.when(pl.Series(short)).then(pl.lit(MISSING["si_book"])),
        inspector=signer(plan, "inspector", day_in(drawn, 10)),
        inspector_signed=pl.lit(True),
        inspector_stamped=pl.lit(True),
    ).sort("register_year", "listed_under", "listed_name", "person_id")


def sheets_of(entries: pl.DataFrame) -> pl.DataFrame:
    """Return the table `register`: one sheet per year, listing and name."""
    return entries.group_by(
        "register_year", "office_code", "listed_under", "listed_name", maintain_order=True
    ).agg(
        pl.col("drawn_up_on").first(),
        copies=pl.lit(2),
        office_head_signed=pl.lit(True),
        section_head_signed=pl.lit(True),
    )


def recommendations(plan: OfficePlan, entries: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the tables `recommendation` and `recommendation_item`: a sheet for each paper missing."""
    short = entries.filter(pl.col("papers") == "incomplete").sort("register_year", "person_id")
    issued = later(short["drawn_up_on"].to_numpy(), 10)
    sheets = short.select(
        "office_code",
        "person_id",
        sheet_year=pl.col("register_year") - 1,
        sheet_no=(pl.int_range(1, pl.len() + 1).over("register_year")).cast(pl.String).str.zfill(3),
        issued_on=pl.Series(issued),
        handed_over_on=pl.Series(later(issued, 3)),
        bring_by=pl.col("right_on").dt.offset_by("-100d"),
        inspector=signer(plan, "inspector", issued),
        inspector_signed=pl.lit(True),
        office_head_signed=pl.lit(True),
        section_head_signed=pl.lit(True),
    )
    items = sheets.select(
        "office_code",
        "sheet_year",
        "sheet_no",
        line=pl.lit(1),
        defective_paper=pl.lit("si_book"),
        paper_to_add=pl.lit("si_book"),
        brought_on=pl.Series(later(issued, 25)),
        person_id="person_id",
    )
    return sheets, items


def calls(plan: OfficePlan, entries: pl.DataFrame) -> pl.DataFrame:
    """Return the table `voice_message`: everybody listed since 2015 is called once, on the day scheduled."""
    called = entries.filter(pl.col("register_year") >= 2015)
    day = day_in((called["register_year"].to_numpy() - 1 - 1970) * 12 + 10, 25)
    return called.select(
        "office_code",
        "person_id",
        message_id=pl.format(f"{plan.code}-Д{{}}", pl.int_range(1, pl.len() + 1)),
        campaign=pl.lit(CAMPAIGN),
        scheduled_at=pl.Series(moments(day, 11, 10)),
        sent_at=pl.Series(moments(day, 11, 30)),
        outcome=pl.lit("delivered"),
    )


def book_window(people: pl.DataFrame) -> pl.DataFrame:
    """Return the months each person's social insurance book is delivered for: person_id, book_from, book_to.

    Two years for those with a file or on a register, for the voluntary insured and for a tenth of the others;
    everything for those whose claim rests on a working condition, because the occupation in both books is
    compared month by month, and for conscripts without a reference of that service.
    """
    sampled = (pl.col("kind") != "worker") | (pl.col("shade") < 0.1)
    kept = people.filter((pl.col("kind") != "family") & sampled)
    end = np.minimum(kept["end"].to_numpy(), month(2025, 12))
    listed = pl.col("condition").is_in(["underground", "toxic", "hot", "heavy"])
    whole = kept.select(listed | has_whole_book()).to_series().to_numpy()
    start = np.where(whole, month(1995, 1), end - 23)
    return kept.select("person_id", book_from=pl.Series(first_day(start)), book_to=pl.Series(first_day(end)))
