"""Findings that stand for the others: of each rule those with the largest amounts."""

from collections.abc import Collection

import polars as pl

from ndaudit.reading import Reading
from ndaudit.scope import Scope

_EXAMPLES = """
WITH placed AS (
    SELECT finding_id, rule_id, office_code, row_number() OVER (
        PARTITION BY rule_id
        ORDER BY abs(effect) DESC NULLS LAST, period DESC NULLS LAST, item_key, office_code
    ) AS place
    FROM run.finding
    WHERE outcome = 'exception' AND rule_id IN (SELECT unnest($rules))
        AND ($office IS NULL OR office_code = $office)
),
chosen AS (
    SELECT * FROM placed WHERE place <= $most OR finding_id IN (SELECT unnest($named))
)
SELECT c.finding_id, c.rule_id, c.office_code, f.item_key, f.effect, f.evidence
FROM chosen c JOIN run.finding f
    ON f.finding_id = c.finding_id AND f.rule_id = c.rule_id AND f.office_code = c.office_code
WHERE f.outcome = 'exception'
ORDER BY c.rule_id, c.place
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
