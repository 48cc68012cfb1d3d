"""`ndaudit lab`: JupyterLab on the workbench, for this machine only, asking nothing of the network."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from ndaudit.cli.options import Surroundings

OFFLINE = (
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.allow_remote_access=False",
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--FileContentsManager.delete_to_trash=False",
)
_SETTINGS = Path(__file__).parent.parent / "assets" / "lab"
"""Holds `labconfig/`, Lab's defaults of ours: it need not ask whether to fetch what it may not."""


def with_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which Lab finds our defaults; what a person has set comes before them."""
    known = environ.get("JUPYTER_CONFIG_PATH")
    return {**environ, "JUPYTER_CONFIG_PATH": os.pathsep.join([*([known] if known else []), str(_SETTINGS)])}


def open_lab(around: Surroundings, port: int, *, browser: bool) -> None:
    """Become JupyterLab: for this machine, with a token, without news, updates or extensions to fetch."""
    environ = with_settings(os.environ) | {
        "NDAUDIT_WORKBENCH": str(around.workbench.root),
        "NDAUDIT_LANG": around.lang,
    }
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.port={port}", *OFFLINE]
    command += [f"--ServerApp.root_dir={around.workbench.root}"]
    command += [] if browser else ["--no-browser"]
    os.execve(command[0], command, environ)  # noqa: S606
