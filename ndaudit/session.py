"""The analyst's handle on a workbench: `ndaudit.open(folder)`."""

import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from ndaudit.errors import UsageError
from ndaudit.explanation import Explanation, explain_person
from ndaudit.findings import current_run
from ndaudit.law import read_law
from ndaudit.masking import load_key
from ndaudit.reading import open_reading
from ndaudit.store import POINTER, attach_snapshot, connect, current_snapshot, literal
from ndaudit.tables import read_tables
from ndaudit.wording import Language
from ndaudit.workbench import Workbench, open_workbench

if TYPE_CHECKING:
    from great_expectations.data_context import EphemeralDataContext


class Session:
    """The current snapshot and run of one workbench, as polars frames; nothing can be changed through it."""

    def __init__(self, workbench: Workbench) -> None:
        self.workbench = workbench
        self._tables = read_tables(workbench.expectations / "tables")
        self._snapshot = current_snapshot(workbench.store)
        self._con = connect(memory_limit=workbench.settings.memory_limit)
        attach_snapshot(self._con, self._snapshot, self._tables.values())
        if (workbench.runs / POINTER).is_file():
            database = current_run(workbench).database
            self._con.execute(f"ATTACH {literal(str(database))} AS run (READ_ONLY)")
            for name in ("finding", "rule_result", "undetermined_count"):
                self._con.execute(f"CREATE VIEW {name} AS SELECT * FROM run.{name}")

    def close(self) -> None:
        """Let go of the files."""
        self._con.close()

    def sql(self, query: str) -> pl.DataFrame:
        """Return the rows of a query over the tables of the contract, and `finding` and `rule_result`."""
        frame: pl.DataFrame = self._con.sql(query).pl()
        return frame

    def findings(self, rule: str | None = None, office: str | None = None) -> pl.DataFrame:
        """Return the findings of the current run (columns of `ndaudit findings`, evidence as JSON text)."""
        asked = {"rule_id": rule, "office_code": office}
        given = {column: value for column, value in asked.items() if value is not None}
        where = " AND ".join(f"{column} = ?" for column in given) or "TRUE"
        query = f"SELECT * FROM run.finding WHERE {where} ORDER BY rule_id, item_key"
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


def explain(person: int | str, folder: str | Path | None = None, lang: Language | None = None) -> Explanation:
    """Explain the right and the amount of one person, step by step, each with article and value.

    Args:
        person: the insured number.
        folder: the workbench; the one around the current folder when None.
        lang: `mn` or `en`; the workbench's when None.

    Raises:
        UsageError: no workbench there, or no insured number.
        RefusedError: nothing has been checked, or no office delivered such a person.
    """
    workbench = open_workbench(Path(folder).expanduser() if folder else None, os.environ, Path.cwd())
    with open_reading(workbench) as reading:
        return explain_person(reading, str(person), load_key(os.environ), lang or workbench.settings.lang)


def open_session(folder: str | Path | None = None) -> Session:
    """Open the workbench in `folder`, else the one around the current folder.

    Raises:
        UsageError: no workbench there.
        RefusedError: nothing has been loaded.
    """
    return Session(open_workbench(Path(folder).expanduser() if folder else None, os.environ, Path.cwd()))


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
