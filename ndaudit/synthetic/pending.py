"""Files opened in the last weeks before the export: the term of decision has not passed."""

from datetime import timedelta

import polars as pl

from ndaudit.synthetic.careers import OPEN
from ndaudit.synthetic.months import AS_OF, month
from ndaudit.synthetic.papers import ORDINARY, handed_in
from ndaudit.synthetic.plan import OfficePlan

AGES = (30, 28, 21, 14, 9, 2)
"""Days before the export on which the files were opened; a decision is due after thirty."""


def pending_files(plan: OfficePlan, people: pl.DataFrame) -> pl.DataFrame:
    """Return disability files nobody has decided yet, in the columns of `pension_file`."""
    able = people.filter(
        (pl.col("kind") == "worker")
        & (pl.col("children") > 0)
        & (pl.col("end") == OPEN)
        & (pl.col("start") < month(2019, 1))
    ).tail(len(AGES))
    opened = pl.Series([AS_OF - timedelta(days=days) for days in AGES[: able.height]], dtype=pl.Date)
    return able.select(
        "person_id",
        "office_code",
        file_no=pl.format(f"{plan.code}{{}}", pl.int_range(900_001, pl.len() + 900_001)),
        regime=pl.lit("civil"),
        pension_type=pl.lit("disability"),
        condition=pl.lit("general"),
        cause=pl.lit("ordinary"),
        capacity_loss_percent=pl.lit(60, pl.Int64),
        applied_on=opened,
        papers_complete_on=opened,
        opened_on=opened,
        inspector=pl.lit(f"{plan.code}-I3"),
        inspector_signed=pl.lit(True),
        citizen_signed=pl.lit(True),
        citizen_present=pl.lit(True),
    )


def pending_papers(files: pl.DataFrame) -> pl.DataFrame:
    """Return the papers of those files, in the columns of `document`."""
    day = pl.col("applied_on")
    kinds = [*ORDINARY, "application", "photo"]
    act = handed_in(
        files, "medical_commission_act", day, covers_from=day.dt.offset_by("-3d"), permanent=pl.lit(True)
    ).with_columns(issued_on="covers_from")
    return pl.concat([*(handed_in(files, kind, day) for kind in kinds), act], how="diagonal_relaxed")
