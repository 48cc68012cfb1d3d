"""Strict reading of declaring TOML files: an unknown key is an error naming file, key and allowed keys."""

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ndaudit.errors import DeclarationError
from ndaudit.wording import Text


class Declaration:
    """One table of a TOML file, read key by key; `finish` refuses what nobody asked for.

    Args:
        raw: the parsed table.
        where: the file, and the place inside it, as errors name it.
    """

    def __init__(self, raw: Mapping[str, Any], where: str) -> None:
        self._raw = raw
        self._asked: list[str] = []
        self.where = where

    def names(self) -> tuple[str, ...]:
        """Return every key that stands in the table."""
        return tuple(self._raw)

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
        """Return the value of `key`.

        Raises:
            DeclarationError: the key is missing and has no default, or its value is of another kind.
        """
        self._asked.append(key)
        if key not in self._raw:
            if default is ...:
                there = get_close_matches(key, self._raw, n=1) or list(self._raw)
                raise DeclarationError(
                    "declarations.missing_key", where=self.where, key=key, there=", ".join(there) or "—"
                )
            return default
        value = self._raw[key]
        kinds = kind if isinstance(kind, tuple) else (kind,)
        # bool is an int in Python, never in a declaration
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            wanted = ", ".join(k.__name__ for k in kinds)
            raise DeclarationError(
                "declarations.wrong_kind", where=self.where, key=key, wanted=wanted, came=type(value).__name__
            )
        return value

    def text(self, key: str, default: Any = ...) -> Any:
        """Return a `Text` from a table `{ mn, en }`, or the default."""
        raw = self.take(key, dict, default)
        if not isinstance(raw, dict):
            return raw
        part = Declaration(raw, f"{self.where} [{key}]")
        text = Text(mn=part.take("mn", str), en=part.take("en", str))
        part.finish()
        return text

    def one_of(self, key: str, allowed: Iterable[str], default: Any = ...) -> Any:
        """Return a string value that must be among `allowed`."""
        value = self.take(key, str, default)
        choices = list(allowed)
        if value != default and value not in choices:
            raise DeclarationError(
                "declarations.not_allowed", where=self.where, key=key, came=value, allowed=", ".join(choices)
            )
        return value

    def strings(self, key: str, default: Any = ...) -> tuple[str, ...]:
        """Return a tuple of strings."""
        values = self.take(key, list, default)
        for value in values:
            if not isinstance(value, str):
                raise DeclarationError(
                    "declarations.wrong_kind",
                    where=self.where,
                    key=key,
                    wanted="str",
                    came=type(value).__name__,
                )
        return tuple(values)

    def parts(self, key: str, default: Any = ...) -> list["Declaration"]:
        """Return the tables of an array of tables."""
        raws = self.take(key, list, default)
        for raw in raws:
            if not isinstance(raw, dict):
                raise DeclarationError(
                    "declarations.wrong_kind",
                    where=self.where,
                    key=key,
                    wanted="table",
                    came=type(raw).__name__,
                )
        return [Declaration(raw, f"{self.where} [[{key}]] {n}") for n, raw in enumerate(raws, start=1)]

    def finish(self) -> None:
        """Refuse keys that nobody asked for.

        Raises:
            DeclarationError: names the file, the unknown key and the allowed ones.
        """
        for key in self._raw:
            if key not in self._asked:
                raise DeclarationError(
                    "declarations.unknown_key", where=self.where, key=key, allowed=", ".join(self._asked)
                )


def read_declaration(path: Path, where: str | None = None) -> Declaration:
    """Read one TOML file.

    Args:
        where: how errors name the file; its bare name when None.

    Raises:
        DeclarationError: the file is not UTF-8 or not TOML.
    """
    return parse_declaration(read_text(path, where), where or path.name)


def read_text(path: Path, where: str | None = None) -> str:
    """Read one file of declarations as text.

    Raises:
        DeclarationError: it is not UTF-8.
    """
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise DeclarationError("declarations.not_utf8", where=where or path.name) from error


def parse_declaration(text: str, where: str) -> Declaration:
    """Read the text of a TOML file, or the part of it that stands before its tables.

    Raises:
        DeclarationError: the text is not TOML.
    """
    try:
        return Declaration(tomllib.loads(text), where)
    except (ValueError, RecursionError) as error:
        # a number of thousands of digits, or brackets in brackets without end
        raise DeclarationError("declarations.not_toml", where=where, why=error) from error
