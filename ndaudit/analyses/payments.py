"""Pensions paid: the bank's file beside the roll, months after death, months paid twice, shared accounts."""

import polars as pl

from ndaudit.analyses import subjects
from ndaudit.reading import Reading
from ndaudit.scope import Scope

_RECONCILED = """
WITH line AS (
    SELECT t.delivered_by AS office_code, t.bank, t.period, count(l.line) AS lines,
        coalesce(sum(l.amount), 0) AS line_total
    FROM snapshot.bank_transmission t
    LEFT JOIN snapshot.bank_line l ON l.delivered_by = t.delivered_by
        AND l.transmission_id = t.transmission_id
    GROUP BY ALL
), roll AS (
    SELECT delivered_by AS office_code, bank, period, count(*) AS payments,
        coalesce(sum(amount), 0) AS roll_total
    FROM snapshot.payment WHERE status IS NULL OR status <> 'stopped'
    GROUP BY ALL
)
SELECT office_code, bank, period, coalesce(lines, 0) AS lines, coalesce(line_total, 0) AS line_total,
    coalesce(payments, 0) AS payments, coalesce(roll_total, 0) AS roll_total,
    coalesce(line_total, 0) - coalesce(roll_total, 0) AS difference
FROM line FULL JOIN roll USING (office_code, bank, period)
WHERE $office IS NULL OR office_code = $office
ORDER BY abs(difference) DESC, period DESC, office_code, bank
"""
_AFTER_DEATH = """
WITH late AS (
    SELECT effect, person, date_diff('month', CAST(json_extract_string(evidence, '$.last_death') AS DATE),
        CAST(json_extract_string(evidence, '$.period') AS DATE)) AS months
    FROM run.finding
    WHERE outcome = 'exception' AND rule_id = 'PAY-05' AND ($office IS NULL OR office_code = $office)
)
SELECT CASE WHEN months <= 1 THEN 'first' WHEN months <= 3 THEN 'quarter' WHEN months <= 12 THEN 'year'
        WHEN months > 12 THEN 'longer' ELSE 'unknown' END AS waited,
    count(*) AS payments, count(DISTINCT person) AS persons, coalesce(sum(effect), 0) AS effect
FROM late GROUP BY waited ORDER BY effect DESC, waited
"""
_TWICE = """
SELECT CASE WHEN json_extract_string(evidence, '$.first_office')
            = json_extract_string(evidence, '$.last_office')
        THEN 'one_office' ELSE 'two_offices' END AS paid_by,
    count(*) AS months, count(DISTINCT person) AS persons, coalesce(sum(effect), 0) AS effect
FROM run.finding
WHERE outcome = 'exception' AND rule_id = 'PAY-06' AND ($office IS NULL OR office_code = $office)
GROUP BY paid_by ORDER BY effect DESC, paid_by
"""
_SHARED = """
SELECT item_key, CAST(json_extract_string(evidence, '$.persons') AS BIGINT) AS persons,
    CAST(json_extract_string(evidence, '$.households') AS BIGINT) AS households,
    CAST(json_extract_string(evidence, '$.last_period') AS DATE) AS last_period
FROM run.finding
WHERE outcome = 'exception' AND rule_id = 'PAY-07'
    AND ($office IS NULL OR office_code = $office
        OR $office IN (json_extract_string(evidence, '$.first_office'),
            json_extract_string(evidence, '$.last_office')))
ORDER BY persons DESC, item_key LIMIT $most
"""
WAITED = ("first", "quarter", "year", "longer", "unknown")
"""How long after the death: one month, to three, to twelve, more; or not recorded."""
PAID_BY = ("one_office", "two_offices")


def reconciled(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return bank lines beside the payment roll, stopped rows aside, the largest difference first.

    Columns: office_code, bank, period, lines, line_total, payments, roll_total, difference (₮, lines − roll).
    """
    return reading.frame(_RECONCILED, office=scope.office)


def after_death(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return payments after the month of death: waited (one of `WAITED`), payments, persons, effect (₮)."""
    return reading.frame(_AFTER_DEATH, office=scope.office)


def twice(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return months paid more than once: paid_by (one of `PAID_BY`), months, persons, effect (₮)."""
    return reading.frame(_TWICE, office=scope.office)


def shared_accounts(reading: Reading, scope: Scope, most: int = 20) -> pl.DataFrame:
    """Return accounts of several pensioners: leads, not faults, the most people first.

    Columns: item_key (bank and account, to be masked), persons, households, last_period.
    """
    return reading.frame(_SHARED, office=scope.office, most=most)


def conclusion(reading: Reading, scope: Scope, rules: pl.DataFrame) -> pl.DataFrame:
    """Return `subjects.conclusion` of the rules of payments, with what the first screen says.

    Further columns: dead and doubled (payments after death, months paid twice), dead_sum and doubled_sum (₮),
    unmatched (payments and bank lines without counterpart), accounts (shared ones: leads).
    """
    money = dict(rules.select("rule_id", "effect").iter_rows())
    return subjects.conclusion(reading, scope, rules).with_columns(
        dead=pl.lit(subjects.found_by(rules, "PAY-05"), pl.Int64),
        dead_sum=pl.lit(money.get("PAY-05") or 0, pl.Decimal(38, 2)),
        doubled=pl.lit(subjects.found_by(rules, "PAY-06"), pl.Int64),
        doubled_sum=pl.lit(money.get("PAY-06") or 0, pl.Decimal(38, 2)),
        unmatched=pl.lit(subjects.found_by(rules, "PAY-03"), pl.Int64),
        accounts=pl.lit(subjects.found_by(rules, "PAY-07"), pl.Int64),
    )
