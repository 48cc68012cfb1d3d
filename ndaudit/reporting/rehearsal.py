"""A report of nothing, made before the first: what a process does for the first time is done by then.

Modules, templates, schemas and validators are read and kept; the reports forked from here begin with them.
"""

import ast
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from ndaudit.errors import NdauditError
from ndaudit.reporting.notebook import failure_of
from ndaudit.reporting.parameters import TAG, UNREAD, read_notebook
from ndaudit.reporting.task import Task

_DRAWN = """
from ndaudit import charts
from ndaudit.charts.drawing import blank_figure

parts = [getattr(charts, name) for name in charts.__all__]
figure = blank_figure(100, shapes=[{"type": "rect"}], annotations=[{"text": ""}])
charts.Drawing(figure.add_bar().add_scatter(), "", "", "")
"""
_SPOKEN = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}


def rehearse(notebooks: Sequence[Path]) -> None:
    """Make a report of what these notebooks import of ours, and of a chart without data; then drop it."""
    sources = [source for path in notebooks for source in _imports(path)]
    cells = [new_code_cell("", metadata={"tags": [TAG]}), *map(new_code_cell, (*sources, _DRAWN))]
    with tempfile.TemporaryDirectory(prefix="ndaudit-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        drafted = folder / "rehearsal.ipynb"
        nbformat.write(new_notebook(cells=cells, metadata=_SPOKEN), drafted)
        # where it fails, the reports fail by the same and say so
        failure_of(
            Task(
                notebook=drafted,
                workbench=folder,
                office="",
                period="",
                lang="mn",
                engine="ndaudit",
                folder=folder,
                facts={},
                environ={},
            )
        )


def _imports(path: Path) -> list[str]:
    """Return the lines by which a notebook imports parts of ours; others might start threads."""
    try:
        cells = [cell.source for cell in read_notebook(path).cells if cell.cell_type == "code"]
        lines = [line for source in cells for line in ast.walk(ast.parse(source))]
    except (NdauditError, OSError, *UNREAD):
        # no notebook, or lines that only IPython reads: its report is made without rehearsal
        return []
    ours = __name__.partition(".")[0]
    return [
        ast.unparse(line)
        for line in lines
        if isinstance(line, ast.ImportFrom) and str(line.module).partition(".")[0] == ours
    ]
