"""The SQL that puts results together: those of the run before, less what was touched, with what it is now."""

from ndaudit.deciding import FINDING_COLUMNS
from ndaudit.evaluation import RESULT_TABLES

_ALL = ", ".join(FINDING_COLUMNS)
_CARRIED = "WHERE rule_id IN (SELECT rule_id FROM carried)"
NOT_THERE = f"""
SELECT DISTINCT rule_id FROM (
    SELECT {_ALL} FROM before.finding {_CARRIED} EXCEPT ALL SELECT {_ALL} FROM base.finding {_CARRIED}
) ORDER BY rule_id
"""
_SIGNED = """
    SELECT *, 1 AS sign FROM base.{table}
    UNION ALL SELECT *, -1 FROM before.{table}
    UNION ALL SELECT *, 1 FROM after.{table}
"""
FINDINGS = f"""
INSERT INTO finding
(SELECT {_ALL} FROM base.finding {_CARRIED} EXCEPT ALL SELECT {_ALL} FROM before.finding {_CARRIED})
UNION ALL
SELECT {_ALL} FROM after.finding {_CARRIED}
"""
_COUNTS = (
    "population",
    "met",
    "exceptions",
    "undetermined",
    "missing_value",
    "not_delivered",
    "law_value_unknown",
)
_SUMS = ", ".join(f"CAST(sum(sign * {name}) AS BIGINT) AS {name}" for name in _COUNTS)
RESULTS = f"""
INSERT INTO rule_result
WITH counted AS (
    SELECT rule_id, severity, office_code, {_SUMS} FROM ({_SIGNED.format(table="rule_result")})
    {_CARRIED}
    GROUP BY rule_id, severity, office_code
    HAVING sum(sign * population) <> 0
), paid AS (
    SELECT rule_id, office_code, sum(effect) AS effect FROM finding {_CARRIED} GROUP BY rule_id, office_code
)
SELECT c.*, p.effect
FROM counted c
LEFT JOIN paid p ON p.rule_id = c.rule_id AND p.office_code IS NOT DISTINCT FROM c.office_code
"""
UNDETERMINED = f"""
INSERT INTO undetermined_count
SELECT rule_id, office_code, reason, period, CAST(sum(sign * items) AS BIGINT)
FROM ({_SIGNED.format(table="undetermined_count")})
{_CARRIED}
GROUP BY rule_id, office_code, reason, period
HAVING sum(sign * items) <> 0
"""
MERGED = (FINDINGS, RESULTS, UNDETERMINED)
CARRIED = tuple(f"INSERT INTO {table} SELECT * FROM base.{table} {_CARRIED}" for table in RESULT_TABLES)
"""For rules of which nothing was touched."""
