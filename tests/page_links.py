"""Where the links of a page lead: each to a file beside it and a place that file holds, or it is broken."""

from collections import Counter
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.places: list[str] = []
        self.asked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.places.append(value)
            if name in ("href", "src") and value is not None:
                self.asked.append(value)


def _read(page: Path) -> _Read:
    reader = _Read()
    reader.feed(page.read_text("utf-8"))
    return reader


def broken_links(pages: Iterable[Path]) -> list[str]:
    """Return what is wrong with the links of some pages: no file, no place, or a place given twice."""
    wrong = []
    for page in pages:
        own = _read(page)
        wrong += [f"{page.name}: {place} twice" for place, many in Counter(own.places).items() if many > 1]
        for asked in own.asked:
            name, _, place = asked.partition("#")
            file = page.parent / unquote(name) if name else page
            if not file.is_file():
                wrong.append(f"{page.name}: no file {asked}")
            elif place and place not in (own if file == page else _read(file)).places:
                wrong.append(f"{page.name}: no place {asked}")
    return wrong


def links_of(page: Path) -> set[str]:
    """Return every address a page names."""
    return set(_read(page).asked)
