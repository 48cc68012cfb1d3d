"""Digits of the wages employers report: which test fits them, and what their last digits are.

Whether they are uneven is decided by rule CON-07 alone; this describes what it saw.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from ndaudit.digits.benford import FIRST, test_amounts
from ndaudit.digits.gate import refusal
from ndaudit.digits.patterns import last_two
from ndaudit.reading import Reading
from ndaudit.scope import Scope

MONTHS = 12
"""Wages of the last so many months delivered: older ones are nobody's to change."""
ENDINGS_LEAST = 500
"""Fewer amounts, and some ending is expected less than five times: the χ² does not hold."""
_PLACES = Decimal("0.000001")
WHY = ("few", "bounded", "assigned")
_WAGES = """
WITH told AS (
    SELECT office_code, CAST(date_trunc('month', max(exported_at)) AS DATE) AS month
    FROM snapshot.batch GROUP BY office_code
)
SELECT c.delivered_by AS office_code, c.employer_no, CAST(floor(c.wage) AS BIGINT) AS wage
FROM snapshot.contribution c
JOIN told t ON t.office_code = c.delivered_by
WHERE c.wage > 0 AND c.period >= t.month - to_months($months)
    AND ($office IS NULL OR c.delivered_by = $office)
GROUP BY ALL ORDER BY ALL
"""
_SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "office_code": pl.String,
    "series": pl.String,
    "employer_no": pl.String,
    "wages": pl.Int64,
    "refused": pl.String,
    "band": pl.String,
    "most_ending": pl.Int64,
    "most_share": pl.Decimal(38, 6),
    "round_share": pl.Decimal(38, 6),
}


def _share(part: int, whole: int) -> Decimal:
    return (Decimal(part) / whole).quantize(_PLACES)


def _row(office: str, employer: str | None, wages: Sequence[int]) -> tuple[Any, ...]:
    refused = refusal(wages)
    ending = last_two(wages) if sum(wage >= 100 for wage in wages) >= ENDINGS_LEAST else None
    most = ending.most[0] if ending else None
    return (
        office,
        "employer" if employer else "office",
        employer,
        len(wages),
        refused.why if refused else None,
        None if refused else test_amounts(wages, FIRST).band,
        most[0] if most else None,
        _share(most[1], ending.amounts) if ending and most else None,
        _share(sum(wage % 10 == 0 for wage in wages), len(wages)),
    )


def wage_digits(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return the digits of different wages of each office, and of each employer with enough of them.

    A wage an employer pays to many, or month after month, counts once.

    Columns: office_code, series (`office`, `employer`), employer_no (to be masked), wages, refused (why
    leading digits are no test of them, one of `WHY`), band (Nigrini's word for them where they are),
    most_ending and most_share (the last two digits that stand there most; NULL: too few wages),
    round_share (that end in nought: a habit, no lead).
    """
    found = reading.frame(_WAGES, months=MONTHS, office=scope.office)
    rows = [
        _row(str(office), None, part["wage"].to_list())
        for (office,), part in found.group_by("office_code", maintain_order=True)
    ]
    large = found.filter(pl.len().over("office_code", "employer_no") >= ENDINGS_LEAST)
    rows += [
        _row(str(office), str(employer), part["wage"].to_list())
        for (office, employer), part in large.group_by("office_code", "employer_no", maintain_order=True)
    ]
    return pl.DataFrame(rows, schema=dict(_SCHEMA), orient="row")
