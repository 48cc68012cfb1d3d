"""SQL that turns one delivered value into the type its column has, or NULL where it cannot be read.

Two things decide what this costs: a cast that fails is ten times dearer than one that succeeds, and a branch
of CASE is paid only by the rows that reach it. So each spelling is told by a cheap look before it is cast.
"""

from ndaudit.store import literal
from ndaudit.tables import Column
from ndaudit.text import CYRILLIC_LOOK_ALIKES, LATIN_LOOK_ALIKES, SPACES

_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}
_INTEGERS |= {f"U{name}" for name in _INTEGERS}
_NBSP = literal("\u00a0")
_GROUP_SPACES = " \u00a0\u2007\u2009\u202f"
_GROUPED = rf"^[+-]?\d{{1,3}}((,\d{{3}})+|([{_GROUP_SPACES}]\d{{3}})+)(\.\d+)?$"
_DECIMAL_COMMA = rf"^[+-]?(\d{{1,3}}([{_GROUP_SPACES}]\d{{3}})+|\d{{4,}}),\d{{1,2}}$"
"""A comma groups thousands. It parts the fraction only where it cannot group: one or two digits behind it,
and before it spaces that group, or four digits or more. `1,5` may be a torn `1,500`: it is not read."""
_TRUE = ("1", "true", "тийм", "+", "t", "yes", "y")
_FALSE = ("0", "false", "үгүй", "-", "f", "no", "n")
_SERIAL = r"^\d{5}(\.\d+)?$"
_EPOCH = "TIMESTAMP '1899-12-30 00:00:00'"
"""Excel counts days from here; only five-digit serials (1927 to 2173) are told apart from years."""
_FIRST_DAY, _END = "TIMESTAMP '1000-01-01 00:00:00'", "TIMESTAMP '9999-12-31 23:59:59'"
"""DuckDB reads `infinity` and two-digit years as times outside these; no export means them."""


def surrounded(raw: str) -> str:
    """Return the SQL condition that a text begins or ends with space, or is empty."""
    return (
        f"({raw} < '!' OR ({raw})[-1] IN (' ', '\t', '\r', '\n', {_NBSP})"
        f" OR ({raw} >= {_NBSP} AND {raw} < '\u00a1'))"
    )


def trimmed(raw: str) -> str:
    """Return SQL for a text without surrounding space, NULL when nothing is left."""
    # trimming is dear and hardly ever needed: look at both ends first
    return f"CASE WHEN {surrounded(raw)} THEN nullif(trim({raw}, {literal(SPACES)}), '') ELSE {raw} END"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(literal(word) for word in words)


def _number(text: str, sql_type: str) -> str:
    spaceless = f"translate({text}, {literal(_GROUP_SPACES)}, '')"
    # to translate is three times as dear as to replace, and commas and common spaces are nearly all there are
    groupless = (
        f"CASE WHEN contains({text}, ',') THEN replace({text}, ',', '')"
        f" WHEN strlen({text}) = length({text}) THEN replace({text}, ' ', '')"
        f" ELSE {spaceless} END"
    )
    return (
        f"CASE WHEN regexp_matches({text}, '^[+-]?[0-9]*\\.?[0-9]+([eE][+-]?[0-9]+)?$')"
        f" THEN try_cast({text} AS {sql_type})"
        f" WHEN regexp_matches({text}, '{_GROUPED}') THEN try_cast({groupless} AS {sql_type})"
        f" WHEN regexp_matches({text}, '{_DECIMAL_COMMA}')"
        f" THEN try_cast(replace({spaceless}, ',', '.') AS {sql_type}) END"
    )


def _whole(number: str) -> str:
    # a cast to an integer would round 1.5 to 2
    return f"CASE WHEN {number} = floor({number}) THEN try_cast({number} AS BIGINT) END"


def _integer(text: str) -> str:
    exact = f"({_number(text, 'DECIMAL(28,6)')})"
    return (
        f"CASE WHEN regexp_matches({text}, '^[+-]?[0-9]{{1,18}}$') THEN CAST({text} AS BIGINT)"
        f" ELSE {_whole(exact)} END"
    )


