"""Of which office each finding is, as the latest run that found it says."""

from collections.abc import Collection

from ndaudit.findings import runs_latest_first
from ndaudit.store import connect
from ndaudit.workbench import Workbench

_OFFICES = "SELECT finding_id, office_code FROM finding WHERE finding_id IN (SELECT unnest($ids))"


def offices_of(workbench: Workbench, findings: Collection[str]) -> dict[str, str | None]:
    """Return the office of each finding, None where it is of no single one; what no run found is left out."""
    found: dict[str, str | None] = {}
    for run in runs_latest_first(workbench):
        wanted = sorted(set(findings) - found.keys())
        if not wanted:
            break
        con = connect(run.database, read_only=True)
        try:
            found |= dict(con.execute(_OFFICES, {"ids": wanted}).fetchall())
        finally:
            con.close()
    return found
