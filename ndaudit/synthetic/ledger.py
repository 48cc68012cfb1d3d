"""The monthly ledger and what repeats it: contributions, employers' reports, entries in insurance books."""

from datetime import date

import numpy as np
import polars as pl

from ndaudit.synthetic.earnings import ledger_rows, wages
from ndaudit.synthetic.months import first_day, month
from ndaudit.synthetic.plan import OfficePlan
from ndaudit.synthetic.rates import KINDS, MONTHS, WEEKDAYS, rate_tables, share

REPORTED = first_day(MONTHS + 1).astype("datetime64[D]").astype(np.int64)
"""The first day of the month after each ledger month, in days since 1970."""

DONE = np.where(month(2025, 9) == MONTHS, 5, 2)
"""Days from then to the report: 5 October 2025 was a Sunday, so reports came on Monday the 6th."""


def _number(series: np.ndarray, rows: np.ndarray, kind: pl.DataType) -> pl.Series:
    """Return a calendar column: a value for every month, looked up for every row."""
    return pl.Series(series[rows]).cast(kind)


def contributions(
    plan: OfficePlan, people: pl.DataFrame, spans: pl.DataFrame, employers: pl.DataFrame
) -> pl.DataFrame:
    """Return the table `contribution`, sorted by person, job and period."""
    rows = ledger_rows(plan, people, spans)
    wage, base = wages(rows)
    traits = [employers["accident"], employers["klass"], (employers["sector"] == "private").cast(pl.Int64)]
    profiles, profile = np.unique(
        np.column_stack([part.to_numpy() for part in traits]), axis=0, return_inverse=True
    )
    insured, theirs = rate_tables(profiles[:, 0], profiles[:, 1], profiles[:, 2] == 1)
    at, place = rows.at, (profile[rows.employer], rows.kind, rows.at)
    number = employers["employer_no"].gather(np.maximum(rows.employer, 0))
    nobody = pl.Series([None], dtype=pl.String)
    days = np.where(np.isin(rows.kind, (KINDS.index("06"), KINDS.index("17"))), 0, WEEKDAYS[at])
    days[rows.split] = 10
    frame = pl.DataFrame(
        {
            "contribution_id": int(plan.code) * 1_000_000_000 + np.arange(1, len(at) + 1),
            "person_id": rows.person,
            "employer_no": number
            if rows.employer.min(initial=0) >= 0
            else number.zip_with(pl.Series(rows.employer >= 0), nobody),
            "period": _number(first_day(MONTHS).astype(np.int64), at, pl.Int32()).cast(pl.Date),
            "insured_type": pl.Series(KINDS).gather(rows.kind),
            "wage": wage,
            "base": base,
            "worked_days": days,
            "employer_amount": share(base, theirs[place]),
            "insured_amount": share(base, insured[place]),
            "reported_on": _number(REPORTED + DONE, at, pl.Int32()).cast(pl.Date),
            "paid_on": _number(REPORTED + np.maximum(DONE, 3), at, pl.Int32()).cast(pl.Date),
            "entered_at": _number(
                ((REPORTED + DONE) * 1440 + 11 * 60 + 43) * 60_000_000, at, pl.Datetime("us")
            ),
        }
    )
    return frame.with_columns(office_code=pl.lit(plan.code), entered_by=pl.lit(f"{plan.code}-I2"))


def employer_reports(ledger: pl.DataFrame) -> pl.DataFrame:
    """Return the table `employer_report`: one row per employer and month, equal to its ledger rows."""
    due = pl.col("employer_amount") + pl.col("insured_amount")
    return (
        ledger.lazy()
        .filter(pl.col("employer_no").is_not_null())
        .group_by("employer_no", "period")
        .agg(
            pl.col("office_code").first(),
            headcount=pl.col("person_id").n_unique(),
            total_wage=pl.col("wage").sum(),
            total_due=due.sum(),
            total_paid=due.sum(),
            submitted_on=pl.col("reported_on").first(),
            paid_on=pl.col("paid_on").first(),
        )
        .sort("employer_no", "period")
        .collect()
    )


def with_late_payers(reports: pl.DataFrame) -> pl.DataFrame:
    """Return the reports, where every third employer paid part of March 2023 with April's contributions."""
    third = pl.col("employer_no").rank("dense") % 3 == 0
    months = pl.col("period").is_in([date(2023, 3, 1), date(2023, 4, 1)])
    both = (pl.col("period").filter(months).n_unique() == 2).over("employer_no")
    late = pl.col("total_due").filter(months).min().over("employer_no") // 2
    sign = pl.when(pl.col("period") == date(2023, 3, 1)).then(-1).otherwise(1)
    moved = pl.when(third & months & both).then(late * sign).otherwise(0)
    return reports.with_columns(total_paid=pl.col("total_paid") + moved)


def book_entries(
    plan: OfficePlan, ledger: pl.DataFrame, spans: pl.DataFrame, window: pl.DataFrame
) -> pl.DataFrame:
    """Return the table `book_entry` for the months each person's book is delivered for.

    Args:
        window: person_id, book_from, book_to (periods).
    """
    chosen = (
        ledger.lazy()
        .join(window.lazy(), on="person_id")
        .filter(pl.col("period").is_between("book_from", "book_to"))
    )
    trades = spans.lazy().group_by("person_id").agg(pl.col("occupation").first())
    return (
        chosen.group_by("person_id", "employer_no", "period")
        .agg(
            wage=pl.col("wage").sum(),
            contribution=(pl.col("employer_amount") + pl.col("insured_amount")).sum(),
        )
        .join(trades, on="person_id", how="left")
        .with_columns(
            pl.col("occupation").fill_null("сайн дурын даатгуулагч"),
            certified_by=pl.lit(f"{plan.code}-I2"),
            # The December entry is certified on the last day of the year.
            certified_on=pl.when(pl.col("period").dt.month() == 12)
            .then(pl.col("period").dt.month_end())
            .otherwise(pl.col("period").dt.offset_by("1mo").dt.offset_by("9d")),
        )
        .sort("person_id", "period", "employer_no", nulls_last=True)
        .collect()
    )


def wages_before(ledger: pl.DataFrame, events: pl.DataFrame, months: int) -> pl.Series:
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
