"""Benefits the office pays itself, by notice sheet: funerals, and maternity of the voluntary insured."""

from datetime import date

import numpy as np
import polars as pl

from ndaudit.synthetic.ledger import wages_before
from ndaudit.synthetic.months import Days, day_in, later, moments, month
from ndaudit.synthetic.plan import OfficePlan

FUNERAL = (
    ("2002-01-01", 148_500),
    ("2010-01-01", 300_000),
    ("2013-01-01", 620_000),
    ("2016-06-01", 1_000_000),
    ("2023-01-01", 2_000_000),
)


def _signed(day: pl.Series) -> dict[str, pl.Expr | pl.Series]:
    """Return the check and the three signatures of a notice sheet, all on one day."""
    signed = ("section_head", "office_head", "chief_accountant")
    return {
        "verified_on": day,
        "office_head_on": day,
        "chief_accountant_on": day,
        "notice_copies": pl.lit(3),
        "notice_to_bank_on": day,
        **{f"notice_{role}_on": day for role in signed},
    }


def voluntary_maternity(plan: OfficePlan, people: pl.DataFrame, ledger: pl.DataFrame) -> pl.DataFrame:
    """Return the maternity benefit of every voluntary insured woman with the months it asks for."""
    rng = plan.chance("voluntary maternity")
    women = people.filter(
        (pl.col("kind") == "voluntary") & (pl.col("sex") == "F") & (pl.col("start") < month(2022, 7))
    )
    began: Days = day_in(month(2023, 8) - rng.integers(0, 2, women.height), 1)
    number = pl.int_range(70_001, pl.len() + 70_001)
    handled = pl.Series(later(began, 5))
    frame = women.select("person_id").with_columns(
        event_from=pl.Series(began),
        benefit_id=pl.format(f"{plan.code}-Т{{}}", number),
        hospital_sheet_no=pl.format(f"ЖА{plan.code}-{{}}", number),
    )
    frame = frame.with_columns(base_wage=wages_before(ledger, frame, 12))
    return frame.with_columns(
        kind=pl.lit("maternity"),
        office_code=pl.lit(plan.code),
        cause=pl.lit("ordinary"),
        insured_type=pl.lit("90"),
        event_to=pl.col("event_from").dt.offset_by("119d"),
        days=pl.lit(120),
        base_days=pl.lit(360),
        rate=pl.lit("0.70"),
        amount=(pl.col("base_wage") * 70 * 120 * 2 + 36_000) // 72_000,
        fund=pl.lit("benefit"),
        applied_at=pl.Series(moments(handled.to_numpy(), 11, 5)),
        entered_by=pl.lit(f"{plan.code}-I3"),
        entered_at=pl.Series(moments(handled.to_numpy(), 11, 30)),
        verified_by=pl.lit(f"{plan.code}-I3"),
        notice_no=pl.format("Ж-{}", number),
        paid_at=pl.Series(moments(later(handled.to_numpy(), 4), 11)),
        **_signed(handled),
    )


def funerals(plan: OfficePlan, people: pl.DataFrame, busy: pl.Series) -> pl.DataFrame:
    """Return one funeral benefit per death, applied for three days later and paid the same afternoon."""
    dead = people.filter(
        pl.col("deceased_on").is_not_null()
        & (pl.col("deceased_on") >= date(2010, 6, 1))
        & (pl.col("deceased_on") < date(2026, 1, 1))
    )
    kin = people.filter(
        (pl.col("kind") == "worker")
        & (pl.col("birth_date").dt.year() < 2000)
        & ~pl.col("person_id").is_in(busy.implode())
    )
    luck = pl.Series(plan.chance("kin").random(kin.height))
    # Parents first, whom nothing else needs: where they are few, one buries several.
    kin = kin.with_columns(luck=luck).sort(pl.col("children") == 0, "luck")
    parents = max(1, kin.filter(pl.col("children") > 0).height)
    kin = kin[[number % parents for number in range(dead.height if kin.height else 0)]]
    dead = dead.head(kin.height)
    died = dead["deceased_on"].to_numpy()
    since = np.array([row[0] for row in FUNERAL], dtype="datetime64[D]")
    amount = np.array([row[1] for row in FUNERAL])[np.searchsorted(since, died, side="right") - 1]
    day = pl.Series(later(died, 3))
    number = pl.int_range(90_001, pl.len() + 90_001)
    return pl.DataFrame(
        {
            "person_id": kin["person_id"],
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
        notice_no=pl.format("О-{}", "deceased_person_id"),
        **_signed(day),
    )
