"""An invented country of pensions, in the proportions of the real one.

600 contributions to a pension, 240 of them the pensioner's own; a book of service before 1995, children and
papers; 100 payments at most.
"""

from collections.abc import Iterable
from pathlib import Path

from ndaudit.store import connect, create_tables
from ndaudit.tables import Table

OFFICES = 34
EMPLOYERS = 34_000
MADE = (
    """
CREATE TABLE made AS
SELECT i AS person_id, CAST(10 + i % 34 AS VARCHAR) AS office, i % 2 = 0 AS woman,
    CAST(DATE '1951-01-01' + CAST(hash(i) % 5000 AS INTEGER) AS DATE) AS born
FROM range($pensions) r(i)
""",
    """
CREATE TABLE award AS
SELECT *, CASE WHEN effective_from < DATE '2019-01-01' OR effective_from >= DATE '2024-01-01' THEN 60
    WHEN effective_from < DATE '2020-01-01' THEN 72 ELSE 84 END AS asked
FROM (
    SELECT *, CAST(date_trunc('month', born + to_months(CASE WHEN woman THEN 661 ELSE 721 END)) AS DATE)
        AS effective_from
    FROM made
)
""",
)
"""Who draws a pension, and from when."""

FILLED = (
    """
INSERT INTO person (person_id, birth_date, sex, office_code, delivered_by)
SELECT person_id, born, CASE WHEN woman THEN 'F' ELSE 'M' END, office, office FROM made
""",
    """
INSERT INTO employer (employer_no, office_code, sector, registered_on, delivered_by)
SELECT CAST(i AS VARCHAR), CAST(10 + i % 34 AS VARCHAR), CASE WHEN i % 3 = 0 THEN 'public' ELSE 'private' END,
    DATE '1995-01-01', CAST(10 + i % 34 AS VARCHAR)
FROM range($employers) r(i)
""",
    """
INSERT INTO employment (employment_id, person_id, employer_no, kind, work_condition, hired_on, released_on,
    certified, corrected, rewritten, records_lost, delivered_by)
SELECT CAST(person_id AS VARCHAR), person_id, CAST(person_id % $employers AS VARCHAR), 'work',
    CASE person_id % 10 WHEN 1 THEN 'heavy' WHEN 2 THEN 'toxic' ELSE 'normal' END, DATE '1985-01-01',
    CAST(effective_from - 1 AS DATE), TRUE, FALSE, FALSE, FALSE, office
FROM award
""",
    """
INSERT INTO child (child_id, person_id, birth_date, raised_to_six, delivered_by)
SELECT person_id || '/' || n, person_id, CAST(DATE '1980-01-01' + CAST(n * 700 AS INTEGER) AS DATE), TRUE,
    office
FROM made CROSS JOIN range(3) k(n)
WHERE woman
""",
    """
INSERT INTO document (document_id, person_id, kind, covers_from, covers_to, received_on, delivered_by)
SELECT CAST(person_id AS VARCHAR), person_id, 'archive_contribution_135', DATE '1991-07-01',
    DATE '1994-12-31', CAST(effective_from - 60 AS DATE), office
FROM award
""",
    """
INSERT INTO pension_file (file_no, person_id, regime, pension_type, condition, delivered_by)
SELECT CAST(person_id AS VARCHAR), person_id, 'civil', 'old_age',
    CASE person_id % 10 WHEN 1 THEN 'heavy' WHEN 2 THEN 'toxic_hot' ELSE 'general' END, office
FROM made
""",
    """
INSERT INTO determination (determination_id, file_no, person_id, kind, method, effective_from, entered_at,
    window_from, window_months, amount, rate, reference_wage, service_months_before_1995,
    service_months_after_1995, bonus_months, delivered_by)
SELECT CAST(person_id AS VARCHAR), CAST(person_id AS VARCHAR), person_id, 'initial', 'wage', effective_from,
    CAST(effective_from + 10 AS TIMESTAMP), CAST(effective_from - to_months(asked) AS DATE), asked, 500000,
    0.6, 900000, 120, 200, 0, office
FROM award
""",
    """
INSERT INTO payment (payment_id, pension_book_no, person_id, period, amount, status, delivered_by)
SELECT person_id || '/' || n, CAST(person_id AS VARCHAR), person_id,
    CAST(effective_from + to_months(CAST(n AS INTEGER)) AS DATE), 500000, 'paid', office
FROM award CROSS JOIN range(100) m(n)
WHERE effective_from + to_months(CAST(n AS INTEGER)) < DATE '2026-01-01'
""",
    """
INSERT INTO contribution (contribution_id, person_id, employer_no, office_code, period, insured_type, wage,
    base, employer_amount, insured_amount, reported_on, paid_on, delivered_by)
SELECT person_id * 240 + n, person_id, CAST(person_id % $employers AS VARCHAR), office, period, '01', 900000,
    900000, 112500, 103500, CAST(period + INTERVAL 33 DAY AS DATE), CAST(period + INTERVAL 34 DAY AS DATE),
    office
FROM (
    SELECT p.person_id, n, CAST(10 + p.person_id % 34 AS VARCHAR) AS office,
        CAST(coalesce(a.effective_from, DATE '2026-01-01') - to_months(240 - CAST(n AS INTEGER)) AS DATE)
            AS period
    FROM range($persons) p(person_id)
    LEFT JOIN award a ON a.person_id = p.person_id
    CROSS JOIN range(240) m(n)
    ORDER BY p.person_id, n
)
WHERE period >= DATE '1995-01-01'
""",
    """
INSERT INTO batch (batch_id, office_code, exported_at)
SELECT CAST(10 + i AS VARCHAR), CAST(10 + i AS VARCHAR), TIMESTAMP '2026-01-12 18:00:00'
FROM range($offices) r(i)
""",
    """
INSERT INTO delivered_file (batch_id, office_code, table_name, mode)
SELECT CAST(10 + i AS VARCHAR), CAST(10 + i AS VARCHAR), 'contribution', 'full'
FROM range($offices) r(i)
""",
    "DROP TABLE award",
    "DROP TABLE made",
)


def write_country(path: Path, tables: Iterable[Table], pensions: int) -> None:
    """Write a country of that many pensions into a new DuckDB file."""
    sizes = {
        "pensions": pensions,
        "persons": pensions * 5 // 2,
        "employers": EMPLOYERS,
        "offices": OFFICES,
    }
    con = connect(path)
    try:
        create_tables(con, tables)
        for statement in (*MADE, *FILLED):
            named = {name: size for name, size in sizes.items() if f"${name}" in statement}
            con.execute(statement, named or None)
    finally:
        con.close()
