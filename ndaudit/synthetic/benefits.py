"""Benefits: sickness and maternity settled with employers; those paid by notice sheet are in `notices`."""

from datetime import date

import numpy as np
import polars as pl

from ndaudit.synthetic import notices
from ndaudit.synthetic.ledger import wages_before
from ndaudit.synthetic.months import later, moments, month_of
from ndaudit.synthetic.people import register_numbers
from ndaudit.synthetic.plan import OfficePlan

STARTS = ("2022-05-02", "2023-09-04", "2024-10-07", "2025-04-07")
"""Mondays followed by four weeks without a public holiday."""

TWIN_DAYS = 140
FEWEST = 44
"""Sickness benefits an office has at least: small offices too must show every way of handling them."""


def settle(frame: pl.DataFrame, code: str, sheet: str, form: str) -> pl.DataFrame:
    """Return benefits of an employer's staff with the days of their handling filled in."""
    end = frame["handled_from"].to_numpy()
    return frame.with_columns(
        office_code=pl.lit(code),
        cause=pl.lit("ordinary"),
        insured_type=pl.lit("01"),
        fund=pl.lit("benefit"),
        hospital_sheet_no=pl.format(f"{sheet}{code}-{{}}", "number"),
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


def _with_children(people: pl.DataFrame) -> pl.DataFrame:
    return people.select("person_id", raises=pl.col("children") > 0)


def _sick(rng: np.random.Generator, spans: pl.DataFrame, on_leave: pl.Series) -> pl.DataFrame:
    """Return the jobs from which somebody fell ill, the day, and months `served` before it.

    Parents come first, because planters need the others, and whoever falls ill does so again in other years.
    """
    jobs = spans.filter((pl.col("kind") == "worker") & (pl.col("job") < 2) & ~pl.col("half"))
    jobs = jobs.filter(~pl.col("person_id").is_in(on_leave.implode()))
    start = np.array(STARTS, dtype="datetime64[D]")
    row = np.repeat(np.arange(jobs.height), len(start))
    jobs = jobs[row.tolist()].with_columns(event_from=pl.Series(np.tile(start, jobs.height)))
    jobs = jobs.with_columns(at=pl.Series(month_of(jobs["event_from"].to_numpy())))
    able = jobs.filter((pl.col("m_from") + 13 <= pl.col("at")) & (pl.col("m_to") >= pl.col("at") + 3))
    able = able.unique(["person_id", "event_from"], keep="first", maintain_order=True)
    able = able.join(_months_before(spans, able), on=["person_id", "at"], how="left", maintain_order="left")
    # A month more or less would change the rate of the benefit: such service is left out.
    clear = ((pl.col("served") - 60).abs() > 14) & ((pl.col("served") - 180).abs() > 14)
    able = able.filter(clear).with_columns(luck=pl.Series(rng.random(able.filter(clear).height)))
    able = able.with_columns(luck=pl.col("luck").first().over("person_id"))
    wanted = max(FEWEST, spans.height // 20)
    return able.sort(~pl.col("raises"), "luck").head(wanted).sort("person_id", "event_from")


def _sickness(
    plan: OfficePlan, people: pl.DataFrame, spans: pl.DataFrame, employers: pl.DataFrame, ledger: pl.DataFrame
) -> pl.DataFrame:
    """Return sickness benefits; every ninth after an accident at work, from the accident fund."""
    rng = plan.chance("sickness")
    parents = spans.join(_with_children(people), on="person_id", maintain_order="left")
    jobs = _sick(rng, parents, _on_leave(ledger))
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
    frame = frame.with_columns(base_wage=wages_before(ledger, frame, 3)).filter(pl.col("base_wage") > 0)
    top = frame["base_wage"].to_numpy() * frame["thousandths"].to_numpy() * (frame["days"].to_numpy() - 5)
    settled = settle(
        frame.with_columns(amount=pl.Series((top * 2 + 63_000) // 126_000)), plan.code, "ЭХ", "35"
    )
    accident, rounded = pl.col("number") % 9 == 4, (pl.col("number") % 7 == 3).cast(pl.Int64)
    return settled.with_columns(
        cause=pl.when(accident).then(pl.lit("work_accident")).otherwise("cause"),
        fund=pl.when(accident).then(pl.lit("accident")).otherwise("fund"),
        # The employer's own rounding: a tögrög more is settled.
        settled_amount=pl.col("amount") + rounded,
    )


def _months_before(spans: pl.DataFrame, jobs: pl.DataFrame) -> pl.DataFrame:
    at = jobs.select("person_id", "at").unique()
    mine = spans.filter(pl.col("job") < 2).join(at, on="person_id")
    months = (pl.min_horizontal(pl.col("m_to") + 1, "at") - pl.col("m_from")).clip(lower_bound=0)
    return mine.group_by("person_id", "at").agg(served=months.sum())


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
    frame = _in_parts(_of_twins(frame.with_columns(base_wage=wages_before(ledger, frame, 12))))
    amount = (frame["base_wage"].to_numpy() * frame["days"].to_numpy() * 2 + 360) // 720
    return settle(frame.with_columns(amount=pl.Series(amount)), plan.code, "ЖА", "36")


def _of_twins(leaves: pl.DataFrame) -> pl.DataFrame:
    """Return the leaves, every fifth for twins: twenty days longer."""
    longer = (pl.col("number") % 5 == 2).cast(pl.Int64) * (TWIN_DAYS - 120)
    return leaves.with_columns(
        days=pl.col("days") + longer, event_to=pl.col("event_to") + pl.duration(days=longer)
    )


def _in_parts(leaves: pl.DataFrame) -> pl.DataFrame:
    """Return the leaves, every fifth as two benefits: one before the birth, one after it."""
    halved = pl.col("number") % 5 == 1
    first = leaves.filter(halved).with_columns(
        days=pl.lit(60), event_to=pl.col("event_from").dt.offset_by("59d")
    )
    second = leaves.filter(halved).with_columns(
        pl.col("event_from").dt.offset_by("60d"),
        pl.col("handled_from").dt.offset_by("60d"),
        days=pl.lit(60),
        benefit_id=pl.col("benefit_id") + "/2",
    )
    return pl.concat([leaves.filter(~halved), first, second], how="vertical_relaxed")


def twins_born(plan: OfficePlan, granted: pl.DataFrame) -> pl.DataFrame:
    """Return the twins of the longer leaves, in the columns of `child`."""
    longer = granted.filter((pl.col("kind") == "maternity") & (pl.col("days") == TWIN_DAYS))
    mothers = pl.concat([longer, longer]).sort("benefit_id")
    birth = mothers["event_from"].dt.offset_by("60d")
    number = np.arange(1, mothers.height + 1)
    girl = number % 3 == 0
    return mothers.select(
        "person_id",
        child_id=pl.Series([f"{plan.code}-И{index}" for index in number.tolist()], dtype=pl.String),
        register_no=pl.Series(register_numbers(plan.code, birth.to_numpy(), girl, 36), dtype=pl.String),
        birth_date=birth,
        certificate_no=pl.Series([f"И{plan.code}{index:06d}" for index in number.tolist()], dtype=pl.String),
        raised_to_six=pl.lit(value=False),
        certificate_irregular=pl.lit(value=False),
    )


def benefits(
    plan: OfficePlan, people: pl.DataFrame, spans: pl.DataFrame, employers: pl.DataFrame, ledger: pl.DataFrame
) -> pl.DataFrame:
    """Return the table `benefit`."""
    staffed = [_sickness(plan, people, spans, employers, ledger), _maternity(plan, ledger)]
    busy = pl.concat([part["person_id"] for part in staffed])
    noticed = [notices.voluntary_maternity(plan, people, ledger), notices.funerals(plan, people, busy)]
    return (
        pl.concat([*staffed, *noticed], how="diagonal_relaxed")
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
        "employer_no",
        received_on=pl.col("entered_at").dt.date(),
    )
    of_dead = own.filter(funeral).with_columns(person_id="deceased_person_id")
    wanted = [(own.filter(~funeral), kind) for kind in ("hospital_sheet", "si_book", "application")]
    wanted.append((own.filter(pl.col("employer_no").is_not_null()), "invoice"))
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
