"""The table of faults in SECURITY.md, which is where it stands which test proves what, and how often."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "SECURITY.md"
_ROW = re.compile(
    r"^\| (?P<fault>[^|]+) \| (?P<tests>[^|]+) \| (?P<short>[^|]+) \| (?P<full>[^|]+) \|$", re.M
)
_TEST = re.compile(r"`(test_\w+\.py)::(test_\w+)`")
_SETTING = re.compile(r"`(NDAUDIT_\w+)=(\w+)`")


@dataclass(frozen=True)
class Fault:
    """One fault, and how it is tried.

    Attributes:
        tests: the tests that prove what must hold, as pytest takes them.
        full: the settings they run at full length with; none where there is one length only.
    """

    name: str
    tests: tuple[str, ...]
    full: Mapping[str, str]


def faults() -> list[Fault]:
    """Return every row of the table, in its order."""
    section = PAGE.read_text("utf-8").partition("### Faults\n")[2].partition("\n## ")[0]
    return [
        Fault(
            row["fault"].replace("`", ""),
            tuple(f"tests/{file}::{test}" for file, test in _TEST.findall(row["tests"])),
            dict(_SETTING.findall(row["full"])),
        )
        for row in _ROW.finditer(section)
        if _TEST.search(row["tests"])
    ]
