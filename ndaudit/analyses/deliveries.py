"""What offices delivered, what of it was loaded, and whether its control totals agree."""

import polars as pl

from ndaudit.analyses.shares import fraction
from ndaudit.reading import Reading
from ndaudit.scope import Scope

_BATCHES = """
SELECT b.office_code, b.batch_id, b.period, b.exported_at, b.loaded_at, count(f.source_file) AS files,
    CAST(coalesce(sum(f.rows_in), 0) AS BIGINT) AS rows_in,
    CAST(coalesce(sum(f.rows_loaded), 0) AS BIGINT) AS rows_loaded,
    CAST(coalesce(sum(f.rows_rejected), 0) AS BIGINT) AS rows_rejected,
    CAST(coalesce(sum(f.values_rejected), 0) AS BIGINT) AS values_rejected,
    b.accepted_mismatch IS NOT NULL AS mismatch_accepted
FROM snapshot.batch b LEFT JOIN snapshot.delivered_file f ON f.batch_id = b.batch_id
WHERE $office IS NULL OR b.office_code = $office
GROUP BY ALL ORDER BY b.office_code, b.exported_at DESC, b.batch_id
"""
_TABLES = """
SELECT table_name, count(DISTINCT office_code) AS offices, CAST(sum(rows_in) AS BIGINT) AS rows_in,
    CAST(sum(rows_loaded) AS BIGINT) AS rows_loaded, CAST(sum(rows_rejected) AS BIGINT) AS rows_rejected,
    CAST(sum(values_rejected) AS BIGINT) AS values_rejected
FROM snapshot.delivered_file WHERE $office IS NULL OR office_code = $office GROUP BY table_name
"""
_TOTALS = """
SELECT b.office_code, b.period, f.table_name, t.source_file, t.column_name, t.promised, t.found,
    t.found - t.promised AS difference
FROM snapshot.control_total t
JOIN snapshot.batch b ON b.batch_id = t.batch_id
LEFT JOIN snapshot.delivered_file f ON f.batch_id = t.batch_id AND f.source_file = t.source_file
WHERE $office IS NULL OR b.office_code = $office
ORDER BY abs(t.found - t.promised) DESC NULLS FIRST, b.office_code, f.table_name, t.source_file, t.column_name
"""
_REJECTED_ROWS = """
SELECT f.table_name, r.source_file, r.reason, count(*) AS rows, min(r.source_row) AS first_row
FROM snapshot.rejected_row r
JOIN snapshot.batch b ON b.batch_id = r.batch_id
LEFT JOIN snapshot.delivered_file f ON f.batch_id = r.batch_id AND f.source_file = r.source_file
WHERE $office IS NULL OR b.office_code = $office
GROUP BY ALL ORDER BY rows DESC, r.source_file, r.reason
"""
_REJECTED_VALUES = """
SELECT v.table_name, v.column_name, v.reason, count(*) AS values, min(v.source_row) AS first_row
FROM snapshot.rejected_value v JOIN snapshot.batch b ON b.batch_id = v.batch_id
WHERE $office IS NULL OR b.office_code = $office
GROUP BY ALL ORDER BY values DESC, v.table_name, v.column_name, v.reason
"""
_BY_OFFICE = """
WITH files AS (
    SELECT office_code, table_name, CAST(sum(rows_rejected + values_rejected) AS BIGINT) AS rejected
    FROM snapshot.delivered_file GROUP BY ALL
), differing AS (
    SELECT b.office_code, count(*) AS totals_differ FROM snapshot.control_total t
    JOIN snapshot.batch b ON b.batch_id = t.batch_id
    WHERE t.found IS DISTINCT FROM t.promised GROUP BY ALL
)
SELECT f.office_code, count(DISTINCT f.table_name) FILTER (WHERE list_contains($required, f.table_name))
        AS delivered, CAST(sum(f.rejected) AS BIGINT) AS rejected,
    coalesce(any_value(d.totals_differ), 0) AS totals_differ
FROM files f LEFT JOIN differing d ON d.office_code = f.office_code
GROUP BY f.office_code ORDER BY f.office_code
"""


def batches(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return one row per batch, newest first within its office.

    Columns: office_code, batch_id, period, exported_at, loaded_at, files, rows_in, rows_loaded,
    rows_rejected, values_rejected, mismatch_accepted. A batch that a later one replaced is listed too.
    """
    return reading.frame(_BATCHES, office=scope.office)


def delivered_tables(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return one row per table of the dictionary: whether it was delivered, and how it was loaded.

    Columns: table_name, optional, delivered, offices (how many delivered it), offices_all, rows_in,
    rows_loaded, rows_rejected, values_rejected. Tables never delivered come first.
    """
    declared = pl.DataFrame(
        {
            "table_name": list(reading.catalogue.tables),
            "optional": [table.optional for table in reading.catalogue.tables.values()],
        },
        schema={"table_name": pl.String, "optional": pl.Boolean},
    )
    found = reading.frame(_TABLES, office=scope.office)
    size = 1 if scope.office else len(reading.offices)
    numbers = pl.col("offices", "rows_in", "rows_loaded", "rows_rejected", "values_rejected")
    return (
        declared.join(found, on="table_name", how="left")
        .with_columns(numbers.fill_null(0), offices_all=pl.lit(size, pl.Int64))
        .with_columns(delivered=pl.col("offices") == size)
        .sort("delivered", "optional", "rows_in", "table_name", descending=[False, False, True, False])
    )


def by_office(reading: Reading) -> pl.DataFrame:
    """Return one row per office that delivered.

    Columns: office_code, delivered (how many of the tables that are not optional), required (how many there
    are), rejected (rows and values that could not be read), totals_differ.
    """
    required = [name for name, table in reading.catalogue.tables.items() if not table.optional]
    frame = reading.frame(_BY_OFFICE, required=required)
    return frame.with_columns(required=pl.lit(len(required), pl.Int64))


def control_totals(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return promised and found sums of every column a manifest totals, the largest difference first.

    Columns: office_code, period, table_name, source_file, column_name, promised, found, difference (₮ or
    the unit of the column); found is NULL where nothing was summed.
    """
    return reading.frame(_TOTALS, office=scope.office)


def rejected_rows(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return rows that could not be read: table_name, source_file, reason, rows, first_row."""
    return reading.frame(_REJECTED_ROWS, office=scope.office)


def rejected_values(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return values that could not be read: table_name, column_name, reason, values, first_row."""
    return reading.frame(_REJECTED_VALUES, office=scope.office)


def loaded_share(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the sums over `batches` as one row, with rejected_share (of the rows that came in)."""
    return frame.select(
        pl.len().cast(pl.Int64).alias("batches"),
        pl.col("rows_in", "rows_loaded", "rows_rejected", "values_rejected").sum(),
        pl.col("mismatch_accepted").sum().cast(pl.Int64),
    ).with_columns(rejected_share=fraction("rows_rejected", "rows_in"))
