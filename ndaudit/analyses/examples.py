"""Findings that stand for the others: of each rule those with the largest amounts."""

from collections.abc import Collection

import polars as pl

from ndaudit.reading import Reading
from ndaudit.scope import Scope

# the least of each rule, in the order below: all others need not be sorted. NULL is the greatest there.
_EXAMPLES = """
WITH open AS (
    SELECT * FROM run.finding
    WHERE outcome = 'exception' AND rule_id IN (SELECT unnest($rules))
        AND ($office IS NULL OR office_code = $office)
),
first AS (
    SELECT unnest(min({'effect': -abs(effect), 'days': DATE '1900-01-01' - period, 'item': item_key,
        'office': office_code, 'id': finding_id}, $most)) AS one, rule_id
    FROM open GROUP BY rule_id
),
chosen AS (
    SELECT one.id AS finding_id, rule_id, one.office AS office_code FROM first
    UNION
    SELECT finding_id, rule_id, office_code FROM open WHERE finding_id IN (SELECT unnest($named))
)
SELECT f.finding_id, f.rule_id, f.office_code, f.item_key, f.effect, f.evidence
FROM chosen c JOIN open f
    ON f.finding_id = c.finding_id AND f.rule_id = c.rule_id AND f.office_code = c.office_code
ORDER BY f.rule_id, abs(f.effect) DESC NULLS LAST, f.period DESC NULLS LAST, f.item_key, f.office_code
"""


def examples(
    reading: Reading, scope: Scope, rules: Collection[str], named: Collection[str], most: int
) -> pl.DataFrame:
    """Return the `most` exceptions of each rule with the largest effect, and those named besides.

    What two offices delivered may be a finding of both: then it stands there for each.

    Columns: finding_id, rule_id, office_code, item_key (to be masked), effect (₮), evidence (JSON).
    """
    return reading.frame(
        _EXAMPLES, office=scope.office, rules=sorted(rules), named=sorted(named) or [""], most=most
    )
