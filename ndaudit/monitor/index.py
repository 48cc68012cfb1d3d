"""The page that lists what was published for a period, with a search that needs no network."""

import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape

from ndaudit.durable import write_durably
from ndaudit.notation import period as written
from ndaudit.offices import read_offices
from ndaudit.periods import Period
from ndaudit.reporting.assets import look
from ndaudit.wording import Language, say
from ndaudit.workbench import Workbench

PAGE = "index.html"
FAILED = 'class="failed"'
HEAD_CHARACTERS = 4096
_LINK = re.compile(r'<a href="([^"]+)"')


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


def _failures(failed: Mapping[str, str], workbench: Workbench, lang: Language) -> list[dict[str, str]]:
    offices = read_offices(workbench.expectations / "offices.toml")
    rows = []
    for name, why in failed.items():
        report, code, _ = name.split("/")
        office = offices.get(code)
        where = office.name.within(lang) if office else say("reports.country", lang)
        rows.append({"where": where, "report": report, "why": why})
    return rows


def is_current(workbench: Workbench, period: Period, failed: Mapping[str, str], lang: Language) -> bool:
    """Say whether the page of a period lists what lies there: a pass may have ended before it did."""
    home = workbench.reports / period.name
    if failed or not (home / PAGE).is_file():
        return False
    written = (home / PAGE).read_text("utf-8")
    there = {page.relative_to(home).as_posix() for page in home.glob("*/**/*.html")}
    return set(_LINK.findall(written)) == there and FAILED not in written and f'lang="{lang}"' in written


def write_index(
    workbench: Workbench, period: Period, lang: Language, failed: Mapping[str, str] | None = None
) -> Path:
    """Write the page of one period and return it; it always says what lies there now.

    Args:
        failed: what could not be made, by report, office and period, and why.
    """
    home = workbench.reports / period.name
    templates = Environment(loader=PackageLoader("ndaudit.monitor"), autoescape=select_autoescape())
    words = {
        name: say(f"monitor.index_{name}", lang)
        for name in ("office", "report", "search", "empty", "none", "failed")
    }
    page = templates.get_template("index.html.j2").render(
        lang=lang,
        title=say("monitor.index_title", lang, period=written(period, lang)),
        look=look(),
        words=words,
        rows=_rows(workbench, home, lang),
        failed=_failures(failed or {}, workbench, lang),
    )
    write_durably(home / PAGE, page)
    workbench.protect(home / PAGE)
    return home / PAGE
