"""The review screen in the real JupyterLab: one decides, another confirms, both at once."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from chromium import NEEDS_CHROMIUM, Browser, Tab, browser
from nbformat.v4 import new_code_cell, new_notebook
from test_widgets import GIVEN, make_run, make_snapshot, newer_run

from ndaudit import ledger
from ndaudit.beginning import begin
from ndaudit.cli.laboratory import OFFLINE, with_settings
from ndaudit.reviews.log import open_log
from ndaudit.roles import ROLES_FILE
from ndaudit.workbench import Workbench

PART = """
window.part = (selector) => [...document.querySelectorAll('.jp-OutputArea *')]
  .find((node) => node.shadowRoot?.querySelector('.review'))?.shadowRoot.querySelector(selector)
"""
FIGURES = """
from ndaudit.reporting.blocks import Block, render
from ndaudit.reporting.page import Figure
Block(render("figures", [Figure("Хуулийн хувьтай зөрсөн бичилт", str(n)) for n in range(3)]), "")
"""
BESIDE = """
[...document.querySelectorAll('dl.figures div')].map((div) => {
  const [name, value] = [...div.children].map((part) => part.getBoundingClientRect());
  const next = div.nextElementSibling?.getBoundingClientRect();
  return value.top >= name.top && (!next || next.top >= Math.max(name.bottom, value.bottom));
})
"""
"""Whether each figure stands with its own name, above the next: Lab floats names, ours may take two lines."""
NEWS = """
jupyterapp.serviceManager.settings.fetch('@jupyterlab/apputils-extension:notification')
  .then((settings) => settings.schema.properties.fetchNews.default)
"""
SHOWN = "part('.review')?.dataset.ready === 'true' && part('.detail h3')"


def notebook_of(user: str) -> nbformat.NotebookNode:
    """Return a notebook that shows the screen as if the system account were another."""
    acting = f"from ndaudit import ledger\nledger.account = lambda: {user!r}\n{FIGURES}"
    cells = [new_code_cell(acting), new_code_cell("import ndaudit\nndaudit.review('.')")]
    book = new_notebook(cells=cells)
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return book


@contextmanager
def laboratory(workbench: Workbench, folder: Path) -> Iterator[str]:
    """Run JupyterLab with the settings of `ndaudit lab`, and nothing of this account's own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime"}
    environ = with_settings(os.environ) | {name: str(folder / place) for name, place in own.items()}
    environ |= {"IPYTHONDIR": str(folder / "ipython"), "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings")}
    settings = [
        f"--ServerApp.port={port}",
        "--IdentityProvider.token=t",
        "--LabApp.expose_app_in_browser=True",
    ]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", *OFFLINE, *settings]
    command.append(f"--ServerApp.root_dir={workbench.root}")
    with (folder / "lab.log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, cwd=workbench.root, stdout=log, stderr=log)
        try:
            while process.poll() is None:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    continue
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=60)


def show(tab: Tab) -> None:
    """Run the notebook that is open, and wait for the screen."""
    tab.wait("window.jupyterapp?.shell.currentWidget?.context?.isReady === true")
    tab.wait("jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'")
    tab.ask(PART)
    tab.ask("void jupyterapp.commands.execute('notebook:run-all-cells')")
    tab.wait(SHOWN)


@contextmanager
def opened(chromium: Browser, url: str, user: str) -> Iterator[Tab]:
    with chromium.open(f"{url}/lab/workspaces/{user}/tree/{user}.ipynb?token=t") as tab:
        show(tab)
        yield tab


@pytest.mark.browser
@NEEDS_CHROMIUM
def test_two_people_in_jupyterlab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NDAUDIT_KEY_FILE", str(tmp_path / "key"))
    workbench = begin(tmp_path / "nd", "mn")
    make_run(workbench, GIVEN)
    make_snapshot(workbench)
    # the process that makes a dossier acts for the account it runs under
    granted = (("bat", "auditor"), ("sara", "reviewer"), (ledger.account(), "analyst"))
    roles = "".join(f'[[account]]\nname = "{name}"\nrole = "{role}"\n' for name, role in granted)
    (workbench.root / ROLES_FILE).write_text(roles, "utf-8")
    for user in ("bat", "sara"):
        nbformat.write(notebook_of(user), workbench.root / f"{user}.ipynb")
    with (
        laboratory(workbench, tmp_path) as url,
        browser(tmp_path) as chromium,
        opened(chromium, url, "bat") as bat,
        opened(chromium, url, "sara") as sara,
    ):
        if pictures := os.environ.get("NDAUDIT_PICTURES"):
            bat.call("Page.bringToFront")
            bat.picture(Path(pictures) / "lab.png")
        assert bat.wait("document.querySelector('dl.figures')")
        assert bat.ask(BESIDE) == [True, True, True]
        assert bat.ask(NEWS) == "false"
        # the letter D twice would delete the cell, were the notebook to hear it
        bat.call("Page.bringToFront")
        bat.ask("part('.list').focus()")
        bat.key("KeyD", "d")
        bat.wait("part('form.deciding')")
        bat.ask("part('[name=reason]').value = 'Гарын үсэггүй'; part('form.deciding').requestSubmit()")
        bat.wait("part('.state.proposed')")
        bat.key("KeyJ", "j")
        assert bat.ask("jupyterapp.shell.currentWidget.content.widgets.length") == 2
        # the other has the list from before: told, not overwritten
        sara.call("Page.bringToFront")
        sara.ask("part('[data-do=propose]').click()")
        sara.ask("part('[name=reason]').value = 'Өөр'; part('form.deciding').requestSubmit()")
        assert "bat" in sara.wait("part('.conflict')?.textContent")
        sara.ask("part('[data-do=look]').click()")
        sara.wait("part('[data-do=confirm]').disabled === false")
        sara.ask("part('[data-do=confirm]').click()")
        sara.ask("part('form.deciding').requestSubmit()")
        sara.wait("part('.state.confirmed')")
        bat.call("Page.bringToFront")
        bat.ask("jupyterapp.commands.execute('docmanager:save').then(() => true)")
        bat.call("Page.reload")
        bat.wait("!window.part")
        show(bat)
        bat.wait("part('.state.confirmed')")
        # the dossier of the person, made by the notebook of reports and shown in a frame of its own
        bat.ask("part('.list').focus()")
        bat.key("KeyO", "o")
        page = bat.wait("part('.dossier iframe')?.srcdoc", patience=180)
        assert "Даатгуулагчийн хавтас" in page
        assert "УБ60051012" not in page
        if pictures := os.environ.get("NDAUDIT_PICTURES"):
            time.sleep(3)
            bat.picture(Path(pictures) / "dossier.png")
        bat.key("Escape")
        bat.wait("part('.dossier').hidden")
        # a check ends while the screen is open: said, and shown without starting the kernel again
        newer_run(workbench)
        bat.ask(
            "part('[name=severity]').value = 'C'; part('[name=severity]').dispatchEvent(new Event('change'))"
        )
        bat.wait("part('[data-do=refresh]')")
        bat.ask("part('[data-do=refresh]').click()")
        bat.wait("part('.list').querySelectorAll('.row').length === 1")
    with open_log(workbench) as log:
        assert [(entry.user, entry.kind) for entry in log.all()] == [("bat", "propose"), ("sara", "confirm")]
        assert log.fault() is None
    kept = (workbench.root / "bat.ipynb").read_text("utf-8")
    assert not [given[0] for given in GIVEN if given[3] in kept]
    shutil.rmtree(workbench.root / ".ipynb_checkpoints", ignore_errors=True)
