"""Whether an office's data can be relied on, in the words of a data reliability assessment (GAO-20-283G)."""

from decimal import Decimal

import polars as pl

from ndaudit.analyses import completeness, deliveries
from ndaudit.analyses.shares import fraction
from ndaudit.reading import Reading
from ndaudit.scope import Scope

VERDICTS = ("sufficient", "limited", "insufficient")


def _limit(reading: Reading, name: str) -> Decimal:
    return reading.catalogue.thresholds[name].value / 100


def _verdict(reading: Reading, row: dict[str, object]) -> str:
    shares = [Decimal(str(row[name] or 0)) for name in ("rejected_share", "missing_share")]
    if not row["rows_in"] or max(shares) > _limit(reading, "unreliable_percent"):
        return "insufficient"
    limits = (_limit(reading, "reliable_rejected_percent"), _limit(reading, "reliable_missing_percent"))
    over = any(share > limit for share, limit in zip(shares, limits, strict=True))
    unsound = row["tables_missing"] or row["totals_differ"] or row["values_rejected"]
    return "limited" if over or unsound else "sufficient"


def conclusion(reading: Reading, scope: Scope, missing_values: pl.DataFrame) -> pl.DataFrame:
    """Return one row with what the assessment rests on, and its `verdict`.

    Args:
        missing_values: `completeness.missing_values` of the same scope.

    Columns: tables, tables_delivered, tables_missing (not counting optional ones), batches, rows_in,
    rows_loaded, rows_rejected, rejected_share, values_rejected, values, missing, missing_share (of values
    that can never be empty), totals, totals_differ, verdict (`sufficient`, `limited`, `insufficient`).
    """
    tables = deliveries.delivered_tables(reading, scope)
    totals = deliveries.control_totals(reading, scope)
    missing = completeness.by_table(missing_values)
    loaded = deliveries.loaded_share(deliveries.batches(reading, scope))
    frame = loaded.with_columns(
        tables=pl.lit(tables.height, pl.Int64),
        tables_delivered=pl.lit(tables["delivered"].sum(), pl.Int64),
        tables_missing=pl.lit(tables.filter(~pl.col("delivered") & ~pl.col("optional")).height, pl.Int64),
        values=pl.lit(missing["values"].sum(), pl.Int64),
        missing=pl.lit(missing["missing"].sum(), pl.Int64),
        totals=pl.lit(totals.height, pl.Int64),
        totals_differ=pl.lit(totals.filter(pl.col("difference").fill_null(1) != 0).height, pl.Int64),
    ).with_columns(missing_share=fraction("missing", "values"))
    return frame.with_columns(verdict=pl.lit(_verdict(reading, frame.row(0, named=True))))
