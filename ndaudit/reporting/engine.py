"""Our papermill engine: runs a notebook in this very process, which the runner forked from a warm server."""

import tempfile
from pathlib import Path
from typing import Any

from nbformat.v4 import new_output
from papermill.engines import Engine

from ndaudit.errors import NdauditError
from ndaudit.reporting.shell import KeepingShell, keeping_shell


class OfficeEngine(Engine):  # type: ignore[misc]
    """Papermill's engine `ndaudit`: no kernel, no sockets, the same outputs as nbclient."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **_: Any) -> None:
        """Run the code cells in order and stop at the first that fails."""
        with (
            tempfile.TemporaryDirectory(prefix="ndaudit-", ignore_cleanup_errors=True) as folder,
            keeping_shell(Path(folder)) as shell,
        ):
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, index)
                done = cell.cell_type != "code" or _run(shell, cell)
                if not done:
                    nb_man.cell_exception(cell, index)
                nb_man.cell_complete(cell, index)
                if not done:
                    break


def _run(shell: KeepingShell, cell: Any) -> bool:
    cell.outputs, result = shell.run(cell.source)
    cell.execution_count = result.execution_count
    error = result.error_before_exec or result.error_in_exec
    if error is None:
        return True
    why = str(error) if not isinstance(error, NdauditError) else error.within("mn")
    traceback = shell.InteractiveTB.structured_traceback(type(error), error, error.__traceback__)
    cell.outputs.append(new_output("error", ename=type(error).__name__, evalue=why, traceback=traceback))
    return False
