"""One notebook, run and turned into the files of one report; this happens in a process of its own."""

import json
import logging
import sys
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from typing import Any

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

from ndaudit import __version__
from ndaudit.errors import NdauditError
from ndaudit.reporting.exporter import to_html
from ndaudit.reporting.task import Task
from ndaudit.reporting.workbook import tables_of, write_workbook
from ndaudit.wording import say

PACKAGES = ("duckdb", "polars", "plotly", "papermill", "nbconvert")


def _execute(task: Task) -> nbformat.NotebookNode:
    # papermill logs where notebooks lie, and warns of what was checked before
    logging.getLogger("papermill").setLevel(logging.ERROR)
    notebook: nbformat.NotebookNode = papermill.execute_notebook(
        str(task.notebook),
        str(task.folder / f"{task.stem}.ipynb"),
        parameters=task.parameters,
        engine_name=task.engine,
        kernel_name="python3",
        progress_bar=False,
        request_save_on_cell_execute=False,
        cwd=str(task.workbench),
    )
    return notebook


def _record(task: Task, notebook: nbformat.NotebookNode, started: datetime) -> dict[str, Any]:
    files = sorted(path for path in task.folder.iterdir() if path.suffix in {".html", ".xlsx", ".ipynb"})
    return {
        **task.facts,
        "notebook": task.notebook.stem,
        "parameters": {**task.parameters, "workbench": task.workbench.name},
        "engine": task.engine,
        "version": __version__,
        "versions": {"python": sys.version.split()[0], **{name: version(name) for name in PACKAGES}},
        "started_at": started.isoformat(),
        "finished_at": datetime.now().astimezone().isoformat(),
        "tables": {table["name"]: len(table["rows"]) for table in tables_of(notebook)},
        "files": {path.name: sha256(path.read_bytes()).hexdigest() for path in files},
    }


def produce(task: Task) -> None:
    """Run the notebook and write its page, workbook, executed copy and record into the draft folder."""
    started = datetime.now().astimezone()
    notebook = _execute(task)
    notebook.metadata["ndaudit"] = dict(task.facts)
    nbformat.write(notebook, task.folder / f"{task.stem}.ipynb")
    (task.folder / f"{task.stem}.html").write_text(to_html(notebook, task.lang), "utf-8")
    write_workbook(task.folder / f"{task.stem}.xlsx", tables_of(notebook))
    record = json.dumps(_record(task, notebook, started), ensure_ascii=False, indent=1)
    (task.folder / f"{task.stem}.run.json").write_text(record, "utf-8")


def failure_of(task: Task) -> str | None:
    """Produce a report and return None, or one line that says why it failed."""
    try:
        produce(task)
    except PapermillExecutionError as error:
        first = error.evalue.splitlines()[0] if error.evalue else ""
        why = f"{error.ename}: {first}".rstrip(": ")
        return say("reports.cell_failed", task.lang, cell=error.cell_index, why=why)
    except NdauditError as error:
        return error.within(task.lang)
    except OSError as error:
        return say("reports.no_access", task.lang, where=task.folder, why=error.strerror)
    return None
