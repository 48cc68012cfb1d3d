"""The short way for a file whose sample is plain: dates, numbers and texts written as they are stored.

Most files are: they are spared the marks, the list of unread texts and the look at both ends of every text.
A row with a value that cannot be read after all gets the negative of its number, and the file a careful
reading. Texts are stored as they came and put right in the table, where DuckDB looks at one that repeats only
once for all its rows.
"""

import duckdb

from ndaudit.exports.headers import HeaderMatch
from ndaudit.exports.rows import Provenance, RawRows, Value, is_marked, mark, store_rows, values_of
from ndaudit.exports.values import plain_conversion, surrounded, trimmed
from ndaudit.store import literal, quoted
from ndaudit.tables import Table
from ndaudit.text import SPACES

RARE = 1000
"""Texts are put right in the table when not one in so many of the sample has to be."""
MANY = 50_000
"""Beyond so many texts that have to be put right, the file gets a careful reading."""


def has_plain_values(table: Table, raw: RawRows, match: HeaderMatch) -> bool:
    """Return whether every value but texts comes with the type the CSV reader is given for it."""
    return all(v.is_text or v.position is None or v.source != "VARCHAR" for v in values_of(table, raw, match))


def has_plain_texts(
    con: duckdb.DuckDBPyConnection, table: Table, sample: RawRows, match: HeaderMatch
) -> bool:
    """Return whether hardly a text of the sample has to be put right."""
    texts = [v for v in values_of(table, sample, match) if v.position is not None and v.source == "VARCHAR"]
    amiss = " OR ".join(_amiss(v, v.raw) for v in texts if v.is_text) or "false"
    spaced = " OR ".join(surrounded(v.raw) for v in texts if not v.is_text) or "false"
    [[rows, found, others]] = con.execute(
        f"SELECT count(*), count(*) FILTER ({amiss}), count(*) FILTER ({spaced}) FROM {sample.relation}"
    ).fetchall()
    return bool(found * RARE <= rows and not others)


def insert_plain(
    con: duckdb.DuckDBPyConnection, table: Table, raw: RawRows, match: HeaderMatch, origin: Provenance
) -> int:
    """Insert the rows of `raw` in storage order, those with a value amiss under a negative number."""
    read, amiss = [], []
    for value in values_of(table, raw, match):
        way, wrong = value.raw, ""
        if value.position is not None and not value.is_text:
            way, wrong = plain_conversion(value.column, value.raw, value.source)
        read.append(f"{way} AS {quoted(value.column.name)}")
        amiss += [wrong] if wrong else []
    row = f"CASE WHEN {' OR '.join(amiss) or 'false'} THEN -place ELSE place END"
    numbered = f"(SELECT *, {raw.row} AS place FROM {raw.relation})"
    rows = f"FROM (SELECT {', '.join(read)}, {row} AS source_row FROM {numbered})"
    return store_rows(con, table, raw, origin, rows)


def put_right(
    con: duckdb.DuckDBPyConnection, table: Table, raw: RawRows, match: HeaderMatch, origin: Provenance
) -> bool:
    """Put right the texts just stored as they came; return False when the file needs a careful reading."""
    name = quoted(table.name)
    [[unread]] = con.execute(f"SELECT count(*) FROM {name} WHERE {origin.rows} AND source_row < 0").fetchall()
    if unread or (is_marked(con, table) and _has_spaced(con, name, origin)):
        return False
    texts = {quoted(v.column.name): v for v in values_of(table, raw, match) if v.is_text}
    amiss = " OR ".join(_amiss_stored(con, name, origin, value, text) for text, value in texts.items())
    amiss = amiss or "false"
    [[found]] = con.execute(f"SELECT count(*) FROM {name} WHERE {origin.rows} AND ({amiss})").fetchall()
    if found > MANY:
        return False
    if found:
        mark(con, table)
        respelt = " + ".join(
            f"CASE WHEN {trimmed(text)} <> {_put(value, text)} THEN 1 ELSE 0 END"
            for text, value in texts.items()
            if value.column.normalise
        )
        put = ", ".join(f"{text} = {_put(value, text)}" for text, value in texts.items())
        con.execute(f"UPDATE {name} SET {put}, respelt = {respelt or '0'} WHERE {origin.rows} AND ({amiss})")
    return True


def _has_spaced(con: duckdb.DuckDBPyConnection, name: str, origin: Provenance) -> bool:
    """Return whether a value could perhaps not be read for the space around it."""
    texts = f"SELECT unnest(unread) AS raw FROM {name} WHERE {origin.rows} AND unread IS NOT NULL"
    [[found]] = con.execute(f"SELECT count(*) FROM ({texts}) WHERE {surrounded('raw')}").fetchall()
    return bool(found)


def _put(value: Value, text: str) -> str:
    """Return SQL of a text put right."""
    return value.read(f"({trimmed(text)})")


def _amiss(value: Value, text: str) -> str:
    """Return the SQL condition that a text has to be put right."""
    return f"{text} IS DISTINCT FROM {_put(value, text)}"


def _amiss_stored(
    con: duckdb.DuckDBPyConnection, name: str, origin: Provenance, value: Value, text: str
) -> str:
    """Return the same of a stored text, in a form worked out once for all rows with that text."""
    if value.column.code_words:
        found = con.execute(
            f"SELECT DISTINCT {text} FROM {name} WHERE {origin.rows} LIMIT {MANY + 1}"
        ).fetchall()
        if len(found) > MANY:
            return _amiss(value, text)
        # in one query the condition would be worked out for every row
        spoken = con.execute(
            f"SELECT code FROM (SELECT unnest(?) AS code) WHERE {_amiss(value, 'code')}",
            [[code for [code] in found if code is not None]],
        ).fetchall()
        listed = ", ".join(literal(code) for [code] in spoken)
        return f"{text} IN ({listed})" if listed else "false"
    if value.column.normalise:
        return _amiss(value, text)
    return f"{text} = '' OR {text} <> trim({text}, {literal(SPACES)})"
