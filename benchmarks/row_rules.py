"""Twenty row rules with every failing key: ours, and hand-written DuckDB."""

from dataclasses import replace
from pathlib import Path

from ndaudit.catalogue import Catalogue
from ndaudit.evaluation import build_populations, create_results, evaluate
from ndaudit.populations import Population
from ndaudit.rules import Rule
from ndaudit.scope import EVERYTHING
from ndaudit.store import connect, declare_world, literal
from ndaudit.wording import Text

REQUIREMENTS = (
    "wage >= 0",
    "wage IS NOT NULL",
    "insured_amount >= 0",
    "employer_amount >= 0",
    "insured_type IN ('01', '02', '06', '22', '90')",
    "period >= DATE '1995-01-01'",
    "period <= DATE '2025-12-01'",
    "person_id IS NOT NULL",
    "office_code IN ('65', '1107', '1110')",
    "worked_days BETWEEN 0 AND 31",
    "reported_on >= period",
    "paid_on >= period",
    "insured_amount <= wage",
    "employer_amount <= wage",
    "wage <= 2390000",
    "contribution_id IS NOT NULL",
    "base BETWEEN 0 AND 2390000",
    "base <= wage",
    "reported_on IS NOT NULL",
    "length(employer_no) = 9",
)
_TEXT = Text("", "")
_ITEMS = Population(
    "item", _TEXT, ("contribution_id",), "delivered_by", None, "period", None, False, False, (), ""
)
_RULE = Rule(
    id="", area="ROW", title=_TEXT, severity="C", population="item", applies_when=None, requirement="",
    effect=None, evidence=("wage", "period"), law_values=(), export_values=(), assumptions=(), needs=(),
    criterion=(), condition=_TEXT, known_false_positives=None, valid_from=None, valid_to=None, cases=(),
    path=Path(),
)  # fmt: skip


def _rules() -> dict[str, Rule]:
    rules = {}
    for number, requirement in enumerate(REQUIREMENTS, start=1):
        rule_id = f"ROW-{number:02}"
        rules[rule_id] = replace(_RULE, id=rule_id, requirement=requirement, path=Path(f"{rule_id}.toml"))
    return rules


def ours(database: Path) -> None:
    """Decide the rules as `ndaudit check` does: keys, evidence, counts per office."""
    con = connect()
    con.execute(f"ATTACH {literal(str(database))} AS snapshot (READ_ONLY)")
    con.execute(
        "CREATE TABLE batch AS SELECT '1110' AS office_code, TIMESTAMP '2026-01-12 18:00:00' AS exported_at;"
        "CREATE TABLE delivered_file AS SELECT '1110' AS office_code, 'contribution' AS table_name"
    )
    declare_world(con, {}, {})
    items = replace(_ITEMS, sql="SELECT * FROM snapshot.contribution")
    catalogue = Catalogue({}, {}, {}, {"item": items}, _rules(), "")
    create_results(con)
    broken = build_populations(con, catalogue, catalogue.rules.values())
    failures = evaluate(con, catalogue, catalogue.rules.values(), EVERYTHING, broken)
    con.close()
    if failures:
        raise RuntimeError(str(failures))


def by_hand(database: Path) -> None:
    """Write the failing keys of each rule with one plain query each."""
    con = connect()
    con.execute(f"ATTACH {literal(str(database))} AS snapshot (READ_ONLY)")
    con.execute("CREATE TABLE failing (rule_id VARCHAR, contribution_id BIGINT)")
    for number, requirement in enumerate(REQUIREMENTS, start=1):
        con.execute(
            f"INSERT INTO failing SELECT 'ROW-{number:02}', contribution_id FROM snapshot.contribution"
            f" WHERE ({requirement}) IS NOT TRUE"
        )
    con.close()
