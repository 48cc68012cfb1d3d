"""Benefits: sickness and maternity settled with employers, funerals paid by notice sheet within a day."""

from datetime import date

import numpy as np
import polars as pl

from ndaudit.synthetic.months import later, moments, month_of
from ndaudit.synthetic.plan import OfficePlan

STARTS = ("2022-05-02", "2023-09-04", "2024-10-07", "2025-04-07")
"""Mondays followed by four weeks without a public holiday."""

FUNERAL = (
    ("2002-01-01", 148_500),
    ("2010-01-01", 300_000),
    ("2013-01-01", 620_000),
    ("2016-06-01", 1_000_000),
    ("2023-01-01", 2_000_000),
)


def _sums(ledger: pl.DataFrame, events: pl.DataFrame, months: int) -> pl.Series:
    """Return each event's wages of the months before it."""
    periods = events.select("person_id", "benefit_id", "event_from").with_columns(
        last=pl.col("event_from").dt.truncate("1mo"),
        first=pl.col("event_from").dt.truncate("1mo").dt.offset_by(f"-{months}mo"),
    )
    sums = (
        ledger.lazy()
        .join(periods.lazy(), on="person_id")
        .filter((pl.col("period") >= pl.col("first")) & (pl.col("period") < pl.col("last")))
        .group_by("benefit_id")
        .agg(pl.col("base").sum())
        .collect()
    )
    return events.select("benefit_id").join(sums, on="benefit_id", how="left", maintain_order="left")["base"]


def settle(frame: pl.DataFrame, code: str, sheet: str, form: str) -> pl.DataFrame:
    """Return benefits of an employer's staff with the days of their handling filled in."""
    end = frame["handled_from"].to_numpy()
    return frame.with_columns(
        office_code=pl.lit(code),
        cause=pl.lit("ordinary"),
        insured_type=pl.lit("01"),
        fund=pl.lit("benefit"),
        hospital_sheet_no=pl.format(f"{sheet}{code}{{}}", "number"),
        list_no=pl.format(f"{form}-{{}}", "number"),
        applied_at=pl.Series(moments(later(end, 2), 11, 5)),
        invoice_received_on=pl.Series(later(end, 4)),
        employer_paid_on=pl.Series(later(end, 1)),
        entered_by=pl.lit(f"{code}-I3"),
        entered_at=pl.Series(moments(later(end, 4), 11, 30)),
        verified_by=pl.lit(f"{code}-I3"),
        verified_on=pl.Series(later(end, 5)),
        office_head_on=pl.Series(later(end, 6)),
        chief_accountant_on=pl.Series(later(end, 6)),
        settled_on=pl.Series(later(end, 9)),
        settled_amount="amount",
    )


