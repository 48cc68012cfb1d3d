"""Data scores: the share of people whose data are all there and consistent; one failed item fails a person.

Source: the common and scheme-specific data scores of The Pensions Regulator (UK), which counts people, not
fields.
"""

from pathlib import Path

import polars as pl

from ndaudit.analyses.shares import fraction
from ndaudit.declarations import read_declaration
from ndaudit.errors import DeclarationError
from ndaudit.reading import Reading
from ndaudit.scope import Scope

COMMON, SCHEME = "common", "scheme"
FILE = "scores.toml"
_ASKED = (
    "asked AS (SELECT unnest($rules) AS rule_id, unnest($scores) AS score),"
    " people AS (SELECT DISTINCT delivered_by AS office_code, person_id FROM snapshot.person"
    " WHERE person_id IS NOT NULL AND ($office IS NULL OR delivered_by = $office)),"
    " failed AS (SELECT DISTINCT a.score, a.rule_id, TRY_CAST(f.person AS BIGINT) AS person_id"
    " FROM run.finding f JOIN asked a ON a.rule_id = f.rule_id WHERE f.person IS NOT NULL)"
)
_SCORES = (
    f"WITH {_ASKED}, early AS (SELECT DISTINCT person_id FROM snapshot.employment"
    " WHERE hired_on < DATE '1995-01-01'),"
    " score AS (SELECT DISTINCT score FROM asked),"
    " judged AS (SELECT p.office_code, s.score, p.person_id, e.person_id IS NOT NULL AS is_legacy,"
    " EXISTS (SELECT 1 FROM failed f WHERE f.score = s.score AND f.person_id = p.person_id) AS is_failed"
    " FROM people p CROSS JOIN score s LEFT JOIN early e ON e.person_id = p.person_id)"
    " SELECT office_code, score, era, count(*) AS people, count(*) FILTER (WHERE NOT is_failed) AS passed"
    " FROM (SELECT *, 'all' AS era FROM judged UNION ALL"
    " SELECT *, CASE WHEN is_legacy THEN 'legacy' ELSE 'new' END FROM judged)"
    " GROUP BY office_code, score, era ORDER BY office_code, score, era"
)
_ITEMS = (
    f"WITH {_ASKED}, own AS (SELECT f.score, f.rule_id, f.person_id FROM failed f"
    " JOIN (SELECT DISTINCT person_id FROM people) p ON p.person_id = f.person_id),"
    " counted AS (SELECT score, person_id, count(*) AS rules FROM own GROUP BY score, person_id)"
    " SELECT o.score, o.rule_id, count(*) AS people, count(*) FILTER (WHERE c.rules = 1) AS alone"
    " FROM own o JOIN counted c ON c.score = o.score AND c.person_id = o.person_id"
    " GROUP BY o.score, o.rule_id ORDER BY o.score, alone DESC, people DESC, o.rule_id"
)


def read_scores(path: Path, rules: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Return the rules each score asks for.

    Raises:
        DeclarationError: a rule is not in the catalogue.
    """
    declared = read_declaration(path)
    scores: dict[str, tuple[str, ...]] = {name: declared.strings(name) for name in (COMMON, SCHEME)}
    declared.finish()
    for name, asked in scores.items():
        for rule in asked:
            if rule not in rules:
                raise DeclarationError(
                    "declarations.not_allowed",
                    where=path.name,
                    key=name,
                    came=rule,
                    allowed=", ".join(sorted(rules)),
                )
    return scores


def _frame(reading: Reading, scope: Scope, sql: str) -> pl.DataFrame:
    scores = read_scores(reading.run.folder / "expectations" / FILE, frozenset(reading.catalogue.rules))
    pairs = [(rule, score) for score, rules in scores.items() for rule in rules]
    return reading.frame(
        sql, rules=[rule for rule, _ in pairs], scores=[score for _, score in pairs], office=scope.office
    )


def data_scores(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return one row per office, score and era.

    Columns: office_code, score (`common`, `scheme`), era (`all`; `legacy`: worked before 1995, under the
    labour book; `new`), people, passed, share (passed of people, exact fraction).
    """
    return _frame(reading, scope, _SCORES).with_columns(share=fraction("passed", "people"))


def score_items(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return what pulls the scores down, what lifts them most first.

    Columns: score, rule_id, people (who fail the rule), alone (who fail no other rule of the score: mending
    this one alone makes them pass).
    """
    return _frame(reading, scope, _ITEMS)
