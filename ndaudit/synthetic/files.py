"""Files, the service they count, and the books opened on them."""

import numpy as np
import polars as pl

from ndaudit.synthetic.months import LEDGER_START, Flags, Ints, first_day, later, month, month_of
from ndaudit.synthetic.plan import OfficePlan
from ndaudit.synthetic.staffing import signer


def window_months(effective: Ints, soldier: Flags) -> Ints:
    """Return the length of the reference window asked of an award effective in each month."""
    long = np.where(effective < month(2020, 1), 72, 84)
    civil = (effective >= month(2019, 1)) & (effective < month(2024, 1)) & ~soldier
    return np.where(civil, long, 60)


def open_files(plan: OfficePlan, claims: pl.DataFrame) -> pl.DataFrame:
    """Return the table `pension_file`, with what the claims hold and the effective date beside it."""
    right = claims["right_on"].to_numpy()
    applied = right + plan.chance("files").integers(1, 4, claims.height).astype("timedelta64[D]")
    effective = month_of(right) + 1
    waited = np.where(np.arange(claims.height) % 5 == 0, 0, 2)
    return claims.with_columns(
        file_no=pl.Series(
            [f"{plan.code}{number:06d}" for number in range(1, claims.height + 1)], dtype=pl.String
        ),
        applied_on=pl.Series(applied),
        papers_complete_on=pl.Series(applied),
        opened_on=pl.Series(later(applied, waited)),
        inspector=signer(plan, "inspector", applied),
        inspector_signed=pl.lit(True),
        citizen_signed=pl.lit(True),
        citizen_present=pl.lit(True),
        capacity_loss_percent="capacity",
        condition_of_work="condition",
        effective=pl.Series(effective),
        effective_from=pl.Series(first_day(effective)),
        window=pl.Series(window_months(effective, (claims["kind"] == "military").to_numpy())),
    ).with_columns(condition="file_condition", wage_from=pl.col("end") - pl.col("window") + 1)


def counted_service(files: pl.DataFrame, spans: pl.DataFrame, bought: pl.DataFrame) -> pl.DataFrame:
    """Return the spans each file counts, and what was bought back.

    Columns: file_no, line, employment_id, counted_from, counted_to, months, before (1995), work_condition.
    """
    own = (
        spans.filter(pl.col("job") < 2)
        .drop("person_id", "kind", "sex", "shade")
        .with_columns(insured_id=spans.filter(pl.col("job") < 2)["person_id"])
    )
    lines = files.select("file_no", "insured_id").join(own, on="insured_id", maintain_order="left_right")
    worked = lines.with_columns(
        months=pl.col("m_to") - pl.col("m_from") + 1,
        before=(pl.min_horizontal(pl.col("m_to") + 1, pl.lit(LEDGER_START)) - pl.col("m_from")).clip(
            lower_bound=0
        ),
        counted_from="hired_on",
        counted_to="released_on",
    )
    credits = bought.select(
        "months",
        insured_id="person_id",
        counted_from="covers_from",
        counted_to="covers_to",
        before=pl.lit(0, pl.Int64),
        work_condition=pl.lit("normal"),
    )
    paid = files.select("file_no", "insured_id").join(credits, on="insured_id", maintain_order="left_right")
    columns = ("file_no", "employment_id", "counted_from", "counted_to", "months", "before", "work_condition")
    rows = pl.concat([worked, paid], how="diagonal_relaxed").select(columns)
    return rows.with_columns(line=pl.int_range(1, pl.len() + 1).over("file_no"))


def books(plan: OfficePlan, files: pl.DataFrame) -> pl.DataFrame:
    """Return the table `pension_book`: one per file, closed by death only."""
    opened = later(files["opened_on"].to_numpy(), 4)
    return files.select(
        "file_no",
        "person_id",
        "office_code",
        book_no="file_no",
        opened_on=pl.Series(opened),
        office_head=signer(plan, "office_head", opened),
        signed=pl.lit(True),
        stamped=pl.lit(True),
        closed_on="deceased_on",
        closed_reason=pl.when(pl.col("deceased_on").is_not_null()).then(pl.lit("death")),
    )