def _moment(text: str, dashed: str, dotted: str, length: int) -> str:
    """Return SQL for a time whose year stands first or last, by the separator at its place."""
    slashed = dotted.replace(".", "/")
    return (
        f"CASE WHEN substr({text}, 5, 1) = '-' THEN {dashed}"
        f" WHEN substr({text}, 5, 1) = '.' THEN try_strptime({text}, '{dotted}')"
        f" WHEN substr({text}, 3, 1) = '.' AND strlen({text}) = {length} THEN"
        f" try_strptime({text}, '{dotted.replace('%Y.%m.%d', '%d.%m.%Y')}')"
        f" WHEN substr({text}, 5, 1) = '/' THEN try_strptime({text}, '{slashed}')"
        f" WHEN regexp_matches({text}, '^[0-9][.][0-9]{{1,2}}[.][0-9]{{4}}|^[0-9]{{2}}[.][0-9][.][0-9]{{4}}')"
        f" THEN try_strptime({text}, '{dotted.replace('%Y.%m.%d', '%d.%m.%Y')}')"
        f" WHEN regexp_matches({text}, '{_SERIAL}') THEN"
        f" {_EPOCH} + to_seconds(CAST(round(CAST({text} AS DECIMAL(28,9)) * 86400) AS BIGINT)) END"
    )


def _day(text: str) -> str:
    # read as a timestamp: the cast to DATE would take 2020-01-1Z for the first of January
    return f"({_moment(text, f'try_cast({text} AS TIMESTAMP)', '%Y.%m.%d', 10)})"


def _midnight(moment: str) -> str:
    # a time of day in a date is a shifted time zone more often than not: not certain, so not read
    return (
        f"CASE WHEN {moment} >= {_FIRST_DAY} AND {moment} < {_END} AND date_trunc('day', {moment}) = {moment}"
        f" THEN CAST({moment} AS DATE) END"
    )


def _date(text: str) -> str:
    bare = f"regexp_replace({text}, '[ T]0{{1,2}}:00(:00(\\.0+)?)?$', '')"
    return (
        f"CASE WHEN strlen({text}) <= 10 THEN CAST({_day(text)} AS DATE)"
        f" WHEN substr({text}, 5, 1) = '-' THEN {_midnight(f'try_cast({text} AS TIMESTAMP)')}"
        f" WHEN strlen({bare}) <= 10 THEN CAST({_day(bare)} AS DATE)"
        f" WHEN regexp_matches({text}, '{_SERIAL}') THEN {_midnight(_day(text))} END"
    )


def _period(text: str) -> str:
    return (
        f"CASE WHEN strlen({text}) = 7 AND regexp_matches({text}, '^[0-9]{{4}}[-./](0[1-9]|1[0-2])$')"
        f" THEN make_date(CAST(substr({text}, 1, 4) AS INTEGER), CAST(substr({text}, 6, 2) AS INTEGER), 1)"
        f" ELSE CAST(date_trunc('month', {_date(text)}) AS DATE) END"
    )


def _timestamp(text: str) -> str:
    clockless = f"(regexp_replace({text}, '[ T].*$', ''))"
    clock = f"try_cast(regexp_extract({text}, '[ T](.*)$', 1) AS TIME)"
    full = _moment(text, f"try_cast({text} AS TIMESTAMP)", "%Y.%m.%d %H:%M:%S", 19)
    # a zone behind the clock may mean another hour: what is not plainly local time is not read
    return (
        f"CASE WHEN strlen({text}) <= 10 THEN {_day(text)}"
        f" WHEN strlen({text}) = 19 AND NOT contains({text}, 'Z') AND NOT contains({text}, '+') THEN {full}"
        f" WHEN regexp_matches({text}, '^[^ T]+[ T][0-9]{{1,2}}:[0-9]{{2}}(:[0-9]{{2}}(\\.[0-9]{{1,9}})?)?$')"
        f" THEN CAST({_day(clockless)} AS DATE) + {clock}"
        f" WHEN regexp_matches({text}, '{_SERIAL}') THEN {_day(text)} END"
    )


def _flag(text: str) -> str:
    return (
        f"CASE WHEN lower({text}) IN ({_listed(_TRUE)}) THEN true"
        f" WHEN lower({text}) IN ({_listed(_FALSE)}) THEN false END"
    )


