"""What reviewers made of the findings: how many of each rule they confirmed, and where the others stand."""

from collections import Counter
from collections.abc import Collection, Mapping
from decimal import Decimal

import polars as pl

from ndaudit.analyses.runs import full_runs
from ndaudit.analyses.shares import fraction
from ndaudit.reading import Reading
from ndaudit.reviews.decisions import STATES, State, states
from ndaudit.reviews.following import yields
from ndaudit.reviews.log import log_path, open_log
from ndaudit.scope import Scope
from ndaudit.store import connect

_PLACES = Decimal("0.0001")
_RULES = """
SELECT finding_id, rule_id FROM finding
WHERE finding_id IN (SELECT unnest($ids)) AND ($office IS NULL OR office_code = $office)
"""
_YIELDS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "rule_id": pl.String,
    "confirmed": pl.Int64,
    "decided": pl.Int64,
    "low": pl.Decimal(38, 4),
    "high": pl.Decimal(38, 4),
}


def touched(reading: Reading) -> dict[str, State]:
    """Return where every finding stands that anybody has touched; nothing where no log was begun."""
    if not log_path(reading.workbench).is_file():
        return {}
    with open_log(reading.workbench) as log:
        return states(log)


def rule_of(reading: Reading, scope: Scope, ids: Collection[str]) -> dict[str, str]:
    """Return the rule of each finding: what was corrected stands in an earlier run only."""
    found: dict[str, str] = {}
    for run in reversed(full_runs(reading)):
        missing = sorted(set(ids) - set(found))
        if not missing:
            break
        con = connect(run.database, read_only=True)
        try:
            found |= dict(con.execute(_RULES, {"ids": missing, "office": scope.office}).fetchall())
        finally:
            con.close()
    return found


def by_rule(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return one row per rule with a decided finding, the most decided first.

    Columns: rule_id, confirmed, decided, share (confirmed of decided), low and high (its 95 % limits).
    """
    stood = touched(reading)
    known = yields(stood.values(), rule_of(reading, scope, stood))
    rows = [
        (rule, one.confirmed, one.decided, _exact(one.low), _exact(one.high)) for rule, one in known.items()
    ]
    frame = pl.DataFrame(rows, schema=dict(_YIELDS), orient="row")
    rated = frame.with_columns(share=fraction("confirmed", "decided"))
    return rated.sort("decided", "rule_id", descending=[True, False])


def _exact(share: float) -> Decimal:
    return Decimal(repr(share)).quantize(_PLACES)


def by_state(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return where the findings somebody took up stand: state, findings, in the order they move."""
    stood = touched(reading)
    known = rule_of(reading, scope, stood)
    counts = Counter(state.state for state in stood.values() if state.finding_id in known)
    rows = [(name, counts[name]) for name in STATES if counts[name]]
    return pl.DataFrame(rows, schema={"state": pl.String, "findings": pl.Int64}, orient="row")
