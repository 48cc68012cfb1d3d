"""What a batch replaces: the newest export of an office stands, in whatever order batches were loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from ndaudit.intake.summary import TableChange
from ndaudit.store import literal, quoted
from ndaudit.tables import Table


@dataclass(frozen=True)
class Replacement:
    """One table of a batch just inserted, about to take the place of what the office delivered before.

    Attributes:
        mode: `full` replaces all the office delivered before; `period` what it delivered for the same
            manifest period, and rows of the same key delivered for another one.
    """

    con: duckdb.DuckDBPyConnection
    table: Table
    mode: str
    batch_id: str
    office: str
    exported_at: datetime
    period: date

    def carry_out(self) -> TableChange:
        """Remove what the batch replaces, or what a later export had replaced already; say what changed."""
        others = (
            "SELECT 1 FROM delivered_file WHERE office_code = ? AND table_name = ? AND batch_id <> ? LIMIT 1"
        )
        if not self.con.execute(others, [self.office, self.table.name, self.batch_id]).fetchall():
            return TableChange(self.table.name, self._kept(), 0, 0)
        self.con.execute("CREATE OR REPLACE TEMP TABLE gone (place UBIGINT, content UBIGINT)")
        earlier, later = self._batches(later=False), self._batches(later=True)
        mine = f"({literal(self.batch_id)})"
        first = f"DATE {literal(self.period.isoformat())}"
        month = f"b.period = {first}"
        if self.mode == "full":
            self._supersede(f"o.batch_id IN {earlier}")
        else:
            same = self._delivered(earlier, f"f.mode = 'period' AND {month}")
            self._supersede(f"o.batch_id IN {same}")
            if any(column.name == "period" and column.type == "period" for column in self.table.columns):
                whole = self._delivered(earlier, f"f.mode = 'full' AND {month}")
                self._supersede(f"o.batch_id IN {whole} AND o.period = {first}")
            self._supersede(self._same_keys(earlier, mine))
        gone = self._delivered(later, f"(f.mode = 'full' OR {month} AND {literal(self.mode)} = 'period')")
        self._delete(f"o.batch_id IN {mine} AND EXISTS {gone}")
        self._delete(self._same_keys(mine, later))
        change = self._change()
        self.con.execute("DROP TABLE gone")
        return change

    def _batches(self, later: bool) -> str:
        """Return SQL of the office's other batches, exported later than this one or not."""
        sign = ">" if later else "<="
        return (
            f"(SELECT batch_id FROM batch WHERE office_code = {literal(self.office)}"
            f" AND batch_id <> {literal(self.batch_id)}"
            f" AND exported_at {sign} {literal(self.exported_at.isoformat(sep=' '))}::TIMESTAMP)"
        )

    def _delivered(self, batches: str, where: str) -> str:
        return (
            f"(SELECT f.batch_id FROM delivered_file f JOIN batch b USING (batch_id)"
            f" WHERE f.table_name = {literal(self.table.name)} AND f.batch_id IN {batches} AND {where})"
        )

    def _same_keys(self, loses: str, wins: str) -> str:
        """Return the condition for rows of the batches `loses` whose key the batches `wins` delivered too."""
        return (
            f"o.batch_id IN {loses} AND EXISTS (SELECT 1 FROM {quoted(self.table.name)} n"
            f" WHERE n.batch_id IN {wins} AND {_same_key(self.table.key, 'o', 'n')})"
        )

    def _supersede(self, condition: str) -> None:
        """Delete rows of earlier batches, and remember what they said under which key."""
        self.con.execute(f"INSERT INTO gone SELECT {self._fingerprint} WHERE {condition}")
        self._delete(condition)

    def _delete(self, condition: str) -> None:
        self.con.execute(f"DELETE FROM {quoted(self.table.name)} AS o WHERE {condition}")

    @property
    def _fingerprint(self) -> str:
        """SQL of the hash of a row's key, and of all an office says in it, from the table."""
        key, every = (
            ", ".join(f"o.{quoted(name)}" for name in names)
            for names in (self.table.key, [column.name for column in self.table.columns])
        )
        return f"hash({key}) AS place, hash({every}) AS content FROM {quoted(self.table.name)} AS o"

    def _kept(self) -> int:
        [[rows]] = self.con.execute(
            f"SELECT count(*) FROM {quoted(self.table.name)} WHERE batch_id = ?", [self.batch_id]
        ).fetchall()
        return int(rows)

    def _change(self) -> TableChange:
        """Compare what went with what came; a key may stand in several rows on either side."""
        [[appeared, changed, went]] = self.con.execute(
            "WITH side AS (SELECT place, content, 1 AS old, 0 AS new FROM gone UNION ALL"
            f" SELECT place, content, 0, 1 FROM (SELECT {self._fingerprint}"
            f" WHERE o.batch_id = {literal(self.batch_id)})),"
            " said AS (SELECT place, sum(old) AS old, sum(new) AS new FROM side GROUP BY place, content),"
            " differing AS (SELECT sum(old - least(old, new)) AS old, sum(new - least(old, new)) AS new"
            " FROM said GROUP BY place)"
            " SELECT coalesce(sum(new - least(old, new)), 0), coalesce(sum(least(old, new)), 0),"
            " coalesce(sum(old - least(old, new)), 0) FROM differing"
        ).fetchall()
        return TableChange(self.table.name, int(appeared), int(changed), int(went))


def _same_key(key: Sequence[str], left: str, right: str) -> str:
    # a voluntary insured person has no employer: NULL is an ordinary part of a key, but not the whole of one
    pairs = " AND ".join(f"{left}.{quoted(c)} IS NOT DISTINCT FROM {right}.{quoted(c)}" for c in key)
    known = " OR ".join(f"{left}.{quoted(c)} IS NOT NULL" for c in key)
    return f"{pairs} AND ({known})"
