"""Reports for readers outside: protected tables only, the same cells left out from one period to the next."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ndaudit import notation
from ndaudit.analyses.outside import Before, OutsideTable
from ndaudit.disclosure.cells import TOTAL
from ndaudit.errors import UsageError
from ndaudit.findings import current_run
from ndaudit.masking import key_path, read_key
from ndaudit.periods import read_period
from ndaudit.reporting.blocks import Block, table_block
from ndaudit.reporting.notebook_format import nbformat
from ndaudit.reporting.page import Page
from ndaudit.reporting.parameters import check_parameters, declared_parameters, read_notebook
from ndaudit.reporting.publishing import ENGINES, Published, delivered, publish_tasks, shared_task
from ndaudit.reporting.task import Task
from ndaudit.reporting.views import Filled, Head, Row, plain
from ndaudit.wording import Language, say
from ndaudit.workbench import Workbench

AUDIENCES = ("control", "outside")
OUTSIDE = "outside"
"""The folder of notebooks for readers outside, and of what they publish."""
PATTERN = "application/vnd.ndaudit.pattern+json"
LEFT_OUT = "×"


def left_out_before(workbench: Workbench, name: str) -> Before:
    """Return the cells left out in any earlier publication of a notebook."""
    found: dict[str, set[tuple[str, str]]] = {}
    for page in sorted(workbench.reports.glob(f"*/{OUTSIDE}/**/{name}.*.ipynb")):
        for table, keys in _patterns(page):
            found.setdefault(table, set()).update((key[0], key[1]) for key in keys)
    return found


def _patterns(page: Path) -> list[tuple[str, list[list[str]]]]:
    content = nbformat.read(page, as_version=4)
    outputs = [output.get("data", {}) for cell in content.cells for output in cell.get("outputs", ())]
    return [(one[PATTERN]["table"], one[PATTERN]["hidden"]) for one in outputs if PATTERN in one]


def table(page: Page, one: OutsideTable) -> Block:
    """Return a protected table: a line an office, what is counted across, totals last."""
    columns = (*one.lines, TOTAL)
    heads = [Head(say("outside.office", page.lang), None, "office", number=False, right=False)]
    unit = "₮" if one.name == "money" else None
    kind = "sum" if one.name == "money" else "count"
    heads += [Head(_line(page, one, line), unit, kind, number=True, right=True) for line in columns]
    rows = [_row(page, one, office, columns) for office in (*one.offices, TOTAL)]
    title = say(f"outside.{one.name}", page.lang)
    filled = Filled(f"outside_{one.name}", title, say("outside.empty", page.lang), tuple(heads), tuple(rows))
    block = table_block(filled)
    return replace(block, forms=(*block.forms, (PATTERN, {"table": one.name, "hidden": one.pattern})))


def _line(page: Page, one: OutsideTable, line: str) -> str:
    if line == TOTAL:
        return say("outside.total", page.lang)
    words = {"exceptions": "", "insured": "density", "people": "benefit", "money": "benefit"}
    column = words[one.name]
    return page.lexicon.word(column, line) if column else page.lexicon.area(line)


def _row(page: Page, one: OutsideTable, office: str, lines: Sequence[str]) -> Row:
    shown = [one.protected.shown((line, office)) for line in lines]
    money = one.name == "money"
    texts = [
        LEFT_OUT if value is None else notation.money(value) if money else notation.count(int(value))
        for value in shown
    ]
    name = page.lexicon.office(office)
    return Row((name, *texts), (name, *(None if value is None else plain(value) for value in shown)), None)


def publish_outside(
    workbench: Workbench,
    names: Sequence[str],
    *,
    office: str | None = None,
    period: str | None = None,
    lang: Language = "mn",
    jobs: int = 1,
    progress: Callable[[str, int, int], None] | None = None,
    engine: str = ENGINES[0],
    standalone: bool = False,
) -> list[Published]:
    """Publish notebooks of `notebooks/outside` for the country: one table holds all offices, or they differ.

    Raises:
        UsageError: a notebook has no form for readers outside, or an office is named.
        RefusedError: nothing has been checked yet.
        MachineError: the reports cannot be written.
    """
    if office is not None:
        raise UsageError("outside.country_only")
    run = current_run(workbench)
    named = read_period(period or delivered(workbench, run)[1]).name
    read_key(key_path(os.environ))
    shared = shared_task(workbench, run, period, lang, engine, standalone)
    ours = replace(
        shared,
        notebook=workbench.notebooks / OUTSIDE,
        facts={**shared.facts, "audience": OUTSIDE},
        home=workbench.reports / named / OUTSIDE,
    )
    return publish_tasks(workbench, _tasks(ours, names), named, jobs, progress)


def _tasks(shared: Task, names: Sequence[str]) -> list[Task]:
    """Return a task for each notebook, which must have a form for readers outside."""
    known = sorted(path.stem for path in shared.notebook.glob("*.ipynb"))
    tasks = []
    for name in names:
        if name not in known:
            raise UsageError("outside.no_notebook", came=name, allowed=", ".join(known) or "—")
        task = replace(shared, notebook=shared.notebook / f"{name}.ipynb")
        declared = declared_parameters(read_notebook(task.notebook), task.notebook.name)
        check_parameters(declared, task.parameters, task.notebook.name)
        tasks.append(task)
    return tasks
