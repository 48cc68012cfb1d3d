"""The analyst's handle on a workbench: `ndaudit.open(folder)`."""

import json
import os
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from ndaudit.errors import RefusedError, UsageError
from ndaudit.explanation import Explanation, explain_person
from ndaudit.findings import current_run
from ndaudit.law import read_law
from ndaudit.masking import load_key
from ndaudit.reading import open_reading
from ndaudit.store import POINTER, connect, current_snapshot, literal
from ndaudit.tables import read_tables
from ndaudit.veils import sight_of, veil_results, veil_snapshot
from ndaudit.wording import Language
from ndaudit.workbench import Workbench, open_workbench

if TYPE_CHECKING:
    from great_expectations.data_context import EphemeralDataContext

_BEHIND = frozenset({"snapshot", "run"})
"""What stands behind the views."""
_PLAIN = frozenset(
    {"unnest", "range", "generate_series", "read_csv", "read_csv_auto", "read_parquet"}
    | {f"duckdb_{what}" for what in ("columns", "tables", "views")}
)
"""Table functions that may be asked: the engine has others that read a table whose name is text."""


class Session:
    """The current snapshot and run of one workbench, as polars frames; nothing can be changed through it.

    Who people are stands there as pseudonyms, the same for the same text in every table, unless a reason to
    see it is given; an account of some offices sees their rows only.

    Args:
        unmask_reason: why who people are is to be seen; the ledger keeps it before the first row is read.
    """

    def __init__(self, workbench: Workbench, unmask_reason: str | None = None) -> None:
        self.workbench = workbench
        snapshot = current_snapshot(workbench.store)
        unmask = unmask_reason is not None
        sight = sight_of(workbench, "session", unmask=unmask, reason=unmask_reason, snapshot=snapshot.id)
        self._veiled = bool(sight.masks or sight.standing.offices)
        self._con = connect(memory_limit=workbench.settings.memory_limit, spill=workbench.spill)
        self._con.execute(f"ATTACH {literal(str(snapshot.path))} AS snapshot (READ_ONLY)")
        veil_snapshot(self._con, read_tables(workbench.expectations / "tables").values(), sight)
        self._checked = (workbench.runs / POINTER).is_file()
        if self._checked:
            database = current_run(workbench).database
            self._con.execute(f"ATTACH {literal(str(database))} AS run (READ_ONLY)")
            veil_results(self._con, sight)

    def close(self) -> None:
        """Let go of the files."""
        self._con.close()

    def sql(self, query: str) -> pl.DataFrame:
        """Return the rows of a query over the tables of the contract, and `finding` and `rule_result`.

        Raises:
            RefusedError: the query goes round the views that hide who people are, or other offices.
        """
        if self._veiled:
            self._refuse_behind(query)
        frame: pl.DataFrame = self._con.sql(query).pl()
        return frame

    def _refuse_behind(self, query: str) -> None:
        """Refuse what names anything but the views, as the engine itself reads the query."""
        [[text]] = self._con.execute("SELECT json_serialize_sql(?::VARCHAR)", [query]).fetchall()
        told = json.loads(text)
        if told["error"]:
            # a slip of spelling the engine tells better itself
            if told["error_type"] != "parser":
                raise RefusedError("session.only_select")
            return
        for place, function in _sources(told["statements"]):
            if place in _BEHIND or (function and function not in _PLAIN):
                raise RefusedError("session.behind", came=place or function)

    def findings(self, rule: str | None = None, office: str | None = None) -> pl.DataFrame:
        """Return the findings of the current run (columns of `ndaudit findings`, evidence as JSON text).

        Raises:
            RefusedError: nothing has been checked yet.
        """
        if not self._checked:
            current_run(self.workbench)
        asked = {"rule_id": rule, "office_code": office}
        given = {column: value for column, value in asked.items() if value is not None}
        where = " AND ".join(f"{column} = ?" for column in given) or "TRUE"
        query = f"SELECT * FROM finding WHERE {where} ORDER BY rule_id, item_key"
        frame: pl.DataFrame = self._con.sql(query, params=list(given.values())).pl()
        return frame

    def law(self, name: str, day: date) -> Decimal | None:
        """Return what a parameter of the law was on a day; None when its value is not on file.

        Raises:
            UsageError: there is no such parameter.
        """
        parameters = read_law(self.workbench.expectations / "law", self.workbench.own_law)
        if name not in parameters:
            raise UsageError("usage.unknown_law", came=name, allowed=", ".join(parameters))
        value = parameters[name].on(day)
        return value.value if value else None


def _sources(tree: Any) -> Iterator[tuple[str, str]]:
    """Yield what a query as the engine wrote it out reads from: a database, or a table function."""
    if isinstance(tree, dict):
        if tree.get("type") == "BASE_TABLE":
            yield from ((tree["catalog_name"].lower(), ""), (tree["schema_name"].lower(), ""))
        elif tree.get("type") == "TABLE_FUNCTION":
            yield "", tree["function"]["function_name"].lower()
        for part in tree.values():
            yield from _sources(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _sources(part)


def explain(
    person: int | str,
    folder: str | Path | None = None,
    lang: Language | None = None,
    unmask_reason: str | None = None,
) -> Explanation:
    """Explain the right and the amount of one person, step by step, each with article and value.

    Args:
        person: the insured number.
        folder: the workbench; the one around the current folder when None.
        lang: `mn` or `en`; the workbench's when None.
        unmask_reason: why the person is to be named; the ledger keeps it first.

    Raises:
        UsageError: no workbench there, or no insured number.
        RefusedError: nothing has been checked, no office delivered such a person, or the account may not see
            the person's office or who people are.
    """
    workbench = open_workbench(Path(folder).expanduser() if folder else None, os.environ, Path.cwd())
    with open_reading(workbench) as reading:
        chosen = lang or workbench.settings.lang
        key, unmask = load_key(os.environ), unmask_reason is not None
        return explain_person(reading, str(person), key, chosen, unmask=unmask, reason=unmask_reason)


def open_session(folder: str | Path | None = None, unmask_reason: str | None = None) -> Session:
    """Open the workbench in `folder`, else the one around the current folder.

    Args:
        unmask_reason: why who people are is to be seen, instead of pseudonyms; see `Session`.

    Raises:
        UsageError: no workbench there, or an empty reason.
        RefusedError: nothing has been loaded, or the account may not open it or not see who people are.
    """
    workbench = open_workbench(Path(folder).expanduser() if folder else None, os.environ, Path.cwd())
    return Session(workbench, unmask_reason)


def gx_context(folder: str | Path | None = None) -> "EphemeralDataContext":
    """Return a Great Expectations context on the current run of a workbench; see `ndaudit.suites.gx_context`.

    Raises:
        UsageError: no workbench there.
        RefusedError: nothing has been checked.
    """
    from ndaudit.catalogue import read_catalogue
    from ndaudit.suites import gx_context as context_of

    workbench = open_workbench(Path(folder).expanduser() if folder else None, os.environ, Path.cwd())
    return context_of(workbench, read_catalogue(workbench), current_run(workbench), workbench.settings.lang)
