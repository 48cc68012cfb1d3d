"""Digits of wages and of pensions paid: which test fits them, and what is offered where none does.

Whether last digits of wages are uneven is decided by rule CON-07 alone; this describes what it saw.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from ndaudit.digits.benford import FIRST, FIRST_TWO, SECOND, test_amounts
from ndaudit.digits.gate import LEAST_AMOUNTS, assigned, discoveries, refusal
from ndaudit.digits.patterns import differences, duplication, last_two, most_frequent
from ndaudit.reading import Reading
from ndaudit.scope import Scope

MONTHS = 12
"""Amounts of the last so many months delivered: older ones are nobody's to change."""
ENDINGS_LEAST = 500
"""Fewer amounts, and some ending is expected less than five times: the χ² does not hold."""
WHY = ("few", "bounded", "assigned")
TESTS = {"first": FIRST, "second": SECOND, "two": FIRST_TWO}
_PLACES = Decimal("0.000001")
_SHARE = pl.Decimal(38, 6)
_TOLD = """
WITH told AS (
    SELECT office_code, CAST(date_trunc('month', max(exported_at)) AS DATE) AS month
    FROM snapshot.batch GROUP BY office_code
), least AS (
    SELECT unnest($least_from) AS since, unnest($least_until) AS until, unnest($least) AS value
), most AS (
    SELECT unnest($most_from) AS since, unnest($most_until) AS until, unnest($most) AS value
), month AS (
    SELECT t.office_code, CAST(t.month - to_months(m.back) AS DATE) AS period
    FROM told t CROSS JOIN (SELECT unnest(range(0, $months)) AS back) m
), bound AS (
    SELECT m.office_code, m.period, max(l.value) AS least, max(h.value) AS most
    FROM month m LEFT JOIN least l ON l.since <= m.period AND m.period < l.until
    LEFT JOIN most h ON h.since <= m.period AND m.period < h.until
    GROUP BY m.office_code, m.period
)
"""


