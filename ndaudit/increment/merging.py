"""The SQL that puts results together: those of the run before, less what was touched, with what it is now."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from ndaudit.deciding import FINDING_COLUMNS
from ndaudit.evaluation import RESULT_TABLES
from ndaudit.increment.touching import AFTER, BEFORE
from ndaudit.store import literal

BASE = "base"
"""The name under which the results of the run before are attached; those of both sides under theirs."""
_ALL = ", ".join(FINDING_COLUMNS)
_CARRIED = "WHERE rule_id IN (SELECT rule_id FROM carried)"
_STANDING = f"""{_CARRIED} AND NOT EXISTS (
    SELECT 1 FROM replaced r WHERE r.rule_id = x.rule_id AND r.office_code = x.office_code
)"""
"""Of the run before: what is not decided anew as a whole."""
_BASE, _BEFORE = (f"SELECT {_ALL} FROM {where}.finding x {_STANDING}" for where in (BASE, BEFORE))
_MET = f"finding_id IN (SELECT finding_id FROM {BEFORE}.finding)"
"""Lines are compared in full only where both sides have one of that item: those are few."""
NOT_THERE = f"SELECT DISTINCT rule_id FROM ({_BEFORE} EXCEPT ALL {_BASE} AND {_MET}) ORDER BY rule_id"
_SIGNED = f"""
    SELECT *, 1 AS sign FROM {BASE}.{{table}} x {_STANDING}
    UNION ALL SELECT *, -1 FROM {BEFORE}.{{table}} x {_STANDING}
    UNION ALL SELECT *, 1 FROM {AFTER}.{{table}} {_CARRIED}
"""
FINDINGS = f"""
INSERT INTO finding
({_BASE} AND {_MET} EXCEPT ALL {_BEFORE})
UNION ALL
{_BASE} AND ({_MET}) IS NOT TRUE
UNION ALL
SELECT {_ALL} FROM {AFTER}.finding {_CARRIED}
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
GROUP BY rule_id, office_code, reason, period
HAVING sum(sign * items) <> 0
"""
MERGED = (FINDINGS, RESULTS, UNDETERMINED)
CARRIED = tuple(f"INSERT INTO {table} SELECT * FROM {BASE}.{table} {_CARRIED}" for table in RESULT_TABLES)
"""For rules of which nothing was touched."""


def put_together(
    con: duckdb.DuckDBPyConnection,
    parts: Mapping[str, Path],
    rules: Sequence[str],
    statements: Sequence[str],
    replaced: Sequence[tuple[str, str]] = (),
) -> list[str]:
    """Fill the result tables of `con` for rules; return those whose run before does not hold what it should.

    A finding of the touched circles that the run before lacks would mean that it was made otherwise.

    Args:
        parts: databases of results by the name they are attached under.
        replaced: rules and offices of which everything was decided anew.
    """
    for name, path in parts.items():
        con.execute(f"ATTACH {literal(str(path))} AS {name} (READ_ONLY)")
    try:
        con.execute("CREATE TEMP TABLE carried AS SELECT unnest(?::VARCHAR[]) AS rule_id", [list(rules)])
        con.execute(
            "CREATE TEMP TABLE replaced AS"
            " SELECT unnest(?::VARCHAR[]) AS rule_id, unnest(?::VARCHAR[]) AS office_code",
            [[rule for rule, _ in replaced], [office for _, office in replaced]],
        )
        odd = [name for (name,) in con.execute(NOT_THERE).fetchall()] if BEFORE in parts else []
        con.execute("DELETE FROM carried WHERE list_contains(?::VARCHAR[], rule_id)", [odd])
        for statement in statements:
            con.execute(statement)
        con.execute("DROP TABLE carried")
        con.execute("DROP TABLE replaced")
    finally:
        for name in parts:
            con.execute(f"DETACH {name}")
    return odd
