"""One notebook, run and turned into the files of one report; this happens in a process of its own."""

import json
import logging
from datetime import datetime
from hashlib import sha256
from typing import Any

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

from ndaudit.errors import NdauditError
from ndaudit.reporting.exporter import to_html
from ndaudit.reporting.task import Task
from ndaudit.reporting.workbook import tables_of, write_workbook
from ndaudit.wording import say

PUBLISHED = {".html", ".xlsx", ".ipynb", ".pdf"}


def _execute(task: Task) -> nbformat.NotebookNode:
    # papermill logs where notebooks lie, and warns of what was checked before
    logging.getLogger("papermill").setLevel(logging.ERROR)
    notebook: nbformat.NotebookNode = papermill.execute_notebook(
        str(task.notebook),
        # written below, once, with what the report was made from
        None,
        parameters=task.parameters,
        engine_name=task.engine,
        kernel_name="python3",
        progress_bar=False,
        request_save_on_cell_execute=False,
        cwd=str(task.workbench),
    )
    return notebook


def _record(task: Task, notebook: nbformat.NotebookNode) -> dict[str, Any]:
    written = sorted(path for path in task.folder.iterdir() if path.suffix in PUBLISHED)
    return {
        **notebook.metadata["ndaudit"],
        "tables": {table["name"]: len(table["rows"]) for table in tables_of(notebook)},
        "files": {path.name: sha256(path.read_bytes()).hexdigest() for path in written},
    }


def produce(task: Task) -> None:
    """Run the notebook and write its page, paper, workbook, executed copy and record into the draft."""
    started = datetime.now().astimezone()
    notebook = _execute(task)
    notebook.metadata["ndaudit"] = {
        **task.facts,
        "notebook": task.notebook.stem,
        "parameters": {**task.parameters, "workbench": task.workbench.name},
        "engine": task.engine,
        "started_at": started.isoformat(),
        "finished_at": datetime.now().astimezone().isoformat(),
    }
    nbformat.write(notebook, task.folder / f"{task.stem}.ipynb")
    page = to_html(notebook, task.lang, standalone=task.standalone)
    (task.folder / f"{task.stem}.html").write_text(page, "utf-8")
    write_workbook(task.folder / f"{task.stem}.xlsx", tables_of(notebook))
    if task.paper:
        # altair takes a second to import, and few reports are printed
        from ndaudit.reporting.paper import write_paper

        write_paper(task.folder / f"{task.stem}.pdf", notebook, task.lang)
    record = json.dumps(_record(task, notebook), ensure_ascii=False, indent=1)
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
