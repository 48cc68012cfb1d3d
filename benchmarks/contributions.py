"""Contributions made for measuring: rows in the shape of the data contract, some of them wrong."""

from pathlib import Path

from ndaudit.store import connect, literal

ROWS_SQL = """
SELECT i AS contribution_id, i // 120 AS person_id, lpad(CAST(i // 4000 AS VARCHAR), 9, '0') AS employer_no,
    '1110' AS office_code, CAST(DATE '2016-01-01' + to_months(CAST(i % 120 AS INTEGER)) AS DATE) AS period,
    CASE WHEN i % 997 = 0 THEN '99' ELSE '01' END AS insured_type,
    CASE WHEN i % 1009 = 0 THEN -1 ELSE 400000 + hash(i) % 2000000 END AS wage_units,
    CASE WHEN i % 1013 = 0 THEN 40 ELSE 21 END AS worked_days
FROM range({rows}) r(i)
"""
CONTRIBUTION_SQL = """
SELECT contribution_id, person_id, employer_no, office_code, period, insured_type,
    CAST(wage_units AS DECIMAL(18,2)) AS wage, CAST(wage_units AS DECIMAL(18,2)) AS base, worked_days,
    CAST(wage_units * 125 // 1000 AS DECIMAL(18,2)) AS employer_amount,
    CAST(wage_units * 115 // 1000 AS DECIMAL(18,2)) AS insured_amount,
    CAST(period + INTERVAL 33 DAY AS DATE) AS reported_on, CAST(period + INTERVAL 34 DAY AS DATE) AS paid_on,
    '1110-I1' AS entered_by, CAST(period + INTERVAL 33 DAY + INTERVAL 11 HOUR AS TIMESTAMP) AS entered_at
FROM ({rows_sql})
"""


def contribution_sql(rows: int) -> str:
    """Return the SELECT of `rows` contributions."""
    return CONTRIBUTION_SQL.format(rows_sql=ROWS_SQL.format(rows=rows))


def write_csv(path: Path, rows: int) -> None:
    """Write `rows` contributions as a canonical CSV file."""
    con = connect()
    try:
        con.execute(f"COPY ({contribution_sql(rows)}) TO {literal(str(path))} (HEADER, DELIMITER ',')")
    finally:
        con.close()


def write_table(path: Path, rows: int) -> None:
    """Write `rows` contributions into the table `contribution` of a new DuckDB file."""
    con = connect(path)
    try:
        con.execute(
            "CREATE TABLE contribution AS SELECT *, '1110' AS delivered_by, 'b' AS batch_id,"
            " 'contribution.csv' AS source_file, contribution_id AS source_row"
            f" FROM ({contribution_sql(rows)})"
        )
    finally:
        con.close()
