"""Commands to be killed at random moments, each forked from a process that has imported everything.

So kills fall into the work, and not into Python starting, which is most of what a small command does.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SERVER = """
import json, os, sys
import duckdb, polars, pyarrow, scipy.stats, xlsxwriter
import ndaudit.cli.commands, ndaudit.evaluation, ndaudit.forms.issuing, ndaudit.intake, ndaudit.reporting
from ndaudit import audit
from ndaudit.cli import main as run
{more}
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        os.setsid()
        os.dup2(os.open({told!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT), 1)
        os.dup2(1, 2)
        code = 0
        try:
            run(json.loads(line))
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 1 if left.code else 0
            sys.stderr.write(str(left.code or ""))
            sys.stderr.flush()
        except BaseException:
            sys.excepthook(*sys.exc_info())
            code = 70
        os._exit(code)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Warm:
    """Runs commands one after the other, and kills them when told to.

    Attributes:
        told: where what they print goes.
    """

    def __init__(self, told: Path, more: str, environ: Mapping[str, str]) -> None:
        self.told = told
        script = SERVER.format(more=more, told=str(told))
        self._server = subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env=os.environ | environ,
        )

    def run(self, *command: str, kill_after: float | None = None, all_of_it: bool = False) -> bool:
        """Run a command to its end, which must be good, or kill it; return whether it was killed.

        Args:
            all_of_it: kill what it started as well, not only itself.
        """
        into, out = self._server.stdin, self._server.stdout
        assert into is not None
        assert out is not None
        into.write(json.dumps(command) + "\n")
        child = int(out.readline())
        if kill_after is not None and not select.select([out], [], [], kill_after)[0]:
            (os.killpg if all_of_it else os.kill)(child, signal.SIGKILL)
        code = int(out.readline())
        assert code == 0 or (kill_after is not None and code == -signal.SIGKILL), self.told.read_text("utf-8")
        return code != 0

    def timed(self, *command: str) -> float:
        """Run a command to its end and return how long it took."""
        start = time.monotonic()
        self.run(*command)
        return time.monotonic() - start

    def close(self) -> None:
        """Let the process go, once the last command has ended."""
        self._server.communicate()


@contextmanager
def warm(told: Path, more: str = "", environ: Mapping[str, str] | None = None) -> Iterator[Warm]:
    """Start the process the commands are forked from.

    Args:
        more: Python that follows its imports; a function `run` in it takes the place of the command line.
    """
    made = Warm(told, more, environ or {})
    try:
        yield made
    finally:
        made.close()
