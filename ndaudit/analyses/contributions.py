"""Contributions: what employers owe and for how long, late and missing months, under-declared wages."""

import polars as pl

from ndaudit.analyses import subjects
from ndaudit.reading import Reading
from ndaudit.scope import Scope

ARREARS_RULE = "CON-02"
_OPEN = """
WITH open AS (
    SELECT office_code, json_extract_string(evidence, '$.employer_no') AS employer_no, period,
        CAST(json_extract_string(evidence, '$.open_amount') AS DECIMAL(18, 2)) AS open_amount,
        CAST(json_extract_string(evidence, '$.days_overdue') AS BIGINT) AS days_overdue
    FROM run.finding
    WHERE outcome = 'exception' AND rule_id = $rule AND ($office IS NULL OR office_code = $office)
)
"""
_AGED = f"""{_OPEN}
SELECT CASE WHEN days_overdue <= 30 THEN 'month' WHEN days_overdue <= 90 THEN 'quarter'
        WHEN days_overdue <= 180 THEN 'half' WHEN days_overdue <= 365 THEN 'year'
        WHEN days_overdue > 365 THEN 'longer' ELSE 'unknown' END AS age,
    count(*) AS months, count(DISTINCT employer_no) AS employers, coalesce(sum(open_amount), 0) AS open_amount
FROM open GROUP BY age
"""
_DEBTORS = f"""{_OPEN}
SELECT office_code, employer_no, count(*) AS months, sum(open_amount) AS open_amount,
    max(days_overdue) AS days_overdue, min(period) AS first_period
FROM open GROUP BY office_code, employer_no
ORDER BY open_amount DESC NULLS LAST, office_code, employer_no LIMIT $most
"""
_YEARS = """
SELECT CAST(date_trunc('year', period) AS DATE) AS year,
    count(*) FILTER (WHERE rule_id = 'CON-01') AS late,
    count(*) FILTER (WHERE rule_id = 'CON-03') AS unreported,
    count(*) FILTER (WHERE rule_id = 'CON-04') AS differing,
    count(*) FILTER (WHERE rule_id = 'SIB-03') AS gaps,
    count(*) FILTER (WHERE rule_id = 'SIB-04') AS underpaid,
    count(*) FILTER (WHERE rule_id = 'SIB-05') AS doubled,
    count(*) FILTER (WHERE rule_id = 'SIB-07') AS below_minimum
FROM run.finding
WHERE outcome = 'exception' AND severity <> 'I' AND period IS NOT NULL
    AND regexp_matches(rule_id, '^(CON-0[134]|SIB-0[3457])$') AND ($office IS NULL OR office_code = $office)
GROUP BY year ORDER BY year DESC
"""
AGES = ("month", "quarter", "half", "year", "longer", "unknown")
"""How long a due is open: to 30 days, to 90, to 180, to 365, more; or not recorded."""


def arrears(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return what is due and not paid by its age, the youngest first, from the findings of `ARREARS_RULE`.

    Columns: age (one of `AGES`), months (of employers), employers, open_amount (₮).
    """
    found = reading.frame(_AGED, rule=ARREARS_RULE, office=scope.office)
    order = pl.DataFrame({"age": AGES}).with_row_index("place")
    return found.join(order, on="age").sort("place").drop("place")


def debtors(reading: Reading, scope: Scope, most: int = 20) -> pl.DataFrame:
    """Return the employers who owe most.

    Columns: office_code, employer_no (to be masked), months, open_amount (₮), days_overdue (of the oldest),
    first_period.
    """
    return reading.frame(_DEBTORS, rule=ARREARS_RULE, office=scope.office, most=most)


def by_year(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return exceptions by the year of the month they are about, the latest first.

    Columns: year, late, unreported, differing, gaps, underpaid, doubled, below_minimum.
    """
    return reading.frame(_YEARS, office=scope.office)


def conclusion(reading: Reading, scope: Scope, rules: pl.DataFrame) -> pl.DataFrame:
    """Return `subjects.conclusion` of the rules of contributions, with what the first screen says.

    Further columns: open_amount (₮) and employers that owe it, late (months reported or paid late), gaps
    (months worked without contribution), underpaid (contributions below or above the lawful rate).
    """
    owing = debtors(reading, scope, most=2**31 - 1)
    return subjects.conclusion(reading, scope, rules).with_columns(
        open_amount=pl.lit(owing["open_amount"].sum(), pl.Decimal(38, 2)),
        employers=pl.lit(owing["employer_no"].n_unique(), pl.Int64),
        late=pl.lit(subjects.found_by(rules, "CON-01"), pl.Int64),
        gaps=pl.lit(subjects.found_by(rules, "SIB-03"), pl.Int64),
        underpaid=pl.lit(subjects.found_by(rules, "SIB-04"), pl.Int64),
    )
