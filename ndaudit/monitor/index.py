"""The page that lists what was published for a period, with a search that needs no network."""

import re
from html import unescape
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape

from ndaudit.durable import write_durably
from ndaudit.notation import period as written
from ndaudit.offices import read_offices
from ndaudit.periods import Period
from ndaudit.wording import Language, say
from ndaudit.workbench import Workbench

PAGE = "index.html"
HEAD_CHARACTERS = 4096
LOOK = Path(__file__).parent.parent / "assets" / "look.css"


def _title(page: Path) -> str:
    """Return what a published page calls itself."""
    with page.open(encoding="utf-8") as handle:
        found = re.search(r"<title>(.*?)</title>", handle.read(HEAD_CHARACTERS), re.DOTALL)
    return unescape(found[1]).strip() if found else page.stem


def _rows(workbench: Workbench, home: Path, lang: Language) -> list[dict[str, str]]:
    offices = read_offices(workbench.expectations / "offices.toml")
    rows = []
    for page in sorted(home.glob("*/**/*.html")):
        folder = page.relative_to(home).parts[0]
        office = offices.get(folder)
        rows.append(
            {
                "where": office.name.within(lang) if office else say("reports.country", lang),
                "title": _title(page),
                "lang": page.name.split(".")[1],
                "again": "/".join(page.relative_to(home).parts[1:-1]),
                "link": page.relative_to(home).as_posix(),
            }
        )
    return rows


def write_index(workbench: Workbench, period: Period, lang: Language) -> Path:
    """Write the page of one period and return it; it always says what lies there now."""
    home = workbench.reports / period.name
    templates = Environment(loader=PackageLoader("ndaudit.monitor"), autoescape=select_autoescape())
    words = {
        name: say(f"monitor.index_{name}", lang) for name in ("office", "report", "search", "empty", "none")
    }
    page = templates.get_template("index.html.j2").render(
        lang=lang,
        title=say("monitor.index_title", lang, period=written(period, lang)),
        look=LOOK.read_text("utf-8"),
        words=words,
        rows=_rows(workbench, home, lang),
    )
    write_durably(home / PAGE, page)
    workbench.protect(home / PAGE)
    return home / PAGE
