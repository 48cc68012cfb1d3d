"""Is anybody named in what was published? `python -m benchmarks.byte_search WORKBENCH [FOLDER…]`.

Every file below `reports/` of a workbench (or below the folders given) is read as bytes, unpacked, decoded
and searched for what the current snapshot holds of people. The rule:

* **Numbers** (register, civil, person, book, file and account numbers): every value of at least eight digits,
  or of at least six letters and digits with a letter among them, wherever it stands as a whole or as the
  digits of a longer word. Shorter ones are not searched for: a count of 123 people is not person 123. The
  summary says how many there were.
* **Names**: the first two names of a person side by side in either order, and an initial before a name of
  four letters or more; a single name of five letters or more, with up to four letters of a case ending behind
  it, unless it is a word of the package itself (sentences, expectations, notebooks, code).

Decoded are: ZIP members (XLSX), deflated streams and fonts' character maps (PDF), HTML entities, percent
signs, `\\u` escapes, base64, and the binary arrays of plotly. Pixels of pictures are not read.
"""

import base64
import binascii
import html
import io
import re
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import duckdb
import numpy as np

from benchmarks.pdf_text import pdf_texts
from ndaudit.beginning import shipped
from ndaudit.store import connect, current_snapshot, quoted
from ndaudit.tables import Table, read_tables
from ndaudit.workbench import open_workbench

