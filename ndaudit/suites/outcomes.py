"""What Great Expectations sees of a run: its numbers, and samples that are masked before it reads them."""

import re

import duckdb
import polars as pl

from ndaudit.findings import Run
from ndaudit.masking import ITEM_KEY, Masker
from ndaudit.store import literal

SAMPLE = 20
"""Item keys shown for a rule; all of them are in the findings of the run."""
OFFICE_SAMPLE = 5
"""Item keys shown for a rule in one office."""
_FIRST = f"""
WITH ranked AS (
    SELECT rule_id, item_key, outcome, office_code,
        row_number() OVER (PARTITION BY rule_id ORDER BY outcome = 'exception' DESC,
            abs(effect) DESC NULLS LAST, finding_id, office_code) AS place,
        row_number() OVER (PARTITION BY rule_id, office_code ORDER BY outcome = 'exception' DESC,
            abs(effect) DESC NULLS LAST, finding_id) AS office_place
    FROM run.finding
)
SELECT rule_id, place, office_place, item_key, outcome, office_code FROM ranked
WHERE place <= {SAMPLE} OR office_place <= {OFFICE_SAMPLE} ORDER BY rule_id, place
"""
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|«[^»]*»|“[^”]*”")


def without_values(message: str) -> str:
    """Return the first line of an error message without what it quotes, which may be somebody's data."""
    return _QUOTED.sub("‹…›", message.splitlines()[0] if message else "")


def lay_out(con: duckdb.DuckDBPyConnection, run: Run, masker_key: bytes) -> None:
    """Create `rule_result` (of the run), `rule_failure` and `rule_sample` (masked) in `con`.

    `rule_sample` holds the first items of each rule, and the first of each rule in each office: their places
    are `place` and `office_place`.
    """
    con.execute(f"ATTACH {literal(str(run.database))} AS run (READ_ONLY)")
    con.execute("CREATE TABLE rule_result AS SELECT * FROM run.rule_result")
    con.execute("CREATE TABLE rule_failure (rule_id VARCHAR, why VARCHAR)")
    for failure in run.failures:
        con.execute("INSERT INTO rule_failure VALUES (?, ?)", [failure.rule_id, without_values(failure.why)])
    first = con.sql(_FIRST).pl()
    masker = Masker(masker_key, ITEM_KEY)
    keys = pl.Series("item_key", [masker.mask(key) for key in first["item_key"]], dtype=pl.String)
    con.register("masked_sample", first.with_columns(keys))
    con.execute("CREATE TABLE rule_sample AS SELECT * FROM masked_sample ORDER BY rule_id, place")
    con.unregister("masked_sample")
    con.execute("DETACH run")
