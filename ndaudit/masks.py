"""What of a finding names people, and its pseudonyms.

The data dictionary says it of its columns. A population makes columns of its own, of which nobody says it:
there a value stays only when its form cannot name anybody and its column does not sound like one that does.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ndaudit.masking import ITEM_KEY, Masker
from ndaudit.tables import Table

_HARMLESS = re.compile(
    r"true|false|\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2}(\.\d+)?)?"
    r"|-?\d+\.\d+|-?\d{1,6}|[a-z][a-z_0-9]*|[A-Z]{1,2}"
)
_FLAG = re.compile(r"true|false")
_SPEAKING = (
    ("person", re.compile(r"person_id|(^|_)holder(_|$)")),
    ("register_no", re.compile(r"register_no")),
    ("birth", re.compile(r"(^|_)(birth|born)(_|$)")),
    ("book", re.compile(r"(^|_)book(_|$)")),
    ("file", re.compile(r"(^|_)file(_|$)")),
    ("account", re.compile(r"(^|_)account(_|$)")),
    ("name", re.compile(r"(^|_)(name|surname)(_|$)")),
    ("staff", re.compile(r"_by$|(^|_)staff_id(_|$)")),
    ("number", re.compile(r"_(id|no)$")),
)
_MEASURE = re.compile(r"(^|_)(months|days|years|age)(_|$)")


def personal_columns(tables: Iterable[Table]) -> dict[str, str | None]:
    """Return the class of personal data of every column of the dictionary, None where it is none."""
    found: dict[str, str | None] = {}
    for table in tables:
        for column in table.columns:
            found[column.name] = found.get(column.name) or column.personal
    return found


def published_columns(tables: Iterable[Table]) -> dict[str, str | None]:
    """Return `personal_columns` as reports hide them: an employer is an item, with an item's pseudonym."""
    return personal_columns(tables) | {"employer_no": ITEM_KEY}


@dataclass(frozen=True)
class Masks:
    """Gives pseudonyms to what names people.

    Attributes:
        columns: see `personal_columns`.
    """

    key: bytes
    columns: Mapping[str, str | None]

    def _class(self, column: str, value: str) -> str | None:
        """Return under which class a value is hidden, or None when it may be seen."""
        if column in self.columns:
            return self.columns[column]
        if _FLAG.fullmatch(value):
            return None
        if not _MEASURE.search(column):
            for name, pattern in _SPEAKING:
                if pattern.search(column):
                    return name
        return None if _HARMLESS.fullmatch(value) else "evidence"

    def evidence(self, evidence: Mapping[str, str | None]) -> dict[str, str | None]:
        """Return the evidence of a finding with pseudonyms for what names people."""
        hidden: dict[str, str | None] = {}
        for column, value in evidence.items():
            kind = self._class(column, value) if value is not None else None
            hidden[column] = Masker(self.key, kind).mask(str(value)) if kind else value
        return hidden

    def item(self, item_key: str) -> str:
        """Return the pseudonym of an item, the one it has in reports and Data Docs."""
        return Masker(self.key, ITEM_KEY).mask(item_key)
