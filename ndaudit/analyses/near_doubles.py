"""Same, same, different: records alike in what names them, and different in one thing by little.

Sources: Nigrini, *Forensic Analytics* (2011), chapter 12; the nine refinements auditors' tools narrow that
test by. Each pair is a lead, never a finding: arrears, supplements and namesakes are lawful.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from ndaudit.analyses.kept import kept
from ndaudit.reading import Reading
from ndaudit.scope import Scope
from ndaudit.store import literal

DAYS = 10
"""Two payments of one amount this close belong to one month, or are one payment made twice."""
AMOUNT = 1000
"""Tögrög two payments of one month may differ by and still be nearly the same."""
PERCENT = 5
"""Per cent they may differ by."""
MOST_ALIKE = 50
"""Records alike in larger groups are a rule, not a slip: they are left out."""
_PAID = (
    "SELECT delivered_by AS office_code, payment_id AS item_key, person_id, period, amount,"
    " abs(amount) AS size, paid_on FROM snapshot.payment"
    " WHERE person_id IS NOT NULL AND (status IS NULL OR status <> 'stopped')"
)
_PERSON = (
    "SELECT DISTINCT ON (person_id) delivered_by AS office_code, CAST(person_id AS VARCHAR) AS item_key,"
    " upper(surname) AS surname, upper(given_name) AS given_name, birth_date,"
    " upper(register_no) AS register_no, book_no, left(upper(register_no), 2) AS letters,"
    " substr(register_no, 3) AS digits,"
    " regexp_replace(book_no, '[^0-9A-Za-zА-Яа-яӨөҮүЁё]', '', 'g') AS book FROM snapshot.person"
    " WHERE person_id IS NOT NULL ORDER BY person_id, delivered_by, batch_id, source_row"
)
_SWAP = "damerau_levenshtein({0}, {1}) = 1 AND levenshtein({0}, {1}) = 2"


@dataclass(frozen=True)
class Refinement:
    """One way in which two records alike may differ by little.

    Attributes:
        rows: the records.
        same: the columns in which they are alike.
        differs: SQL over the rows `a` and `b`: in what, and how little.
        shown: what is written of the difference, as text; NULL where it would name a person.
    """

    rows: str
    same: tuple[str, ...]
    differs: str
    shown: str = "CAST(NULL AS VARCHAR)"


_MONEY = "CAST(b.amount - a.amount AS VARCHAR)"
_CHANGED = "a.amount <> b.amount AND a.amount > 0 AND b.amount > 0"
_MONTH = ("person_id", "period")
_TOLD = "CAST(CAST(a.amount AS BIGINT) AS VARCHAR)"
_OTHER = "CAST(CAST(b.amount AS BIGINT) AS VARCHAR)"
_WITHIN = f"abs(a.amount - b.amount) <= {AMOUNT}"
REFINEMENTS: Mapping[str, Refinement] = {
    "transposed": Refinement(_PAID, _MONTH, _SWAP.format(_TOLD, _OTHER), _MONEY),
    "one_letter": Refinement(
        _PERSON,
        ("surname", "given_name", "birth_date"),
        "a.register_no <> b.register_no AND levenshtein(a.register_no, b.register_no) = 1",
    ),
    "days": Refinement(
        _PAID,
        ("person_id", "amount"),
        f"abs(a.paid_on - b.paid_on) <= {DAYS} AND a.amount > 0",
        "CAST(abs(a.paid_on - b.paid_on) AS VARCHAR)",
    ),
    "amount": Refinement(_PAID, _MONTH, f"{_CHANGED} AND {_WITHIN}", _MONEY),
    "percent": Refinement(
        _PAID,
        _MONTH,
        f"{_CHANGED} AND NOT {_WITHIN}"
        f" AND 100 * abs(a.amount - b.amount) <= {PERCENT} * greatest(a.amount, b.amount)",
        _MONEY,
    ),
    "opposite": Refinement(_PAID, ("person_id", "size"), "a.amount = -b.amount AND a.amount <> 0", _TOLD),
    "letters": Refinement(
        _PERSON, ("digits", "given_name", "surname"), "a.letters <> b.letters AND length(a.digits) = 8"
    ),
    "numbers": Refinement(
        _PERSON,
        ("letters", "surname", "given_name", "birth_date"),
        "a.digits <> b.digits AND levenshtein(a.digits, b.digits) > 1",
    ),
    "signs": Refinement(_PERSON, ("book",), "a.book_no <> b.book_no AND length(a.book) > 3"),
}
"""The nine: a transposition, an edit, days, an amount, a percentage, the opposite amount, other letters with
the same numbers, other numbers with the same letters, other signs with the same letters and numbers."""
PAYMENTS = tuple(kind for kind, refined in REFINEMENTS.items() if refined.rows == _PAID)
PERSONS = tuple(kind for kind, refined in REFINEMENTS.items() if refined.rows == _PERSON)


def _sql(kind: str, refined: Refinement, record: str) -> str:
    alike = " AND ".join(f"a.{column} = b.{column}" for column in refined.same)
    groups = ", ".join(refined.same)
    return (
        f"WITH sized AS (SELECT *, count(*) OVER (PARTITION BY {groups}) AS alike FROM {record}),"
        f" few AS (SELECT * FROM sized WHERE alike BETWEEN 2 AND {MOST_ALIKE})"
        f" SELECT '{kind}' AS kind, a.office_code, a.item_key, b.office_code AS other_office,"
        f" b.item_key AS other_key, {refined.shown} AS difference FROM few a JOIN few b ON {alike}"
        f" AND (a.office_code, a.item_key) < (b.office_code, b.item_key) WHERE ({refined.differs})"
    )


def _found(reading: Reading, kinds: Sequence[str], rows: str, office: str | None = None) -> pl.DataFrame:
    """Return the pairs among these rows, in no order."""
    if office:
        # payments are alike only where the person is the same: those of nobody paid here need not be read
        paid = f"SELECT person_id FROM snapshot.payment WHERE delivered_by = {literal(office)}"
        rows += f" AND person_id IN ({paid})"
    # few records are read once; all of the country's would fill the memory
    how = "MATERIALIZED" if office else "NOT MATERIALIZED"
    union = " UNION ALL ".join(f"({_sql(kind, REFINEMENTS[kind], 'record')})" for kind in kinds)
    return reading.frame(f"WITH record AS {how} ({rows}) SELECT * FROM ({union})")


def near_doubles(reading: Reading, scope: Scope, kinds: tuple[str, ...] = tuple(REFINEMENTS)) -> pl.DataFrame:
    """Return the pairs of records alike but for little.

    Columns: kind (one of `REFINEMENTS`), office_code, item_key, other_office, other_key (keys to be masked),
    difference (tögrög or days, as text; NULL where it would name a person).
    """
    parts = []
    if set(kinds) & set(PERSONS):
        parts.append(kept(reading, "near_persons", __file__, lambda: _found(reading, PERSONS, _PERSON)))
    if paid := [kind for kind in kinds if kind in PAYMENTS]:
        parts.append(_found(reading, paid, _PAID, scope.office))
    found = pl.concat(parts).filter(pl.col("kind").is_in(kinds))
    if scope.office:
        found = found.filter(pl.any_horizontal(pl.col("office_code", "other_office") == scope.office))
    return found.sort("kind", "office_code", "item_key", "other_office", "other_key")


def examples(found: pl.DataFrame, each: int = 4) -> pl.DataFrame:
    """Return the first pairs of every refinement, so that none hides behind another."""
    return found.group_by("kind", maintain_order=True).head(each)


def summary(found: pl.DataFrame, kinds: tuple[str, ...] = tuple(REFINEMENTS)) -> pl.DataFrame:
    """Return one row per refinement: kind, pairs, records."""
    rows = []
    for kind in kinds:
        part = found.filter(kind=kind)
        held = pl.concat(
            [
                part.select("office_code", "item_key"),
                part.select(office_code="other_office", item_key="other_key"),
            ]
        )
        rows.append((kind, part.height, held.n_unique() if held.height else 0))
    schema = {"kind": pl.String, "pairs": pl.Int64, "records": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")
