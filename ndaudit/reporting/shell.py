"""An IPython shell that keeps what cells show, as a notebook keeps it, instead of printing it."""

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from traitlets import List, Type
from traitlets.config import Config


def _output(kind: str, **named: Any) -> nbformat.NotebookNode:
    # nbformat's own way judges each by its schema; the whole notebook is judged when it is written
    node: nbformat.NotebookNode = nbformat.from_dict({"output_type": kind, **named})
    return node


class _KeepingHook(DisplayHook):
    """Keeps the value of a cell's last expression."""

    def start_displayhook(self) -> None:
        """Print no prompt."""

    def write_output_prompt(self) -> None:
        """Print no prompt."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        """Keep the value in all its forms."""
        shell: Any = self.shell
        shell.kept.append(
            _output(
                "execute_result",
                data=format_dict,
                metadata=md_dict or {},
                execution_count=shell.execution_count,
            )
        )

    def finish_displayhook(self) -> None:
        """Print no line."""


class _KeepingPublisher(DisplayPublisher):
    """Keeps what a cell displays."""

    def publish(
        self, data: Any, metadata: Any = None, source: Any = None, *, transient: Any = None, **_: Any
    ) -> None:
        """Keep the displayed object in all its forms."""
        shell: Any = self.shell
        shell.kept.append(_output("display_data", data=data, metadata=metadata or {}))


class KeepingShell(InteractiveShell):
    """Runs cells in this process; `kept` holds the outputs of the cell that runs."""

    displayhook_class = Type(_KeepingHook)
    display_pub_class = Type(_KeepingPublisher)
    kept: Any = List()

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no screen."""

    def init_virtualenv(self) -> None:
        """Another environment that happens to be active lends no libraries: a report is made of our own."""

    def run(self, source: str) -> tuple[list[Any], ExecutionResult]:
        """Run one cell and return its outputs and how it went."""
        self.kept = []
        run_cell: Any = self.run_cell
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            result: ExecutionResult = run_cell(source, store_history=True)
        outputs = list(self.kept)
        for output in outputs:
            if output.output_type == "execute_result":
                output.execution_count = result.execution_count
        if printed.getvalue() and result.success:
            outputs.insert(0, _output("stream", name="stdout", text=printed.getvalue()))
        return outputs, result


@contextlib.contextmanager
def keeping_shell(folder: Path) -> Iterator[KeepingShell]:
    """Open a shell that leaves nothing behind but in `folder`, and no history at all."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.ipython_dir = str(folder)
    shell = KeepingShell.instance(config=config)
    try:
        yield shell
    finally:
        KeepingShell.clear_instance()
