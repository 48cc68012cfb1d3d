"""Data scores: the share of people whose data are all there and consistent; one failed item fails a person.

Source: the common and scheme-specific data scores of The Pensions Regulator (UK), which counts people, not
fields.
"""

from pathlib import Path
from typing import Any

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
    # what the law's own value leaves open is no fault of the record
    " fault AS (SELECT a.score, a.rule_id, f.office_code, f.item_key, f.period,"
    " TRY_CAST(f.person AS BIGINT) AS person_id FROM run.finding f JOIN asked a ON a.rule_id = f.rule_id"
    " WHERE f.person IS NOT NULL AND f.reason IS DISTINCT FROM 'law_value_unknown'),"
    " failed AS (SELECT DISTINCT score, rule_id, person_id FROM fault)"
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

MONTHS = 12
"""Employers and months are scored over the last so many months delivered."""
_ACTIVE = (
    f"WITH {_ASKED},"
    " told AS (SELECT office_code, CAST(date_trunc('month', max(exported_at)) AS DATE) AS month"
    " FROM snapshot.batch GROUP BY office_code),"
    " active AS (SELECT DISTINCT c.delivered_by AS office_code, c.employer_no, c.period, c.person_id"
    " FROM snapshot.contribution c JOIN told t ON t.office_code = c.delivered_by"
    " WHERE c.period >= t.month - to_months($months) AND c.period < t.month AND c.person_id IS NOT NULL"
    " AND ($office IS NULL OR c.delivered_by = $office)), score AS (SELECT DISTINCT score FROM asked)"
)
_EMPLOYERS = (
    f"{_ACTIVE}, broken AS (SELECT DISTINCT score, person_id FROM failed),"
    " staff AS (SELECT DISTINCT office_code, employer_no, person_id FROM active"
    " WHERE employer_no IS NOT NULL)"
    " SELECT a.office_code, a.employer_no, s.score, count(*) AS people,"
    " count(*) FILTER (WHERE b.person_id IS NULL) AS passed,"
    " count(*) FILTER (WHERE b.person_id IS NOT NULL) AS failing"
    " FROM staff a CROSS JOIN score s"
    " LEFT JOIN broken b ON b.score = s.score AND b.person_id = a.person_id"
    " GROUP BY ALL HAVING failing > 0 ORDER BY failing DESC, people, a.office_code, a.employer_no, s.score"
    " LIMIT $most"
)
_MONTHLY = (
    f"{_ACTIVE}, worked AS (SELECT DISTINCT office_code, period, person_id FROM active),"
    " always AS (SELECT DISTINCT score, person_id FROM fault WHERE period IS NULL),"
    " monthly AS (SELECT DISTINCT score, person_id, period FROM fault WHERE period IS NOT NULL)"
    " SELECT a.period AS month, s.score, count(*) AS people,"
    " count(*) FILTER (WHERE w.person_id IS NULL AND m.person_id IS NULL) AS passed"
    " FROM worked a CROSS JOIN score s"
    " LEFT JOIN always w ON w.score = s.score AND w.person_id = a.person_id"
    " LEFT JOIN monthly m ON m.score = s.score AND m.person_id = a.person_id AND m.period = a.period"
    " GROUP BY ALL ORDER BY month DESC, s.score"
)
_RECORDS = (
    f"WITH {_ASKED}, named AS (SELECT unnest($named) AS rule_id, unnest($keys) AS key),"
    " own AS (SELECT DISTINCT f.score, n.key, f.office_code, f.item_key, f.rule_id, f.person_id"
    " FROM fault f JOIN named n ON n.rule_id = f.rule_id"
    " WHERE f.person_id IN (SELECT person_id FROM people)),"
    " counted AS (SELECT score, person_id, count(DISTINCT (key, office_code, item_key)) AS records"
    " FROM own GROUP BY score, person_id),"
    " record AS (SELECT o.score, o.key, o.office_code, o.item_key,"
    " list_sort(list(DISTINCT o.rule_id)) AS rule_ids,"
    " count(DISTINCT o.person_id) AS people,"
    " count(DISTINCT CASE WHEN c.records = 1 THEN o.person_id END) AS lifts"
    " FROM own o JOIN counted c ON c.score = o.score AND c.person_id = o.person_id"
    " GROUP BY o.score, o.key, o.office_code, o.item_key)"
    " SELECT score, office_code, item_key, rule_ids, people, lifts FROM record"
    " ORDER BY lifts DESC, people DESC, len(rule_ids), score, office_code, item_key LIMIT $most"
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


def _frame(reading: Reading, scope: Scope, sql: str, **values: Any) -> pl.DataFrame:
    scores = read_scores(reading.run.folder / "expectations" / FILE, frozenset(reading.catalogue.rules))
    pairs = [(rule, score) for score, rules in scores.items() for rule in rules]
    return reading.frame(
        sql,
        rules=[rule for rule, _ in pairs],
        scores=[score for _, score in pairs],
        office=scope.office,
        **values,
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


def employer_scores(reading: Reading, scope: Scope, most: int = 20) -> pl.DataFrame:
    """Return the employers with most people who fail a score, among those insured in the last `MONTHS`.

    Columns: office_code, employer_no (to be masked), score, people, passed, failing, share (that passed).
    """
    found = _frame(reading, scope, _EMPLOYERS, months=MONTHS, most=most)
    return found.with_columns(share=fraction("passed", "people"))


def monthly_scores(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return the scores of the people insured in each of the last `MONTHS`, the latest first.

    A finding about a month fails the person for that month, one about no month for every month.

    Columns: month, people, common and scheme (people who pass), common_share, scheme_share.
    """
    found = _frame(reading, scope, _MONTHLY, months=MONTHS)
    passed = [
        pl.col("passed").filter(pl.col("score") == score).sum().alias(score) for score in (COMMON, SCHEME)
    ]
    months = found.group_by("month", maintain_order=True).agg(pl.col("people").first(), *passed)
    return months.with_columns(
        fraction(score, "people").alias(f"{score}_share") for score in (COMMON, SCHEME)
    )


def score_records(reading: Reading, scope: Scope, most: int = 20) -> pl.DataFrame:
    """Return the records whose mending lifts a score most.

    A record is an item whatever rules found it: people whom it alone fails pass once it is mended.

    Columns: score, office_code, item_key (to be masked), rule_ids, people (it fails), lifts (it alone fails).
    """
    catalogue = reading.catalogue
    keys = {
        rule.id: "|".join(catalogue.populations[rule.population].key) for rule in catalogue.rules.values()
    }
    return _frame(reading, scope, _RECORDS, named=list(keys), keys=list(keys.values()), most=most)
