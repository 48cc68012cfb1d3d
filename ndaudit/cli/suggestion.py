"""`ndaudit load --suggest-mapping FILE`: a mapping to read, correct and save; nothing is written."""

import json
import sys
from pathlib import Path

from ndaudit.cli.options import Surroundings
from ndaudit.errors import UsageError, machine_faults
from ndaudit.exports.suggesting import Suggestion, suggest
from ndaudit.intake.mapping import MAPPINGS, read_mappings
from ndaudit.tables import read_tables


def print_suggestion(around: Surroundings, path: Path, office: str | None) -> None:
    """Print the proposal for a file on standard output.

    Raises:
        UsageError: there is no such file.
    """
    if not path.is_file():
        raise UsageError("usage.no_file", where=path)
    tables = read_tables(around.workbench.expectations / "tables")
    mapped = read_mappings(around.workbench.data / MAPPINGS, tables).tables(tables, office or "")
    with machine_faults(path):
        found = suggest(path, mapped)
    if around.as_json:
        around.print_json(_document(found, office))
    else:
        sys.stdout.write(_mapping(around, found, office))


def _document(found: Suggestion, office: str | None) -> dict[str, object]:
    return {
        "table": found.table.name,
        "office": office,
        "headers": {guess.header: guess.column.name if guess.column else None for guess in found.guesses},
        "missing": [column.name for column in found.missing],
    }


def _mapping(around: Surroundings, found: Suggestion, office: str | None) -> str:
    quoted = [json.dumps(guess.header, ensure_ascii=False) for guess in found.guesses]
    lines = [f"# {around.say('cli.suggest_head', file=found.file)}", f'table = "{found.table.name}"']
    lines += [f'office = "{office}"'] if office else []
    lines += ["", "[headers]"]
    for header, guess in zip(quoted, found.guesses, strict=True):
        if guess.column:
            title = guess.column.title.within(around.lang)
            lines.append(f'{header} = "{guess.column.name}"  # {title} · {guess.likeness:.2f}')
        else:
            lines.append(f'# {header} = ""  # {around.say("cli.suggest_none")}')
    if not found.guesses:
        lines.append(f"# {around.say('cli.suggest_nothing')}")
    if found.missing:
        names = ", ".join(f"{c.name} ({c.title.within(around.lang)})" for c in found.missing)
        lines += ["", f"# {around.say('cli.suggest_missing', columns=names)}"]
    return "\n".join(lines) + "\n"
