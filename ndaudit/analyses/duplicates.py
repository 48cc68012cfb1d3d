"""Persons who may stand twice under two numbers: compared by name, date, register number, sex and place.

Sources: Fellegi and Sunter, *A Theory for Record Linkage* (1969); string distances are DuckDB's. A pair
weighs the sum over its fields of log2(m ÷ u): how much likelier such an agreement is for one person than for
two. u comes from pairs of anybody with anybody; m from pairs a shared register number or civil id proves
to be one person, beside what is assumed before any were seen. A pair is a lead, never a finding: relatives
and namesakes are lawful.
"""

from dataclasses import dataclass
from decimal import Decimal
from math import log2
from typing import Any

import polars as pl

from ndaudit.analyses.kept import kept
from ndaudit.reading import Reading
from ndaudit.scope import Scope

FIELDS = ("surname", "given_name", "birth_date", "register_rest", "sex", "subdistrict")
EQUAL_ONLY = ("sex", "subdistrict")
"""Fields that are the same or not: half a district is no slip."""
OF_REGISTER = ("birth_date", "register_rest", "sex")
LEVELS = ("same", "near", "different")
"""How a field of two persons compares; `near`: one slip of the pen."""
FIRST_M = {"same": 0.9, "near": 0.07, "different": 0.03}
"""What is assumed of one person's two entries; weighs as much as `ASSUMED` proven pairs."""
ASSUMED = 100.0
MOST_HOLDERS = 5
"""A number that more persons hold proves nothing: it stands for a number nobody knew."""
RANDOM_PAIRS = 200_000
# names are spelt as in the population `namesake`: no case, spaces, hyphens, Latin look-alikes; ү as у, ө as о
_SPELT = (
    "translate(upper(replace(replace({0}, ' ', ''), '-', '')), 'ABEHKMOPCTXYҮӨ', 'АВЕНКМОРСТХУУО') AS {0}"
)
_PERSONS = f"""
CREATE OR REPLACE TEMP TABLE linkage_person AS
WITH spelt AS (
    SELECT DISTINCT ON (person_id) person_id, delivered_by AS office_code, birth_date, sex, subdistrict,
        {_SPELT.format("surname")},
        {_SPELT.format("given_name")},
        upper(register_no) AS register_no, civil_id
    FROM snapshot.person WHERE person_id IS NOT NULL
    ORDER BY person_id, delivered_by, batch_id, source_row
)
SELECT *, strftime(birth_date, '%Y%m%d') AS born, strftime(birth_date, '%m%d') AS born_day,
    CASE WHEN length(register_no) = 10 THEN left(register_no, 2) || right(register_no, 2) END
        AS register_rest,
    list_aggregate(list_sort(string_split(substr(register_no, 3), '')), 'string_agg', '') AS digits,
    row_number() OVER (ORDER BY hash(person_id), person_id) AS place
FROM spelt
"""
# one swap is two edits at most, and counting edits alone is ten times as fast
_ONE_SLIP = (
    "CASE WHEN levenshtein(a.{0}, b.{0}) > 2 THEN FALSE ELSE damerau_levenshtein(a.{0}, b.{0}) = 1 END"
)
_LEVEL = (
    "CASE WHEN a.{0} IS NULL OR b.{0} IS NULL THEN NULL WHEN a.{0} = b.{0} THEN 0"
    f" WHEN {_ONE_SLIP} OR jaro_winkler_similarity(a.{{0}}, b.{{0}}) >= 0.93 THEN 1 ELSE 2 END"
)
_SLIP = (
    "CASE WHEN a.{0} IS NULL OR b.{0} IS NULL THEN NULL WHEN a.{0} = b.{0} THEN 0"
    f" WHEN {_ONE_SLIP} THEN 1 ELSE 2 END"
)
_EQUAL = "CASE WHEN a.{0} IS NULL OR b.{0} IS NULL THEN NULL WHEN a.{0} = b.{0} THEN 0 ELSE 2 END"
_COMPARED = ", ".join(
    f"CAST({how.format(column)} AS TINYINT) AS {field}"
    for field, column, how in (
        ("surname", "surname", _LEVEL),
        ("given_name", "given_name", _LEVEL),
        ("birth_date", "born", _SLIP),
        ("register_rest", "register_rest", _SLIP),
        ("sex", "sex", _EQUAL),
        ("subdistrict", "subdistrict", _EQUAL),
    )
)
# each block is an equality, so that nobody is compared with everybody
_BLOCKS = (
    "a.birth_date = b.birth_date AND a.given_name = b.given_name",
    "a.birth_date = b.birth_date AND a.surname = b.surname",
    "a.birth_date = b.birth_date AND a.register_rest = b.register_rest",
    "a.surname = b.surname AND a.given_name = b.given_name AND left(a.born, 4) = left(b.born, 4)",
    "a.surname = b.surname AND a.given_name = b.given_name AND a.born_day = b.born_day",
    "a.digits = b.digits AND a.given_name = b.given_name AND a.surname = b.surname",
)
_PROVEN = (
    "WITH holder AS (SELECT person_id, {0} AS proof, count(*) OVER (PARTITION BY {0}) AS holders"
    " FROM linkage_person WHERE {0} IS NOT NULL)"
    f" SELECT {_COMPARED} FROM holder h JOIN holder k ON k.proof = h.proof AND k.person_id > h.person_id"
    " JOIN linkage_person a ON a.person_id = h.person_id JOIN linkage_person b ON b.person_id = k.person_id"
    " WHERE h.holders <= $most"
)
_RANDOM = (
    f"SELECT {_COMPARED} FROM linkage_person a CROSS JOIN (SELECT unnest(range(1, $steps + 1)) AS step) s"
    " JOIN linkage_person b ON b.place = a.place + s.step WHERE a.place <= $most"
)
_WHEN = " ".join(f"WHEN {place} THEN ${{0}}_{place}" for place in range(len(LEVELS)))
_WEIGHT = " + ".join(f"coalesce(CASE {field} {_WHEN.format(field)} END, 0.0)" for field in FIELDS)
_LIKELY = tuple(
    f"""
WITH compared AS (
    SELECT a.office_code, b.office_code AS other_office, CAST(a.person_id AS VARCHAR) AS item_key,
        CAST(b.person_id AS VARCHAR) AS other_key, {_COMPARED}
    FROM linkage_person a JOIN linkage_person b
        ON {" AND ".join((block, *(f"({earlier}) IS NOT TRUE" for earlier in _BLOCKS[:place])))}
        AND a.person_id < b.person_id
), weighed AS (
    SELECT *, round({_WEIGHT}, 1) AS weight FROM compared WHERE surname < 2 AND given_name < 2
)
SELECT * FROM weighed WHERE weight >= $needed
"""
    for place, block in enumerate(_BLOCKS)
)
"""The pairs to be named, block by block, weighed where they are found: memory does not hold all namesakes."""
_TOLD: dict[str, Any] = {
    "field": pl.String,
    "level": pl.String,
    "m": pl.Decimal(10, 6),
    "u": pl.Decimal(10, 6),
    "weight": pl.Decimal(10, 1),
}
_WEIGHED: dict[str, Any] = dict(zip(_TOLD, (pl.String, pl.String, *(pl.Float64,) * 3), strict=True))