NUMBERS = ("register_no", "civil_id", "person", "book", "file", "account")
DIGITS, LETTERS, NAME, ENDING = 8, 6, 5, 4
DEEPEST = 4
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(rf"\d{{{DIGITS},}}")
_REGISTER_NO = re.compile(r"[^\W\d_]{2}\d{8}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
_UNICODE = re.compile(r"\\+u([0-9a-fA-F]{4})")
_ARRAYS = (
    re.compile(r'"dtype":\s*"([a-z]\d)",\s*"bdata":\s*"([^"]+)"'),
    re.compile(r'"bdata":\s*"([^"]+)",\s*"dtype":\s*"([a-z]\d)"'),
)
_PROSE = {".toml", ".sql", ".ipynb", ".py", ".j2", ".css", ".js", ".typ", ".json"}
Words = tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """One place where somebody is named: the file, the class of the datum, and how it begins."""

    path: Path
    kind: str
    begins: str


@dataclass
class Secrets:
    """What is searched for.

    Attributes:
        phrases: class by words that stand side by side, by the first of them.
        names: single names; `vocabulary` are words that are nobody's name here.
        sought: how many values of each class are searched for; `left_out`: how many are too short.
    """

    phrases: dict[str, dict[Words, str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    vocabulary: frozenset[str] = frozenset()
    sought: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, words: Words) -> None:
        """Search for words that stand side by side."""
        self.phrases.setdefault(words[0], {})[words] = kind

    def add_number(self, kind: str, value: str) -> None:
        """Search for a number, unless counts look like it."""
        words = words_of(value)
        whole = "".join(words)
        if len(whole) < (DIGITS if whole.isdigit() else LETTERS):
            self.left_out[kind] += 1
            return
        self.sought[kind] += 1
        self.add(kind, words)
        self.add(kind, (whole,))

    def add_name(self, names: Words) -> None:
        """Search for somebody's names."""
        self.sought["name"] += 1
        for name in names:
            if len(name) >= NAME and name not in self.vocabulary:
                self.names.add(name)
        if len(names) > 1:
            first, second = names[:2]
            self.add("name", (first, second))
            self.add("name", (second, first))
            if len(second) >= NAME - 1:
                self.add("name", (first[0], second))

    def named_by(self, word: str) -> bool:
        """Return whether a word is somebody's name, perhaps in a case."""
        if word in self.vocabulary:
            return False
        return any(word[:end] in self.names for end in range(max(NAME, len(word) - ENDING), len(word) + 1))


def words_of(text: str) -> Words:
    """Return the words and numbers of a text, in small letters."""
    return tuple(_WORD.findall(text.casefold()))


def vocabulary() -> frozenset[str]:
    """Return every word that travels with the package."""
    package = Path(__file__).parent.parent / "ndaudit"
    found: set[str] = set()
    for folder in (package, shipped("expectations"), shipped("notebooks")):
        for path in folder.rglob("*"):
            # synthetic deliveries are made of names, and the library of charts is nobody's prose
            if path.suffix in _PROSE and not {"synthetic", "plotly"} & set(path.parts):
                found.update(words_of(path.read_text("utf-8")))
    return frozenset(found)


def secrets_of(con: duckdb.DuckDBPyConnection, tables: Iterable[Table], words: frozenset[str]) -> Secrets:
    """Return what the tables of a snapshot hold of people."""
    found = Secrets(vocabulary=words)
    values: set[tuple[str, str]] = set()
    names: set[str] = set()
    for table in tables:
        columns = {column.name: column.personal for column in table.columns if column.personal}
        for column, kind in columns.items():
            rows = con.execute(f"SELECT DISTINCT {quoted(column)} FROM {quoted(table.name)}").fetchall()
            texts = {str(value) for (value,) in rows if value is not None}
            if kind in NUMBERS:
                values |= {(kind, text) for text in texts}
            elif kind == "name":
                names |= texts
    for surname, given in con.execute("SELECT DISTINCT surname, given_name FROM person").fetchall():
        names.add(f"{surname or ''} {given or ''}")
    for kind, text in sorted(values):
        found.add_number(kind, text)
    for name in sorted(names):
        if words_of(name):
            found.add_name(words_of(name))
    return found


def hits(text: str, secrets: Secrets) -> Iterator[tuple[str, str]]:
    """Yield class and value of whatever a decoded text gives away."""
    words = words_of(text)
    for place, word in enumerate(words):
        for phrase, kind in secrets.phrases.get(word, {}).items():
            if words[place : place + len(phrase)] == phrase:
                yield kind, " ".join(phrase)
        if secrets.names and secrets.named_by(word):
            yield "name", word
    for inside in (*_DIGITS.findall(text), *_REGISTER_NO.findall(text.casefold())):
        kind = secrets.phrases.get(inside, {}).get((inside,))
        if kind:
            yield kind, inside


def decoded(data: bytes, depth: int = 0) -> Iterator[str]:
    """Yield every text that bytes may be read as."""
    if depth > DEEPEST:
        return
    if data[:2] == b"PK" and zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                yield member.filename
                yield from decoded(archive.read(member), depth + 1)
        return
    if data[:5] == b"%PDF-":
        yield from pdf_texts(data)
    if data[:2] == b"\x1f\x8b":
        yield from decoded(zlib.decompressobj(31).decompress(data), depth + 1)
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    yield from _spelled(text)
    yield from _arrays(text)
    yield from _packed(data, depth)


def _spelled(text: str) -> Iterator[str]:
    """Yield a text as it stands and with its escapes undone, one kind after another."""
    yield text
    for undo in (lambda t: _UNICODE.sub(lambda m: chr(int(m[1], 16)), t), html.unescape, unquote):
        plain = undo(text)
        if plain != text:
            yield plain
            text = plain


def _arrays(text: str) -> Iterator[str]:
    """Yield the numbers of plotly's binary arrays."""
    for place, pattern in enumerate(_ARRAYS):
        for match in pattern.finditer(text):
            kind, packed = match.groups() if place == 0 else match.groups()[::-1]
            raw = base64.b64decode(packed.replace("\\u002f", "/").replace("\\/", "/"))
            yield " ".join(
                str(int(x)) if x == x // 1 else "" for x in np.frombuffer(raw, dtype=kind).tolist()
            )


def _packed(data: bytes, depth: int) -> Iterator[str]:
    """Yield what base64 in the bytes stands for; short pieces together, files each for itself."""
    pieces = []
    for match in _BASE64.finditer(data):
        run = match[0].rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        if len(run) % 4 == 1:
            run = run[:-1]
        try:
            raw = base64.b64decode(run + b"=" * (-len(run) % 4))
        except binascii.Error:
            continue
        if raw[:2] in (b"PK", b"\x1f\x8b") or raw[:5] == b"%PDF-" or len(raw) > 1000:
            yield from decoded(raw, depth + 1)
        else:
            pieces.append(raw.decode("utf-8", "replace"))
    if pieces:
        yield from _spelled("\n".join(pieces))


def search(folders: Iterable[Path], secrets: Secrets) -> tuple[list[Hit], int, int]:
    """Return who is named where, and how many files and bytes were read."""
    found: set[Hit] = set()
    seen: set[bytes] = set()
    files = size = 0
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        files, size = files + 1, size + len(data)
        # the files reports share lie beside each of them
        texts = [str(path.name)] if data in seen else [str(path.name), *decoded(data)]
        seen.add(data)
        for text in texts:
            found |= {Hit(path, kind, value[:3] + "…") for kind, value in hits(text, secrets)}
    return sorted(found, key=lambda hit: (hit.path, hit.kind, hit.begins)), files, size


def main(arguments: list[str]) -> int:
    """Search what a workbench published and say what was found."""
    workbench = open_workbench(Path(arguments[0]), {}, Path.cwd())
    folders = [Path(name) for name in arguments[1:]] or [workbench.reports]
    con = connect(current_snapshot(workbench.store).path, read_only=True)
    secrets = secrets_of(con, read_tables(workbench.expectations / "tables").values(), vocabulary())
    con.close()
    found, files, size = search(folders, secrets)
    sought = ", ".join(f"{kind} {count:,}" for kind, count in sorted(secrets.sought.items()))
    short = ", ".join(f"{kind} {count:,}" for kind, count in sorted(secrets.left_out.items())) or "none"
    sys.stdout.write(f"searched {files:,} files ({size / 1e6:,.1f} MB) for: {sought}; too short: {short}\n")
    for hit in found:
        sys.stdout.write(f"{hit.path}: {hit.kind} {hit.begins}\n")
    sys.stdout.write(f"{len(found)} found\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
