"""The page that lists what was published for a period, with a search that needs no network."""

import re
from collections.abc import Mapping
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape

from ndaudit.durable import write_durably
from ndaudit.errors import UsageError
from ndaudit.notation import moment
from ndaudit.notation import period as written
from ndaudit.offices import read_offices
from ndaudit.periods import ULAANBAATAR, Period, read_period
from ndaudit.reporting.assets import look
from ndaudit.wording import LANGUAGES, Language, say
from ndaudit.workbench import Workbench

PAGE = "index.html"
FAILED = 'class="failed"'
HEAD_CHARACTERS = 4096
_LINK = re.compile(r'<a href="([^"]+)"')


def _title(page: Path) -> str:
    """Return what a published page calls itself; of whom and of which day stands beside it."""
    with page.open(encoding="utf-8") as handle:
        found = re.search(r"<title>(.*?)</title>", handle.read(HEAD_CHARACTERS), re.DOTALL)
    return unescape(found[1]).strip().partition(". ")[0] if found else page.stem


def _rows(workbench: Workbench, home: Path, lang: Language) -> list[dict[str, Any]]:
    offices = read_offices(workbench.expectations / "offices.toml")
    rows = []
    for page in sorted(home.glob("*/**/*.html")):
        folder, *between = page.relative_to(home).parts[:-1]
        office = offices.get(folder)
        rows.append(
            {
                "where": office.name.within(lang) if office else say("reports.country", lang),
                "title": _title(page),
                "lang": _spoken(page, lang),
                "again": " · ".join(_again(part, lang) for part in between),
                "link": page.relative_to(home).as_posix(),
                "files": _files(page, home),
                "when": moment(datetime.fromtimestamp(page.stat().st_mtime, ULAANBAATAR), lang),
                "order": (office is not None, office.name.within(lang) if office else ""),
            }
        )
    return sorted(rows, key=lambda row: (row["order"], row["link"]))


def _spoken(page: Path, lang: Language) -> str:
    """Return the language of a page in words; nothing of a page that is none of ours."""
    name = page.stem.rpartition(".")[2]
    return say(f"monitor.index_{name}", lang) if name in LANGUAGES else ""


def _again(part: str, lang: Language) -> str:
    """Return a folder between an office and a page in words: which edition it holds, or its own name."""
    number = part.removeprefix("r")
    return say("monitor.index_again", lang, number=number) if number.isdecimal() else part


def _files(page: Path, home: Path) -> list[dict[str, str]]:
    """Return the other forms of a report that lie beside its page."""
    there = ((ending, page.with_suffix(f".{ending}")) for ending in ("pdf", "xlsx"))
    return [
        {"name": ending.upper(), "link": path.relative_to(home).as_posix()}
        for ending, path in there
        if path.is_file()
    ]


def _others(home: Path, lang: Language) -> list[dict[str, str]]:
    """Return the other periods that have such a page, the latest first."""
    pages = sorted((path for path in home.parent.glob(f"*/{PAGE}") if path.parent != home), reverse=True)
    known = ((page, _period(page.parent.name)) for page in pages)
    return [
        {"name": written(period, lang), "link": f"../{page.parent.name}/{PAGE}"}
        for page, period in known
        if period is not None
    ]


def _period(name: str) -> Period | None:
    try:
        return read_period(name)
    except UsageError:
        # Data Docs, and what people keep beside the periods
        return None


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
        for name in ("office", "report", "when", "search", "empty", "none", "failed", "others")
    }
    page = templates.get_template("index.html.j2").render(
        lang=lang,
        title=say("monitor.index_title", lang, period=written(period, lang)),
        look=look(),
        words=words,
        rows=_rows(workbench, home, lang),
        others=_others(home, lang),
        failed=_failures(failed or {}, workbench, lang),
    )
    write_durably(home / PAGE, page)
    workbench.protect(home / PAGE)
    return home / PAGE