@dataclass(frozen=True)
class Weight:
    """What one comparison says.

    Attributes:
        m: its chance when both entries are one person.
        u: its chance when they are two.
    """

    field: str
    level: str
    m: float
    u: float

    @property
    def weight(self) -> float:
        """log2(m ÷ u): above nought it speaks for one person, below for two."""
        return log2(self.m / self.u)


def _counted(reading: Reading, sql: str, **values: Any) -> dict[str, list[int]]:
    """Return how often each level comes in the pairs of a query, by field."""
    counts = ", ".join(
        f"count(*) FILTER (WHERE {field} = {level}) AS {field}_{level}"
        for field in FIELDS
        for level in range(len(LEVELS))
    )
    row = reading.frame(f"SELECT {counts} FROM ({sql})", **values).row(0, named=True)
    return {field: [row[f"{field}_{level}"] for level in range(len(LEVELS))] for field in FIELDS}


def _weights(reading: Reading, persons: int) -> list[Weight]:
    steps = max(1, min(50, RANDOM_PAIRS // max(persons, 1)))
    anybody = _counted(reading, _RANDOM, steps=steps, most=RANDOM_PAIRS)
    proven = {
        proof: _counted(reading, _PROVEN.format(proof), most=MOST_HOLDERS)
        for proof in ("register_no", "civil_id")
    }
    weights = []
    for field in FIELDS:
        # half a pair more each: what was never seen among so many is rare, not impossible
        seen = [count + 0.5 for count in anybody[field]]
        # a shared register number says nothing of what it is made of
        proofs = ("civil_id",) if field in OF_REGISTER else tuple(proven)
        known = [
            sum(proven[proof][field][place] for proof in proofs) + ASSUMED * _first(field, level)
            for place, level in enumerate(LEVELS)
        ]
        weights += [
            Weight(field, level, known[place] / sum(known), seen[place] / sum(seen))
            for place, level in enumerate(LEVELS)
            if known[place]
        ]
    return weights


def _first(field: str, level: str) -> float:
    if field not in EQUAL_ONLY:
        return FIRST_M[level]
    return FIRST_M["same"] if level == "same" else 0.0 if level == "near" else 1 - FIRST_M["same"]


def prepare_persons(reading: Reading) -> None:
    """Make the table `linkage_person`: every person once, spelt for comparison."""
    reading.con.execute(_PERSONS)


def linkage(reading: Reading, scope: Scope, most: int = 30) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the pairs that are likelier one person than two, and the weight of each comparison.

    A pair is named when its weight reaches log2 of the number of persons: as many others each could have met
    by chance.

    Columns of the pairs: office_code, other_office, item_key and other_key (to be masked), one column for
    each of `FIELDS` (one of `LEVELS`, NULL where not recorded), weight, needed. Of the weights: field, level,
    m, u, weight.
    """
    weights = kept(reading, "linkage_weights", __file__, lambda: _weighed(reading))
    pairs = kept(reading, "linkage_pairs", __file__, lambda: _likely(reading, weights))
    if scope.office:
        pairs = pairs.filter(
            (pl.col("office_code") == scope.office) | (pl.col("other_office") == scope.office)
        )
    told = [
        (*row[:2], _rounded(row[2], 6), _rounded(row[3], 6), _rounded(row[4], 1)) for row in weights.rows()
    ]
    return pairs.head(most), pl.DataFrame(told, schema=_TOLD, orient="row")


def _weighed(reading: Reading) -> pl.DataFrame:
    prepare_persons(reading)
    rows = [(w.field, w.level, w.m, w.u, w.weight) for w in _weights(reading, _persons(reading))]
    return pl.DataFrame(rows, schema=_WEIGHED, orient="row")


def _persons(reading: Reading) -> int:
    return int(reading.frame("SELECT count(*) AS n FROM linkage_person").item())


def _likely(reading: Reading, weights: pl.DataFrame) -> pl.DataFrame:
    """Return every pair in the country that is named."""
    prepare_persons(reading)
    needed = log2(max(_persons(reading), 2))
    values = {f"{field}_{level}": 0.0 for field in FIELDS for level in range(len(LEVELS))}
    values |= {f"{field}_{LEVELS.index(level)}": weight for field, level, _, _, weight in weights.iter_rows()}
    words = [
        pl.col(f).replace_strict(dict(enumerate(LEVELS)), default=None, return_dtype=pl.String)
        for f in FIELDS
    ]
    found = [reading.frame(pairs, **values, needed=needed) for pairs in _LIKELY]
    return (
        pl.concat(found)
        .with_columns(words)
        .sort("weight", "item_key", "other_key", descending=[True, False, False])
        .with_columns(needed=pl.lit(round(needed, 1)))
        .with_columns(pl.col("weight", "needed").cast(pl.Decimal(10, 1)))
        .select("office_code", "other_office", "item_key", "other_key", *FIELDS, "weight", "needed")
    )


def _rounded(value: float, places: int) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-places))
