"""The command line: `ndaudit COMMAND`. Heavy modules are imported by the command that needs them."""

import os
import sys
from collections.abc import Sequence
from typing import Any

from ndaudit.errors import NdauditError, machine_faults
from ndaudit.wording import LANGUAGES, Language


def asked_language(arguments: Sequence[str]) -> Language:
    """Return the language named by `--lang`, else by `NDAUDIT_LANG`, else Mongolian."""
    for before, value in zip(("", *arguments), arguments, strict=False):
        named = value.removeprefix("--lang=") if value.startswith("--lang=") else value
        if (before == "--lang" or named != value) and named in LANGUAGES:
            return named
    from_environment = os.environ.get("NDAUDIT_LANG", "")
    return from_environment if from_environment in LANGUAGES else "mn"


def handed_on(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the options that stand before the command moved behind all its own."""
    before: list[str] = []
    rest = list(arguments)
    while rest and rest[0].startswith("-") and rest[0] != "--help":
        takes_value = rest[0] in {"-C", "--workbench", "--lang"}
        size = 2 if takes_value else 1
        before, rest = before + rest[:size], rest[size:]
    if not rest or rest[0] == "--help":
        return list(arguments)
    end = rest.index("--") if "--" in rest else len(rest)
    return [*rest[:end], *before, *rest[end:]]


def _run(app: Any, arguments: list[str]) -> None:
    try:
        app(args=arguments, prog_name="ndaudit")
    except BrokenPipeError:
        # the reader of our output has gone (`| head`); there is nobody left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang = asked_language(given)
    from ndaudit.cli.commands import build

    app = build(lang)
    debug = "--debug" in given
    try:
        with machine_faults("ndaudit"):
            _run(app, handed_on(given))
    except NdauditError as error:
        if debug:
            raise
        sys.stderr.write(f"ndaudit: {error.within(lang)}\n")
        sys.exit(error.exit_code)