def _counted(table: str, name: str, amount: str, period: str, only: str = "TRUE") -> str:
    """Return the SQL of how often each amount comes, by office and name.

    Args:
        period: SQL of the month whose law bounds the amount.
        only: SQL of which rows count.
    """
    return f"""{_TOLD}
SELECT r.delivered_by AS office_code, r.{name} AS name, CAST(floor(r.{amount}) AS BIGINT) AS amount,
    count(*) AS times, count(b.least) AS bounded, count(*) FILTER (WHERE r.{amount} = b.least) AS at_least,
    count(*) FILTER (WHERE r.{amount} = b.most) AS at_most
FROM snapshot.{table} r
JOIN bound b ON b.office_code = r.delivered_by AND b.period = {period}
WHERE r.{amount} > 0 AND ({only}) AND ($office IS NULL OR r.delivered_by = $office)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


_WAGES = _counted("contribution", "employer_no", "wage", "r.period")
_PAYMENTS = _counted("payment", "bank", "amount", "r.period", "r.status IS NULL OR r.status <> 'stopped'")
_BENEFITS = _counted("benefit", "kind", "amount", "CAST(date_trunc('month', r.event_from) AS DATE)")


@dataclass(frozen=True)
class Source:
    """Amounts that are tested: where they come from, and the law that bounds them.

    Attributes:
        least: the parameter of the law below which they do not lie; NULL where it is not known.
        most: the one above which they do not lie, or None.
    """

    sql: str
    series: str
    name: str
    least: str | None
    most: str | None


WAGES = Source(_WAGES, "employer", "employer_no", "minimum_wage", "wage_ceiling")
PAYMENTS = Source(_PAYMENTS, "bank", "name", "minimum_pension_full", None)
BENEFITS = Source(_BENEFITS, "benefit", "name", None, None)


def _bounds(reading: Reading, source: Source) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for side, name in (("least", source.least), ("most", source.most)):
        law = reading.catalogue.law[name].values if name else ()
        known = [value for value in law if value.value is not None]
        found[f"{side}_from"] = [value.valid_from for value in known]
        found[f"{side}_until"] = [value.valid_to or date.max for value in known]
        found[side] = [value.value for value in known]
    return found


def _share(part: int | float, whole: int = 1) -> Decimal:
    return (Decimal(repr(part)) / whole).quantize(_PLACES)


def _benford(amounts: Sequence[int], fits: bool) -> dict[str, Any]:
    """Return MAD and expected MAD of each test of leading digits, and of the second order."""
    row: dict[str, Any] = {}
    for name, digits in TESTS.items() if fits else ():
        tested = test_amounts(amounts, digits)
        row |= {f"{name}_mad": _share(tested.mad), f"{name}_expected": _share(tested.expected_mad)}
        row |= {f"{name}_band": tested.band}
    gaps = differences(amounts)
    if len(gaps) >= LEAST_AMOUNTS:
        tested = test_amounts(gaps, FIRST)
        row |= {"order_mad": _share(tested.mad), "order_expected": _share(tested.expected_mad)}
    return row


def _row(source: Source, office: str, name: str | None, part: pl.DataFrame) -> dict[str, Any]:
    amounts: list[int] = part["amount"].to_list()
    counts = dict(part.group_by("amount").agg(pl.col("times").sum()).sort("amount").iter_rows())
    times = int(part["times"].sum())
    refused = refusal(amounts) or assigned(counts)
    enough = sum(amount >= 100 for amount in amounts) >= ENDINGS_LEAST
    ending = last_two(amounts) if enough else None
    odd = sum(amount >= 100 and amount % 10 > 0 for amount in amounts) >= ENDINGS_LEAST
    most = ending.most[0] if ending else None
    often = most_frequent(counts, 1)[0]
    bounded = int(part["bounded"].sum())
    return {
        "office_code": office,
        "series": "office" if name is None else source.series,
        source.name: name,
        "wages": len(amounts),
        "times": times,
        "refused": refused.why if refused else None,
        "band": None,
        "most_ending": most[0] if most else None,
        "most_share": _share(most[1], ending.amounts) if ending and most else None,
        "ending_p": last_two(amounts, without_round=True).p if odd else None,
        "round_share": _share(sum(amount % 10 == 0 for amount in amounts), len(amounts)),
        "duplication": _share(float(duplication(counts))),
        "most_amount": Decimal(often[0]),
        "most_amount_share": _share(often[1], times),
        "least_share": _share(int(part["at_least"].sum()), bounded) if bounded else None,
        "ceiling_share": _share(int(part["at_most"].sum()), times) if source.most else None,
    } | _benford(amounts, refused is None)


def _schema(source: Source) -> Mapping[str, Any]:
    texts = dict.fromkeys(("office_code", "series", source.name, "refused"), pl.String)
    counts = dict.fromkeys(("wages", "times", "most_ending"), pl.Int64) | {"most_amount": pl.Decimal(38, 2)}
    shares = ("most_share", "round_share", "duplication", "most_amount_share", "least_share", "ceiling_share")
    mads = [f"{name}_{what}" for name in (*TESTS, "order") for what in ("mad", "expected")]
    bands = dict.fromkeys([f"{name}_band" for name in TESTS], pl.String)
    return texts | counts | dict.fromkeys((*shares, *mads), _SHARE) | bands | {"ending_p": pl.Float64}


def _parts(found: pl.DataFrame) -> Iterator[tuple[str, str | None, pl.DataFrame]]:
    for (office,), part in found.group_by("office_code", maintain_order=True):
        yield str(office), None, part
    large = found.filter(pl.len().over("office_code", "name") >= ENDINGS_LEAST)
    for (office, name), part in large.group_by("office_code", "name", maintain_order=True):
        yield str(office), str(name), part


def _digits(reading: Reading, scope: Scope, source: Source) -> pl.DataFrame:
    found = reading.frame(source.sql, months=MONTHS, office=scope.office, **_bounds(reading, source))
    rows = [_row(source, office, name, part) for office, name, part in _parts(found)]
    frame = pl.DataFrame(rows, schema=_schema(source))
    tested = [place for place, p in enumerate(frame["ending_p"]) if p is not None]
    stand = discoveries([frame["ending_p"][place] for place in tested])
    flags: list[bool | None] = [None] * frame.height
    for place, flag in zip(tested, stand, strict=True):
        flags[place] = flag
    return frame.with_columns(
        pl.col("first_band").alias("band"), pl.Series("stands_out", flags, dtype=pl.Boolean)
    )


def wage_digits(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return the digits of different wages of each office, and of each employer with enough of them.

    A wage an employer pays to many, or month after month, counts once; for duplication and heaps each time.

    Columns: office_code, series (`office`, `employer`), employer_no (to be masked), wages (different), times,
    refused (why leading digits are no test of them, one of `WHY`), band (Nigrini's word for them where they
    are), first_mad, second_mad, two_mad, order_mad (second order) each with …_expected at that size,
    most_ending and most_share (the last two digits that stand there most; NULL: too few wages), ending_p and
    stands_out (among all series, with at most one false alarm in twenty; round wages left out), round_share
    (that end in nought: a habit, no lead), duplication (number frequency factor), most_amount and
    most_amount_share, least_share and ceiling_share (exactly at the minimum, at the ceiling).
    """
    return _digits(reading, scope, WAGES)


def payment_digits(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return the digits of pensions paid, as `wage_digits` with the bank as `name`."""
    return _digits(reading, scope, PAYMENTS)


def benefit_digits(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return the digits of benefits by the month of their cause, as `wage_digits` with the kind as `name`."""
    return _digits(reading, scope, BENEFITS)


def fitting(found: pl.DataFrame) -> pl.DataFrame:
    """Return the series whose leading digits were tested."""
    return found.filter(pl.col("refused").is_null())
