"""`ndaudit lab`: JupyterLab on the workbench, for this machine only, asking nothing of the network."""

import os
import sys

from ndaudit.cli.options import Surroundings

OFFLINE = (
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.allow_remote_access=False",
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--FileContentsManager.delete_to_trash=False",
)


def open_lab(around: Surroundings, port: int, *, browser: bool) -> None:
    """Become JupyterLab: for this machine, with a token, without news, updates or extensions to fetch."""
    environ = dict(os.environ) | {
        "NDAUDIT_WORKBENCH": str(around.workbench.root),
        "NDAUDIT_LANG": around.lang,
    }
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.port={port}", *OFFLINE]
    command += [f"--ServerApp.root_dir={around.workbench.root}"]
    command += [] if browser else ["--no-browser"]
    os.execve(command[0], command, environ)  # noqa: S606