def _sickness(
    plan: OfficePlan, spans: pl.DataFrame, employers: pl.DataFrame, ledger: pl.DataFrame
) -> pl.DataFrame:
    rng = plan.chance("sickness")
    pick = rng.integers(0, len(STARTS), spans.height)
    start = np.array(STARTS, dtype="datetime64[D]")[pick]
    jobs = spans.with_columns(event_from=pl.Series(start)).filter(pl.Series(rng.random(spans.height) < 0.05))
    jobs = jobs.filter((pl.col("kind") == "worker") & (pl.col("job") < 2) & ~pl.col("half"))
    at = month_of(jobs["event_from"].to_numpy())
    kept = pl.Series((jobs["m_from"].to_numpy() + 13 <= at) & (jobs["m_to"].to_numpy() >= at + 3))
    jobs = jobs.filter(kept).unique("person_id", keep="first", maintain_order=True)
    at = month_of(jobs["event_from"].to_numpy())
    served = (
        jobs.select("person_id")
        .join(_months_before(spans, jobs), on="person_id", how="left", maintain_order="left")["served"]
        .to_numpy()
    )
    clear = pl.Series((np.abs(served - 60) > 14) & (np.abs(served - 180) > 14))
    jobs = jobs.with_columns(served=pl.Series(served)).filter(
        clear & ~jobs["person_id"].is_in(_on_leave(ledger).implode())
    )
    days = rng.integers(7, 20, jobs.height)
    begin = jobs["event_from"].to_numpy()
    end = np.busday_offset(begin, days - 1, roll="forward")
    rate = np.where(jobs["served"].to_numpy() < 60, 500, np.where(jobs["served"].to_numpy() < 180, 550, 750))
    frame = jobs.select(
        "person_id",
        "event_from",
        kind=pl.lit("sickness"),
        employer_no=employers["employer_no"].gather(jobs["employer"]),
        event_to=pl.Series(end),
        days=pl.Series(days),
        employer_days=pl.lit(5),
        base_days=pl.lit(63),
        thousandths=pl.Series(rate),
        number=pl.int_range(1, pl.len() + 1),
        handled_from=pl.Series(end),
    ).with_columns(
        benefit_id=pl.format(f"{plan.code}-Т{{}}", "number"), rate=pl.format("0.{}", "thousandths")
    )
    frame = frame.with_columns(base_wage=_sums(ledger, frame, 3)).filter(pl.col("base_wage") > 0)
    top = frame["base_wage"].to_numpy() * frame["thousandths"].to_numpy() * (frame["days"].to_numpy() - 5)
    return settle(frame.with_columns(amount=pl.Series((top * 2 + 63_000) // 126_000)), plan.code, "ЭХ", "35")


def _months_before(spans: pl.DataFrame, jobs: pl.DataFrame) -> pl.DataFrame:
    at = jobs.select("person_id", at=pl.Series(month_of(jobs["event_from"].to_numpy())))
    mine = spans.filter(pl.col("job") < 2).join(at, on="person_id")
    months = (pl.min_horizontal(pl.col("m_to") + 1, "at") - pl.col("m_from")).clip(lower_bound=0)
    return mine.group_by("person_id").agg(served=months.sum())


def _on_leave(ledger: pl.DataFrame) -> pl.Series:
    return ledger.filter(pl.col("insured_type") == "17")["person_id"].unique()


def _maternity(plan: OfficePlan, ledger: pl.DataFrame) -> pl.DataFrame:
    """Return maternity benefits for the leaves that began while the law of the amount is on file."""
    leaves = (
        ledger.filter(pl.col("insured_type") == "17")
        .group_by("person_id", "employer_no", maintain_order=True)
        .agg(event_from=pl.col("period").min())
    )
    leaves = leaves.filter(pl.col("event_from").is_between(date(2021, 8, 1), date(2023, 9, 1)))
    frame = leaves.with_columns(
        kind=pl.lit("maternity"),
        event_to=pl.col("event_from").dt.offset_by("119d"),
        days=pl.lit(120),
        employer_days=pl.lit(0),
        base_days=pl.lit(360),
        rate=pl.lit("1.00"),
        number=pl.int_range(50_001, pl.len() + 50_001),
    ).with_columns(
        benefit_id=pl.format(f"{plan.code}-Т{{}}", "number"),
        handled_from=pl.col("event_from").dt.offset_by("4d"),
    )
    frame = frame.with_columns(base_wage=_sums(ledger, frame, 12))
    amount = (frame["base_wage"].to_numpy() * 120 * 2 + 360) // 720
    return settle(frame.with_columns(amount=pl.Series(amount)), plan.code, "ЖА", "36")


def _funerals(plan: OfficePlan, people: pl.DataFrame, busy: pl.Series) -> pl.DataFrame:
    """Return one funeral benefit per death, applied for three days later and paid the same afternoon."""
    dead = people.filter(
        pl.col("deceased_on").is_not_null()
        & (pl.col("deceased_on") >= date(2010, 6, 1))
        & (pl.col("deceased_on") < date(2026, 1, 1))
    )
    kin = people.filter(
        (pl.col("kind") == "worker")
        & (pl.col("birth_date").dt.year() < 2000)
        & ~pl.col("person_id").is_in(busy)
    )
    who = plan.chance("kin").permutation(kin.height)[: dead.height]
    dead = dead.head(len(who))
    died = dead["deceased_on"].to_numpy()
    since = np.array([row[0] for row in FUNERAL], dtype="datetime64[D]")
    amount = np.array([row[1] for row in FUNERAL])[np.searchsorted(since, died, side="right") - 1]
    day = pl.Series(later(died, 3))
    number = pl.int_range(90_001, pl.len() + 90_001)
    return pl.DataFrame(
        {
            "person_id": kin["person_id"][who.tolist()],
            "deceased_person_id": dead["person_id"],
            "event_from": dead["deceased_on"],
        }
    ).with_columns(
        benefit_id=pl.format(f"{plan.code}-Т{{}}", number),
        kind=pl.lit("funeral"),
        office_code=pl.lit(plan.code),
        cause=pl.lit("ordinary"),
        insured_type=pl.lit("01"),
        event_to="event_from",
        amount=pl.Series(amount),
        fund=pl.lit("benefit"),
        applied_at=pl.Series(moments(day, 11)),
        paid_at=pl.Series(moments(day, 16)),
        entered_by=pl.lit(f"{plan.code}-I3"),
        entered_at=pl.Series(moments(day, 11, 30)),
        verified_by=pl.lit(f"{plan.code}-I3"),
        verified_on=day,
        office_head_on=day,
        chief_accountant_on=day,
        notice_no=pl.format("О-{}", "deceased_person_id"),
        notice_copies=pl.lit(3),
        notice_to_bank_on=day,
        notice_section_head_on=day,
        notice_office_head_on=day,
        notice_chief_accountant_on=day,
    )


def benefits(
    plan: OfficePlan, people: pl.DataFrame, spans: pl.DataFrame, employers: pl.DataFrame, ledger: pl.DataFrame
) -> pl.DataFrame:
    """Return the table `benefit`."""
    staffed = [_sickness(plan, spans, employers, ledger), _maternity(plan, ledger)]
    busy = pl.concat([part["person_id"] for part in staffed]).implode()
    return (
        pl.concat([*staffed, _funerals(plan, people, busy)], how="diagonal_relaxed")
        .filter(pl.col("entered_at") < pl.datetime(2026, 1, 5))
        .sort("benefit_id")
    )


def benefit_papers(benefits: pl.DataFrame) -> pl.DataFrame:
    """Return the documents of the benefits, in the columns of `document`."""
    funeral = pl.col("kind") == "funeral"
    own = benefits.select(
        "person_id",
        "benefit_id",
        "kind",
        "hospital_sheet_no",
        "event_from",
        "event_to",
        "deceased_person_id",
        received_on=pl.col("entered_at").dt.date(),
    )
    of_dead = own.filter(funeral).with_columns(person_id="deceased_person_id")
    wanted = [
        (own.filter(~funeral), kind) for kind in ("hospital_sheet", "invoice", "si_book", "application")
    ]
    wanted += [
        (part, kind)
        for part in (own.filter(funeral), of_dead)
        for kind in ("funeral_application", "death_certificate", "id_card")
    ]
    return pl.concat(
        part.select(
            "person_id",
            "benefit_id",
            "received_on",
            kind=pl.lit(kind),
            issued_on=pl.col("received_on").dt.offset_by("-1d"),
            number=pl.col("hospital_sheet_no") if kind == "hospital_sheet" else pl.lit(None, pl.String),
            covers_from="event_from",
            covers_to="event_to",
            is_original=pl.lit(kind != "id_card"),
            certified=pl.lit(True),
            permanent=pl.lit(False),
            issued_by=pl.lit("Эрх бүхий байгууллага"),
        )
        for part, kind in wanted
    )
