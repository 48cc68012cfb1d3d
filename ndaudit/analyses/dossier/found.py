"""What the run found about the person, and what was decided about it."""

import polars as pl

from ndaudit.analyses.dossier.record import Dossier
from ndaudit.reviews.decisions import state_of
from ndaudit.reviews.log import Entry, log_path, open_log

_FINDINGS = """
SELECT finding_id, rule_id, severity, item_key, office_code, period, outcome, reason, effect, evidence
FROM run.finding WHERE person = $person
ORDER BY CASE outcome WHEN 'exception' THEN 0 ELSE 1 END,
    CASE severity WHEN 'C' THEN 0 WHEN 'W' THEN 1 ELSE 2 END, rule_id, item_key
"""


def _entries(dossier: Dossier, findings: pl.DataFrame) -> dict[str, list[Entry]]:
    """Return what was written about each finding, oldest first; nothing where no log was begun."""
    if not log_path(dossier.reading.workbench).is_file():
        return {}
    with open_log(dossier.reading.workbench) as log:
        found = {finding: log.of(finding) for finding in findings["finding_id"]}
    return {finding: entries for finding, entries in found.items() if entries}


def findings(dossier: Dossier) -> pl.DataFrame:
    """Return the findings about the person, exceptions first, the gravest of them first.

    Columns: finding_id, rule_id, severity, item_key, office_code, period, outcome, reason, effect (₮),
    evidence (JSON text), state (of its review).
    """
    found = dossier.reading.frame(_FINDINGS, person=str(dossier.person))
    entries = _entries(dossier, found)
    states = [state_of(finding, entries.get(finding, ())).state for finding in found["finding_id"]]
    return found.with_columns(state=pl.Series(states, dtype=pl.String))


def decisions(dossier: Dossier, found: pl.DataFrame) -> list[Entry]:
    """Return what was written about these findings, oldest first."""
    written = [entry for entries in _entries(dossier, found).values() for entry in entries]
    return sorted(written, key=lambda entry: entry.seq)