def _text(column: Column, text: str) -> str:
    if column.normalise == "register_no":
        return f"translate(upper(replace({text}, ' ', '')), '{LATIN_LOOK_ALIKES}', '{CYRILLIC_LOOK_ALIKES}')"
    if not column.code_words:
        return text
    cases = " ".join(f"WHEN {literal(word)} THEN {literal(code)}" for word, code in _words(column).items())
    plain = plain_codes(column)
    spoken = f"CASE lower({text}) {cases} ELSE {text} END"
    return f"CASE WHEN {text} IN ({plain}) THEN {text} ELSE {spoken} END" if plain else spoken


def _words(column: Column) -> dict[str, str]:
    words = {code.casefold(): code for code in column.codes}
    spoken = (column.code_words or {}).items()
    return words | {word.casefold(): code for code, listed in spoken for word in listed}


def plain_codes(column: Column) -> str:
    """Return SQL of the codes that stand for themselves, parted by commas."""
    words = _words(column)
    # a mapping may give a code of the dictionary another meaning
    return _listed(tuple(code for code in column.codes if words[code.casefold()] == code))


def from_text(column: Column, text: str) -> str:
    """Return SQL reading a trimmed text as a value of `column`."""
    match column.type:
        case "text" | "code":
            return _text(column, text)
        case "integer":
            return _integer(text)
        case "date":
            return _date(text)
        case "period":
            return _period(text)
        case "timestamp":
            return _timestamp(text)
        case "flag":
            return _flag(text)
        case _:
            return _number(text, column.sql_type)


def as_text(raw: str, source: str) -> str:
    """Return SQL for a delivered value as text; a whole number held with a fraction is written without it."""
    if source in {"FLOAT", "DOUBLE"}:
        whole = f"CAST(try_cast({raw} AS DECIMAL(38,0)) AS VARCHAR)"
        return (
            f"CASE WHEN isnan({raw}) THEN NULL WHEN {raw} = floor({raw}) THEN {whole}"
            f" ELSE CAST({raw} AS VARCHAR) END"
        )
    if source.startswith("DECIMAL"):
        return (
            f"regexp_replace(CAST({raw} AS VARCHAR), '\\.?0+$', '')"
            if ",0)" not in source
            else f"CAST({raw} AS VARCHAR)"
        )
    return raw if source == "VARCHAR" else f"CAST({raw} AS VARCHAR)"


def conversion(column: Column, raw: str, source: str) -> str:
    """Return SQL reading `raw`, of the DuckDB type `source` (a text: trimmed), as a value of `column`."""
    numeric = source in _INTEGERS or source.startswith("DECIMAL")
    if source == "VARCHAR":
        return from_text(column, raw)
    if column.type == "integer" and numeric:
        return f"try_cast({raw} AS BIGINT)" if source in _INTEGERS else _whole(raw)
    if column.type in {"money", "rate"} and numeric:
        return raw if source == column.sql_type else f"try_cast({raw} AS {column.sql_type})"
    if source in {"DATE", "TIMESTAMP"} and column.type in {"date", "period", "timestamp"}:
        moment = raw if source == "TIMESTAMP" else f"CAST({raw} AS TIMESTAMP)"
        if column.type == "timestamp":
            return f"CASE WHEN {moment} >= {_FIRST_DAY} AND {moment} < {_END} THEN {moment} END"
        day = _midnight(moment)
        return day if column.type == "date" else f"CAST(date_trunc('month', {day}) AS DATE)"
    if source == "BOOLEAN" and column.type == "flag":
        return raw
    return from_text(column, as_text(raw, source))


def plain_conversion(column: Column, raw: str, source: str) -> tuple[str, str]:
    """Return SQL reading a value of a type the CSV reader was given, and the condition that it is amiss.

    The condition is empty where any value will do. What is read of a value amiss means nothing.
    """
    if source == "TIMESTAMP":
        never = f"{raw} < {_FIRST_DAY} OR {raw} >= {_END}"
        if column.type == "timestamp":
            return raw, never
        day = f"CAST({raw} AS DATE)"
        read = day if column.type == "date" else f"CAST(date_trunc('month', {day}) AS DATE)"
        return read, f"{never} OR CAST({day} AS TIMESTAMP) <> {raw}"
    if column.type == "integer":
        whole = f"CAST({raw} AS BIGINT)"
        return whole, f"try_cast({whole} AS {source}) IS DISTINCT FROM {raw}"
    return raw, ""
