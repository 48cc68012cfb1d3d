"""What Great Expectations sees of a run: its numbers, and samples that are masked before it reads them."""

import re

import duckdb

from ndaudit.findings import Run
from ndaudit.masking import ITEM_KEY, Masker
from ndaudit.store import literal

SAMPLE = 20
"""Item keys shown for a rule; all of them are in the findings of the run."""
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|«[^»]*»|“[^”]*”")


def without_values(message: str) -> str:
    """Return the first line of an error message without what it quotes, which may be somebody's data."""
    return _QUOTED.sub("‹…›", message.splitlines()[0] if message else "")


def lay_out(con: duckdb.DuckDBPyConnection, run: Run, masker_key: bytes) -> None:
    """Create `rule_result` (of the run), `rule_failure` and `rule_sample` (masked) in `con`."""
    con.execute(f"ATTACH {literal(str(run.database))} AS run (READ_ONLY)")
    con.execute("CREATE TABLE rule_result AS SELECT * FROM run.rule_result")
    con.execute("CREATE TABLE rule_failure (rule_id VARCHAR, why VARCHAR)")
    for failure in run.failures:
        con.execute("INSERT INTO rule_failure VALUES (?, ?)", [failure.rule_id, without_values(failure.why)])
    con.execute(
        "CREATE TABLE rule_sample (rule_id VARCHAR, place BIGINT, item_key VARCHAR, outcome VARCHAR,"
        " office_code VARCHAR)"
    )
    masker = Masker(masker_key, ITEM_KEY)
    first = con.execute(
        "SELECT rule_id, place, item_key, outcome, office_code FROM (SELECT *, row_number() OVER"
        " (PARTITION BY rule_id ORDER BY outcome = 'exception' DESC, abs(effect) DESC NULLS LAST, finding_id,"
        f" office_code) AS place FROM run.finding) WHERE place <= {SAMPLE} ORDER BY rule_id, place"
    ).fetchall()
    for rule_id, place, key, outcome, office in first:
        con.execute(
            "INSERT INTO rule_sample VALUES (?, ?, ?, ?, ?)",
            [rule_id, place, masker.mask(key), outcome, office],
        )
    con.execute("DETACH run")
