"""Benefits: what was paid of each kind, how soon, what had been due, and what was paid for twice."""

import polars as pl

from ndaudit.analyses import subjects
from ndaudit.reading import Reading
from ndaudit.scope import Scope

_KINDS = """
WITH broken AS (
    SELECT office_code, item_key, coalesce(sum(effect) FILTER (WHERE effect > 0), 0) AS over,
        coalesce(-sum(effect) FILTER (WHERE effect < 0), 0) AS under
    FROM run.finding
    WHERE outcome = 'exception' AND rule_id IN (SELECT unnest($rules))
    GROUP BY office_code, item_key
)
SELECT coalesce(b.kind, 'unknown') AS benefit, count(*) AS benefits, coalesce(sum(b.amount), 0) AS amount,
    count(f.item_key) AS noted, coalesce(sum(f.over), 0) AS over, coalesce(sum(f.under), 0) AS under
FROM snapshot.benefit b
LEFT JOIN broken f ON f.office_code = b.delivered_by AND f.item_key = CAST(b.benefit_id AS VARCHAR)
WHERE $office IS NULL OR b.delivered_by = $office
GROUP BY benefit ORDER BY amount DESC, benefit
"""
_FUNERALS = """
WITH timed AS (
    SELECT date_diff('minute', applied_at, paid_at) AS minutes
    FROM snapshot.benefit WHERE kind = 'funeral' AND ($office IS NULL OR delivered_by = $office)
)
SELECT CASE WHEN minutes <= 1440 THEN 'day' WHEN minutes <= 2880 THEN 'two_days'
        WHEN minutes <= 10080 THEN 'week' WHEN minutes > 10080 THEN 'longer' ELSE 'unknown' END AS waited,
    count(*) AS benefits
FROM timed GROUP BY waited
"""
_AMOUNTS = """
SELECT finding_id, rule_id, office_code, item_key, effect,
    CAST(json_extract_string(evidence, '$.amount') AS DECIMAL(18, 2)) AS amount,
    CAST(json_extract_string(evidence, '$.lawful_amount') AS DECIMAL(18, 2)) AS lawful_amount
FROM run.finding
WHERE outcome = 'exception' AND rule_id IN (SELECT unnest($rules)) AND effect <> 0
    AND ($office IS NULL OR office_code = $office)
ORDER BY abs(effect) DESC, rule_id, item_key LIMIT $most
"""
BENEFITS = ("sickness", "maternity", "funeral", "unknown")
HOURS = ("day", "two_days", "week", "longer", "unknown")
"""How long a funeral benefit took: to 24 hours, to 48, to seven days, more; or a time not recorded."""


def _about_benefits(reading: Reading) -> list[str]:
    """Return the accusing rules of benefits whose item is a benefit."""
    catalogue = reading.catalogue
    return [
        rule.id
        for rule in catalogue.rules.values()
        if catalogue.populations[rule.population].key == ("benefit_id",)
        and rule.area == "BEN"
        and not rule.is_lead
    ]


def _recomputed(reading: Reading) -> list[str]:
    """Return the rules of benefits that compute a lawful amount."""
    rules = reading.catalogue.rules.values()
    return [rule.id for rule in rules if rule.area == "BEN" and "lawful_amount" in rule.evidence]


def by_kind(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return benefits by kind, the largest sum first.

    Columns: benefit (one of `BENEFITS`), benefits, amount (₮), noted (with an exception), over and under (₮).
    """
    return reading.frame(_KINDS, rules=_about_benefits(reading), office=scope.office)


def funeral_times(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return how long funeral benefits took, in that order: waited (one of `HOURS`), benefits."""
    found = reading.frame(_FUNERALS, office=scope.office)
    order = pl.DataFrame({"waited": HOURS}).with_row_index("place")
    return found.join(order, on="waited").sort("place").drop("place")


def amounts(reading: Reading, scope: Scope, most: int = 20) -> pl.DataFrame:
    """Return the benefits whose amount differs most from the lawful one.

    Columns: finding_id, rule_id, office_code, item_key (to be masked), effect (₮), amount, lawful_amount.
    """
    return reading.frame(_AMOUNTS, rules=_recomputed(reading), office=scope.office, most=most)


def conclusion(reading: Reading, scope: Scope, rules: pl.DataFrame) -> pl.DataFrame:
    """Return `subjects.conclusion` of the rules of benefits, with what the first screen says.

    Further columns: benefits and amount (₮, all), noted (benefits with an exception), late (funeral benefits
    paid after their term), papers (benefits without their papers).
    """
    kinds = by_kind(reading, scope)
    return subjects.conclusion(reading, scope, rules).with_columns(
        benefits=pl.lit(kinds["benefits"].sum(), pl.Int64),
        amount=pl.lit(kinds["amount"].sum(), pl.Decimal(38, 2)),
        noted=pl.lit(kinds["noted"].sum(), pl.Int64),
        late=pl.lit(subjects.found_by(rules, "BEN-07"), pl.Int64),
        papers=pl.lit(subjects.found_by(rules, "BEN-01"), pl.Int64),
    )
