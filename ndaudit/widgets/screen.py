"""The review screen itself: a widget that hands messages of the browser to the desk and answers back."""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import anywidget

from ndaudit.reporting.assets import look
from ndaudit.widgets.desk import Desk
from ndaudit.wording import Language
from ndaudit.workbench import Workbench, open_workbench

HERE = Path(__file__).parent


class HasWorkbench(Protocol):
    """What `ndaudit.open` gives, which stands a floor above."""

    workbench: Workbench


@cache
def fonts() -> str:
    """Return the faces of the house as CSS with the fonts inside; a shadow root cannot declare any."""
    return "\n".join(re.findall(r"@font-face\s*\{.*?\}", look(), flags=re.S))


@cache
def styles() -> str:
    """Return the look of the house and of the screen, for inside a shadow root."""
    house = re.sub(r"@font-face\s*\{.*?\}", "", look(), flags=re.S).replace(":root", ":host")
    return house + (HERE / "review.css").read_text("utf-8")


@cache
def module() -> str:
    """Return the screen as one ES module with its styles in it."""
    script = (HERE / "review.js").read_text("utf-8")
    return f"const STYLES = {json.dumps(styles())};\n{script}"


class ReviewScreen(anywidget.AnyWidget):
    """Findings and decisions in JupyterLab; nothing of them is kept in the notebook."""

    _esm = module()
    _css = fonts()
    _desk: Desk | None = None

    def __init__(self, workbench: Workbench, lang: Language) -> None:
        # JupyterLab hands messages of widgets to threads of their own; SQLite stays in the one that opened it
        self._clerk = ThreadPoolExecutor(max_workers=1)
        self._desk = self._clerk.submit(Desk, workbench, lang).result()
        super().__init__()
        self.on_msg(self._heard)

    def _heard(self, _: Any, content: Any, __: Any) -> None:
        """Answer a message under its number."""
        if self._desk and isinstance(content, dict) and "ask" in content:
            answer = self._clerk.submit(self._desk.answer, content).result()
            self.send({"id": content.get("id"), "answer": answer})

    def close(self) -> None:
        """Let go of the run and the log, and take the screen away; ipywidgets asks for it more than once."""
        desk, self._desk = self._desk, None
        if desk:
            self._clerk.submit(desk.close).result()
            self._clerk.shutdown()
        super().close()


def review(store: str | Path | HasWorkbench | None = None, lang: Language | None = None) -> ReviewScreen:
    """Show the findings of the current run of a workbench, to be decided about.

    Args:
        store: the workbench folder, an open session of it, or None for the one around the current folder.
        lang: `mn` or `en`; the workbench's when None.

    Raises:
        UsageError: no workbench there.
        RefusedError: nothing has been checked yet.
    """
    if store is None or isinstance(store, str | Path):
        workbench = open_workbench(Path(store).expanduser() if store else None, os.environ, Path.cwd())
    else:
        workbench = store.workbench
    return ReviewScreen(workbench, lang or workbench.settings.lang)
