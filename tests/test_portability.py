"""The SQL of populations and rules keeps to the part of DuckDB's language other engines can run."""

import pytest
import sqlglot
from conftest import REPOSITORY
from sqlglot import exp

from ndaudit.catalogue import read_catalogue
from ndaudit.workbench import Workbench

SHIPPED = read_catalogue(Workbench(REPOSITORY))
OURS = {
    "ADD_HOURS",
    "ADD_MONTHS",
    "AGE_MONTHS",
    "DAYS_BETWEEN",
    "HALF_UP",
    "MONTHS_BETWEEN",
    "MONTH_OF",
    "PARAM",
    "PENSION_RATE",
    "THRESHOLD",
}
"""Functions every engine is given under these names."""
ORDERED = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue)
REFUSED = (exp.DateDiff, exp.Array, exp.Qualify, exp.Struct, exp.RegexpFullMatch)
STATEMENTS = [(f"{p.name}.sql", p.sql) for p in SHIPPED.populations.values()] + [
    (f"{rule.id} {part}", sql)
    for rule in SHIPPED.rules.values()
    for part, sql in (
        ("applies_when", rule.applies_when),
        ("requirement", rule.requirement),
        ("effect", rule.effect),
    )
    if sql
]


def faults(sql: str) -> set[str]:
    """Return what in `sql` another engine would refuse, or do differently."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    found = {type(node).__name__ for node in tree.find_all(*REFUSED)}
    found |= {node.name for node in tree.find_all(exp.Anonymous) if node.name.upper() not in OURS}
    found |= {"ASOF" for join in tree.find_all(exp.Join) if join.args.get("method") == "ASOF"}
    for window in tree.find_all(exp.Window):
        if isinstance(window.this, ORDERED) and not window.args.get("order") and not window.args.get("alias"):
            found.add("window without order")
    for cast in tree.find_all(exp.Cast):
        whole = cast.to.is_type(*exp.DataType.INTEGER_TYPES)
        if whole and any(
            div.find_ancestor(exp.Floor, exp.Ceil, exp.Round, exp.Cast) is cast
            for div in cast.find_all(exp.Div)
        ):
            found.add("fraction cast to a whole number")
    return found


@pytest.mark.parametrize("sql", [sql for _, sql in STATEMENTS], ids=[name for name, _ in STATEMENTS])
def test_sql_is_portable(sql: str) -> None:
    assert faults(sql) == set()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT date_diff('day', a, b) FROM t",
        "SELECT [1, 2] FROM t",
        "SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1",
        "SELECT regexp_full_match(a, 'x') FROM t",
        "SELECT a FROM t ASOF JOIN u ON t.a >= u.a",
        "SELECT row_number() OVER (PARTITION BY a) FROM t",
        "SELECT CAST(a / 12 AS BIGINT) FROM t",
        "SELECT list_sum(a) FROM t",
        "SELECT {'a': 1} FROM t",
    ],
)
def test_what_is_not_portable_is_seen(sql: str) -> None:
    assert faults(sql)


def test_a_floored_fraction_may_be_cast() -> None:
    assert faults("SELECT CAST(floor(months / 12) AS BIGINT) FROM t") == set()
