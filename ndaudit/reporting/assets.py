"""What every page of a report needs beside its own text: the look, the fonts in it, the drawing of charts.

A page either holds all of it, or names files in the folder `assets` beside it. Those are named by their
content: a page of last year finds what it was made with, however the look has changed since.
"""

import base64
import hashlib
import os
import re
import shutil
from functools import cache
from pathlib import Path

from ndaudit.reporting.blocks import TEMPLATES

SHIPPED = Path(__file__).parent.parent / "assets"
FOLDER = "assets"
_BUNDLE = SHIPPED / "plotly" / "plotly-cartesian.min.js"


@cache
def _text(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def look() -> str:
    """Return `look.css` with its fonts inside it."""

    def inside(found: re.Match[str]) -> str:
        data = base64.b64encode((SHIPPED / found[1]).read_bytes()).decode("ascii")
        return f'url("data:font/woff2;base64,{data}")'

    plain = re.sub(r"/\*.*?\*/", "", _text(SHIPPED / "look.css"), flags=re.S)
    return re.sub(r'url\("(fonts/[^"]+)"\)', inside, plain)


@cache
def style() -> str:
    """Return everything a report's page is styled with."""
    return f"{look()}\n{_text(TEMPLATES / 'report' / 'style.css')}"


@cache
def bundle() -> str:
    """Return the library that draws charts."""
    return _text(_BUNDLE)


@cache
def drawing() -> str:
    """Return the script that has the charts of a page drawn."""
    return _text(TEMPLATES / "report" / "drawing.js")


@cache
def names() -> dict[str, str]:
    """Return what the files are called: `style`, `bundle`, `drawing`."""
    files = {"style": ("report", "css"), "bundle": ("plotly", "js"), "drawing": ("charts", "js")}
    return {
        part: f"{stem}-{hashlib.sha256(_content(part).encode()).hexdigest()[:12]}.{ending}"
        for part, (stem, ending) in files.items()
    }


def _content(part: str) -> str:
    return {"style": style, "bundle": bundle, "drawing": drawing}[part]()


def write_shared(store: Path, place: Path) -> list[Path]:
    """Put the shared files into `place`, linked from `store`, and return the new ones.

    Args:
        store: a folder of the same file system; where it offers no links, the files are copied.
    """
    made = []
    for part, name in names().items():
        kept, wanted = store / name, place / name
        if wanted.is_file():
            continue
        if not kept.is_file():
            draft = store / f".{name}.{os.getpid()}"
            draft.write_text(_content(part), "utf-8")
            draft.replace(kept)
        try:
            os.link(kept, wanted)
        except FileExistsError:
            continue
        except OSError:
            shutil.copyfile(kept, wanted)
        made.append(wanted)
    return made
