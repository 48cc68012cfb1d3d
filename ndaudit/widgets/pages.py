"""The findings of a run a page at a time, however many there are.

A narrow table in memory holds what is filtered and sorted by, with where each finding stands in the log of
decisions; the rest of a finding is read from the run when its page is shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from ndaudit.findings import Run
from ndaudit.reviews.decisions import State, state_of, states
from ndaudit.reviews.log import DecisionLog
from ndaudit.store import connect, literal
from ndaudit.widgets.asking import ORDERS, PAGE_ROWS, Filter

_ITEM = """
CREATE TABLE item AS
SELECT f.row, f.rule_id, f.office_code, f.effect,
    CAST(CASE f.severity WHEN 'C' THEN 0 WHEN 'W' THEN 1 ELSE 2 END AS TINYINT) AS rank,
    coalesce(s.state, 'open') AS state, coalesce(s.seen, 0) AS seen,
    coalesce(s.assigned_to, '') AS assigned_to, coalesce(s.proposed_by, '') AS proposed_by
FROM seen_finding f LEFT JOIN touched s ON s.finding_id = f.finding_id
"""
_RANKS = {"C": 0, "W": 1, "I": 2}
_COLUMNS = ("finding_id", "state", "seen", "assigned_to", "proposed_by")


@dataclass(frozen=True)
class Page:
    """Findings from one place of the list on.

    Attributes:
        total: how many the filter lets through.
        effect: what they come to in tögrög, None where no rule states any.
    """

    rows: list[dict[str, Any]]
    total: int
    effect: Any


def _table(found: Iterable[State]) -> pl.DataFrame:
    rows = [tuple(getattr(state, name) for name in _COLUMNS) for state in found]
    kinds = {name: pl.Int64 if name == "seen" else pl.String for name in _COLUMNS}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _records(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


class FindingPages:
    """The findings of one run with their states.

    Args:
        offices: only findings of these are there; of all when empty.
    """

    def __init__(self, run: Run, log: DecisionLog, memory_limit: str, offices: Sequence[str] = ()) -> None:
        self._log = log
        self._con = connect(memory_limit=memory_limit, spill=log.workbench.spill)
        self._con.execute(f"ATTACH {literal(str(run.database))} AS run (READ_ONLY)")
        seen = f"office_code IN ({', '.join(map(literal, offices))})" if offices else "TRUE"
        self._con.execute(
            f"CREATE TEMP VIEW seen_finding AS SELECT *, rowid AS row FROM run.finding WHERE {seen}"
        )
        self._last = 0
        self._matched: tuple[str, bool, tuple[str, ...]] | None = None
        found = states(log).values()
        self._last = max((state.seen for state in found), default=0)
        self._keep(found)
        self._con.execute(_ITEM)

    def close(self) -> None:
        """Let go of the run."""
        self._con.close()

    def _keep(self, found: Iterable[State]) -> None:
        self._con.register("touched_frame", _table(found))
        self._con.execute("CREATE OR REPLACE TEMP TABLE touched AS SELECT * FROM touched_frame")
        self._con.unregister("touched_frame")

    def catch_up(self) -> None:
        """Take in what anybody has written to the log since."""
        fresh = {entry.finding_id: entry.seq for entry in self._log.all(after=self._last)}
        if not fresh:
            return
        self._last = max(fresh.values())
        self._keep(state_of(finding, self._log.of(finding)) for finding in fresh)
        self._con.execute(
            "UPDATE item SET state = t.state, seen = t.seen, assigned_to = t.assigned_to,"
            " proposed_by = t.proposed_by FROM (SELECT f.rowid AS row, touched.* FROM touched"
            " JOIN run.finding f USING (finding_id)) t WHERE item.row = t.row"
        )

    def counts(self, column: str) -> dict[str, int]:
        """Return how many findings there are of each rule, office, rank or state."""
        rows = self._con.execute(f"SELECT {column}, count(*) FROM item GROUP BY ALL ORDER BY 1").fetchall()
        return {str(value): count for value, count in rows if value is not None}

    def look_for(self, text: str, *, within: bool, rules: tuple[str, ...]) -> None:
        """Find the rows a text is in, before a page of them or their ids are asked for.

        Args:
            within: whether it is looked for in what names people too.
            rules: rules whose title holds it.
        """
        if self._matched == (text, within, rules):
            return
        inside = " OR contains(lower(item_key), $text) OR contains(lower(evidence), $text)" if within else ""
        self._con.execute(
            "CREATE OR REPLACE TEMP TABLE matching AS SELECT rowid AS row FROM run.finding"
            f" WHERE starts_with(finding_id, $text) OR list_contains($rules, rule_id){inside}",
            {"text": text, "rules": list(rules)},
        )
        self._matched = (text, within, rules)

    def _where(self, asked: Filter, user: str) -> tuple[str, list[Any]]:
        """Return the condition of a filter and its values."""
        conditions: list[tuple[str, list[Any]]] = []
        for column, value in (("rule_id", asked.rule), ("office_code", asked.office), ("state", asked.state)):
            if value:
                conditions.append((f"{column} = ?", [value]))
        if asked.severity:
            conditions.append(("rank = ?", [_RANKS.get(asked.severity)]))
        if asked.least is not None:
            conditions.append(("abs(effect) >= ?", [asked.least]))
        if asked.most is not None:
            conditions.append(("abs(effect) <= ?", [asked.most]))
        if asked.sign in ("+", "-"):
            conditions.append((f"effect {'>' if asked.sign == '+' else '<'} 0", []))
        if asked.text:
            conditions.append(
                ("(row IN (SELECT row FROM matching) OR contains(lower(assigned_to), ?))", [asked.text])
            )
        if asked.person_of:
            conditions.append(
                (
                    "row IN (SELECT rowid FROM run.finding WHERE person ="
                    " (SELECT any_value(person) FROM run.finding WHERE finding_id = ?))",
                    [asked.person_of],
                )
            )
        if asked.waiting:
            conditions.append(("state = 'proposed' AND proposed_by <> ?", [user]))
        values = [value for _, given in conditions for value in given]
        return " AND ".join(condition for condition, _ in conditions) or "TRUE", values

    def page(self, asked: Filter, order: tuple[str, bool], offset: int, user: str) -> Page:
        """Return one page of the findings a filter lets through.

        Args:
            order: what to sort by (`ORDERS`), and whether backwards.
            user: whose own proposals do not wait for him.
        """
        where, values = self._where(asked, user)
        [(total, effect)] = self._con.execute(
            f"SELECT count(*), sum(effect) FROM item WHERE {where}", values
        ).fetchall()
        offset = min(offset, max(total - 1, 0) // PAGE_ROWS * PAGE_ROWS)
        result = self._con.execute(
            f"WITH shown AS (SELECT *, row_number() OVER (ORDER BY {_sorted(*order)}) AS place FROM"
            f" (SELECT * FROM item WHERE {where} ORDER BY {_sorted(*order)}"
            f" LIMIT {PAGE_ROWS} OFFSET {offset}))"
            f" SELECT shown.*, {offset} + place AS number, f.finding_id, f.item_key, f.evidence, f.outcome,"
            " f.reason FROM shown JOIN run.finding f ON f.rowid = shown.row ORDER BY place",
            values,
        )
        return Page(_records(result), total, effect)

    def ids(self, asked: Filter, user: str, most: int) -> list[tuple[str, int]]:
        """Return finding and last entry of all a filter lets through, at most `most` and one."""
        where, values = self._where(asked, user)
        result = self._con.execute(
            f"SELECT f.finding_id, i.seen FROM (SELECT row, seen FROM item WHERE {where} ORDER BY rank, row"
            f" LIMIT {most + 1}) i JOIN run.finding f ON f.rowid = i.row ORDER BY ALL",
            values,
        )
        return [(finding, seen) for finding, seen in result.fetchall()]

    def finding(self, finding_id: str) -> dict[str, Any] | None:
        """Return everything the run holds of a finding, or None when it has no such one."""
        found = _records(self._con.execute("SELECT * FROM seen_finding WHERE finding_id = ?", [finding_id]))
        return found[0] if found else None

    def about_person(self, person: str) -> int:
        """Return how many findings are about a person."""
        counted = self._con.execute("SELECT count(*) FROM seen_finding WHERE person = ?", [person])
        return int(counted.fetchall()[0][0])


def _sorted(name: str, backwards: bool) -> str:
    first, *rest = ORDERS[name]
    if backwards:
        bare = first.removesuffix(" NULLS LAST")
        turned = bare.removesuffix(" DESC") if bare.endswith(" DESC") else f"{bare} DESC"
        first = f"{turned} NULLS LAST"
    return ", ".join([first, *rest, "row"])
