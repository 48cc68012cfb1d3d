"""What of a snapshot and a run one account sees: rows of its offices, and pseudonyms for who people are.

These are views over what is attached read-only: they keep an honest user from seeing too much by accident.
Whoever may open the files themselves sees all of them: that only the operating system can prevent.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb

from ndaudit.masking import ITEM_KEY, LENGTH, Masker, load_key
from ndaudit.masks import Masks, personal_columns
from ndaudit.roles import Standing, current_standing
from ndaudit.store import RECORDS, literal, quoted
from ndaudit.tables import PERSONAL, PROVENANCE, Table, read_tables
from ndaudit.unmasking import unmasked
from ndaudit.workbench import Workbench

SEEN = ("birth",)
"""Classes of personal data tables keep: ages are reckoned from days of birth, which alone name nobody."""
_RECORDED = {"exported_by": "staff", "loaded_by": "staff", "raw_text": "evidence"}
"""What records of deliveries hold of people, beside the tables of the dictionary."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_BITS = 5
_HEX = -(-LENGTH * _BITS // 4)
"""Digits of the hash that hold the bits of a pseudonym."""


@dataclass(frozen=True)
class Sight:
    """What one account sees.

    Attributes:
        masks: gives pseudonyms to what names people; None once it may be seen.
    """

    standing: Standing
    masks: Masks | None

    def rows(self, column: str) -> str:
        """Return the condition that lets through rows of the account's offices, named by `column`."""
        if not self.standing.offices:
            return "TRUE"
        return f"{quoted(column)} IN ({', '.join(map(literal, self.standing.offices))})"


CLEAR = Sight(Standing("", "administrator"), None)
"""Everything, for what is written to those it concerns and by its caller's right, as worklists are."""


def sight_of(workbench: Workbench, what: str, *, unmask: bool, reason: str | None, **about: Any) -> Sight:
    """Return what the account this process runs under sees: who people are for a reason only.

    Raises:
        UsageError: unmasking without a reason, or a reason without it.
        RefusedError: the account is not listed, or may not see who people are.
        MachineError: the ledger cannot be written, or the key not be read.
    """
    standing = current_standing(workbench)
    if unmasked(workbench, what, asked=unmask, reason=reason, **about):
        return Sight(standing, None)
    tables = read_tables(workbench.expectations / "tables").values()
    return Sight(standing, Masks(load_key(os.environ), personal_columns(tables)))


def _pad(key: bytes, with_: int) -> str:
    return "".join(f"\\x{byte ^ with_:02X}" for byte in key.ljust(64, b"\0"))


def _declare_masks(con: duckdb.DuckDBPyConnection, masks: Masks) -> None:
    """Create `masked_<class>(x)`: the pseudonyms of `Masker`, reckoned by the engine over whole columns."""
    letters = " || ".join(
        f"substr('{_LETTERS}', CAST((bits >> {_BITS * place}) & {len(_LETTERS) - 1} AS INTEGER) + 1, 1)"
        for place in reversed(range(LENGTH))
    )
    con.execute(f"CREATE MACRO pseudonym(bits) AS {letters}")
    first = f"CAST('0x' || left(hash, {_HEX}) AS BIGINT) >> {_HEX * 4 - LENGTH * _BITS}"
    con.execute(f"CREATE MACRO hash_bits(hash) AS {first}")
    for kind in (*PERSONAL, "evidence", ITEM_KEY):
        key = Masker(masks.key, kind).key
        inner = f"unhex(sha256('{_pad(key, 0x36)}'::BLOB || encode(CAST(x AS VARCHAR))))"
        outer = f"sha256('{_pad(key, 0x5C)}'::BLOB || {inner})"
        con.execute(f"CREATE MACRO masked_{kind}(x) AS pseudonym(hash_bits({outer}))")


def _column(name: str, kind: str | None, sight: Sight) -> str:
    if sight.masks is None or kind is None or kind in SEEN:
        return quoted(name)
    return f"masked_{kind}({quoted(name)}) AS {quoted(name)}"


def veil_snapshot(con: duckdb.DuckDBPyConnection, tables: Iterable[Table], sight: Sight) -> None:
    """Give each table of the attached `snapshot` a view of its own name, with what the account sees of it."""
    if sight.masks:
        _declare_masks(con, sight.masks)
    for table in tables:
        columns = [_column(column.name, column.personal, sight) for column in table.columns]
        columns += [quoted(name) for name in PROVENANCE]
        _view(con, table.name, columns, f"snapshot.{quoted(table.name)}", sight.rows("delivered_by"))
    for name, recorded in RECORDS.items():
        columns = [_column(column, _RECORDED.get(column), sight) for column in recorded]
        where = sight.rows("office_code")
        if "office_code" not in recorded:
            where = f"batch_id IN (SELECT batch_id FROM snapshot.batch WHERE {where})"
        _view(con, name, columns, f"snapshot.{name}", where)


def veil_results(con: duckdb.DuckDBPyConnection, sight: Sight) -> None:
    """Give each result of the attached `run` a view of its own name, with what the account sees of it."""
    for name in ("rule_result", "undetermined_count"):
        _view(con, name, ["*"], f"run.{name}", sight.rows("office_code"))
    hidden = [_HIDDEN, _hide_evidence(con, sight.masks)] if sight.masks else []
    columns = [f"* REPLACE ({', '.join(hidden)})" if hidden else "*"]
    _view(con, "finding", columns, "run.finding", sight.rows("office_code"))


_HIDDEN = "masked_item_key(item_key) AS item_key, masked_person(person) AS person"


def veil_findings(con: duckdb.DuckDBPyConnection, sight: Sight) -> None:
    """Create the view `shown_finding` over the attached `run`: evidence hidden, item keys as they are."""
    columns = [f"* REPLACE ({_hide_evidence(con, sight.masks)})" if sight.masks else "*"]
    _view(con, "shown_finding", columns, "run.finding", sight.rows("office_code"))


def _hide_evidence(con: duckdb.DuckDBPyConnection, masks: Masks) -> str:
    """Return the SQL of evidence with what names people hidden."""

    def hidden(evidence: str) -> str:
        return json.dumps(masks.evidence(json.loads(evidence)), ensure_ascii=False)

    # which class a value is of hangs on its name and its form: the engine has no words for that
    con.create_function("hidden", hidden, ["VARCHAR"], "VARCHAR")
    return "hidden(evidence) AS evidence"


def _view(con: duckdb.DuckDBPyConnection, name: str, columns: Iterable[str], source: str, where: str) -> None:
    con.execute(f"CREATE VIEW {quoted(name)} AS SELECT {', '.join(columns)} FROM {source} WHERE {where}")
