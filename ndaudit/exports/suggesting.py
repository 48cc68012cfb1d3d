"""Which columns the unknown headers of a file may stand for: proposed to a person, never used alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from ndaudit.exports.headers import known_headers, lacks, recognised
from ndaudit.exports.recognising import Head, read_head, table_by_name
from ndaudit.tables import Column, Table
from ndaudit.text import header_key, single_spaced

ALIKE = 0.6
"""Below this two headers share letters by chance."""


@dataclass(frozen=True)
class Guess:
    """What one unknown header may stand for; no column when nothing is alike."""

    header: str
    column: Column | None
    likeness: float


@dataclass(frozen=True)
class Suggestion:
    """What a mapping for one file may say.

    Attributes:
        missing: columns the table must have that no header stands for, even as guessed.
    """

    file: str
    table: Table
    guesses: tuple[Guess, ...]
    missing: tuple[Column, ...]


def _likeness(header: str, other: str) -> float:
    """Return how alike two headers are, 0 to 1, whatever the order of their words."""
    one, two = header_key(header), header_key(other)
    sorted_one, sorted_two = (" ".join(sorted(text.split())) for text in (one, two))
    ratio = SequenceMatcher(None, one, two, autojunk=False).ratio()
    return max(ratio, SequenceMatcher(None, sorted_one, sorted_two, autojunk=False).ratio())


def _closest(header: str, column: Column) -> float:
    return max(_likeness(header, known) for known in column.headers)


def _guesses(headers: Sequence[str], columns: Sequence[Column]) -> tuple[Guess, ...]:
    """Pair headers with columns, the most alike first, each once."""
    pairs = [(_closest(header, column), header, column) for header in headers for column in columns]
    chosen: dict[str, Guess] = {}
    taken: set[str] = set()
    for likeness, header, column in sorted(pairs, key=lambda pair: -pair[0]):
        if likeness >= ALIKE and header not in chosen and column.name not in taken:
            chosen[header] = Guess(header, column, likeness)
            taken.add(column.name)
    return tuple(chosen.get(header, Guess(header, None, 0.0)) for header in headers)


def _header(head: Head, table: Table) -> tuple[str, ...]:
    row = head.within(table)
    return row if recognised(row, table) else max(head.rows, key=lambda r: sum(map(bool, r)), default=())


def _suggestion(file: str, head: Head, table: Table) -> Suggestion:
    known = known_headers(table)
    row = [single_spaced(cell) for cell in _header(head, table) if cell.strip()]
    found = {known.get(header_key(cell)) for cell in row}
    unknown = list(dict.fromkeys(cell for cell in row if header_key(cell) not in known))
    guesses = _guesses(unknown, [column for column in table.columns if column.name not in found])
    guessed = {guess.column.name for guess in guesses if guess.column}
    missing = tuple(column for column in lacks(row, table) if column.name not in guessed)
    return Suggestion(file, table, guesses, missing)


def suggest(path: Path, tables: Mapping[str, Table]) -> Suggestion:
    """Return a proposal for the unknown headers of a file; its table is told by its name, else by its header.

    Raises:
        RefusedError: the file is empty or cannot be read.
    """
    head = read_head(path, path.name)
    table = table_by_name(path.name, tables)
    if table is None:
        counts = {name: recognised(head.within(table), table) for name, table in tables.items()}
        most = max(counts.values())
        nearest = [tables[name] for name, count in counts.items() if count == most]
        # several tables share headers such as the office's: the one the others can be guessed for best
        tried = [_suggestion(path.name, head, table) for table in nearest]
        return max(tried, key=lambda one: sum(g.likeness for g in one.guesses) - len(one.missing))
    return _suggestion(path.name, head, table)
