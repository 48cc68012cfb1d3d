"""What is on record about one person, and the populations made of it: everything an explanation speaks of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ndaudit.catalogue import Catalogue
from ndaudit.errors import RefusedError, UsageError
from ndaudit.reading import Reading
from ndaudit.recomputing import RIGHT_ON_EXPORT, Recomputed, recompute

Row = Mapping[str, Any]

POPULATIONS = ("first_right", "right_open", "service_known", "evidenced_service", "lawful_amount")
_PERSON = """
SELECT person_id, max(i.birth_date) AS birth_date,
    CASE WHEN min(p.sex) = max(p.sex) THEN min(p.sex) END AS sex,
    max(coalesce(p.office_code, p.delivered_by)) AS office_code, max(a.as_of) AS as_of,
    max(p.register_no) AS register_no, max(p.surname) AS surname, max(p.given_name) AS given_name
FROM person p
JOIN as_of a ON a.office_code = p.delivered_by
LEFT JOIN insured i USING (person_id)
GROUP BY person_id
"""
_PERIODS = """
SELECT reading, work, starts_on, ends_before, min(known_on) AS known_on FROM proven_period
WHERE reading = 'claimed' OR known_on <= $known_until
GROUP BY reading, work, starts_on, ends_before ORDER BY starts_on, ends_before
"""
_STRETCHES = """
WITH paid AS (
    SELECT DISTINCT period FROM contribution WHERE paid_on IS NOT NULL
), bought AS (
    SELECT DISTINCT m.period FROM bought_service b
    JOIN calendar_month m ON m.period >= month_of(b.covers_from) AND m.period <= b.covers_to
    WHERE b.paid_on IS NOT NULL
), month AS (
    SELECT m.period, CASE WHEN p.period IS NOT NULL THEN 'ledger' WHEN b.period IS NOT NULL THEN 'bought'
        ELSE 'exempted' END AS evidence
    FROM service_month m
    LEFT JOIN paid p ON p.period = m.period
    LEFT JOIN bought b ON b.period = m.period
    WHERE m.known_on <= $known_until AND m.period < $until
), placed AS (
    SELECT *, months_between(DATE '1995-01-01', period)
        - row_number() OVER (PARTITION BY evidence ORDER BY period) AS stretch
    FROM month
)
SELECT evidence, min(period) AS first_month, max(period) AS last_month, count(*) AS months
FROM placed GROUP BY evidence, stretch ORDER BY first_month
"""
_KNOWN = "SELECT * FROM service_known WHERE reading = 'proven' AND asked_on = $on"
_ASKED = "SELECT * FROM right_asked WHERE reading = 'proven' AND asked_on = $on"
_OPEN = """
SELECT o.*, d.service_on, d.right_on, l.service_months IS NULL AS is_full
FROM right_open o
LEFT JOIN right_date d ON d.person_id = o.person_id AND d.asked_on = o.asked_on AND d.reading = o.reading
    AND d.condition = o.condition AND d.way = o.way AND d.holds_from = o.holds_from
LEFT JOIN law_old_age_condition l ON l.condition = o.condition AND l.way = o.way
    AND l.sex = (SELECT max(sex) FROM right_asked) AND l.valid_from <= o.holds_from
    AND o.holds_from < l.valid_to
WHERE o.reading = 'proven' AND o.asked_on = $on
ORDER BY d.right_on NULLS LAST, o.age_on, o.condition, o.way, o.holds_from
"""
_FIRST = "SELECT * FROM first_right WHERE asked_on = $on"
_AMOUNTS = "SELECT * FROM lawful_amount ORDER BY effective_from, kind DESC, determination_id"
_SERVICE = "SELECT * FROM evidenced_service ORDER BY effective_from, kind DESC, determination_id"
_FINDINGS = """
SELECT rule_id, severity, outcome, evidence FROM run.finding WHERE person = $person
ORDER BY severity, rule_id, item_key
"""


@dataclass(frozen=True)
class Facts:
    """Everything about one person on one day.

    Attributes:
        on: the day whose law is applied: that of the first award, else of the export.
        is_award: `on` is the day an award took effect.
        opened: conditions open to the person, with the days they ask for.
        sheets: service counted and evidenced, by determination.
        amounts: lawful amounts, by determination.
        findings: what the run found about the person.
    """

    catalogue: Catalogue
    person: Row
    on: date
    is_award: bool
    asked: Row | None
    periods: Sequence[Row]
    stretches: Sequence[Row]
    known: Mapping[str, Row]
    opened: Sequence[Row]
    first: Row | None
    sheets: Sequence[Row]
    amounts: Sequence[Row]
    findings: Sequence[Row]


def gather(reading: Reading, person: str) -> Facts:
    """Return what is on record about the person of that insured number.

    Raises:
        UsageError: it is no insured number.
        RefusedError: no office delivered such a person.
    """
    if not person.isdigit():
        raise UsageError("explain.not_a_number", came=person)
    people = f"SELECT CAST({int(person)} AS BIGINT) AS person_id"
    with recompute(reading, people, POPULATIONS, {"prospective_year": RIGHT_ON_EXPORT}) as made:
        found = made.rows(_PERSON)
        if not found:
            raise RefusedError("explain.unknown_person")
        findings = reading.frame(_FINDINGS, person=str(int(person))).to_dicts()
        return _facts(reading.catalogue, made, found[0], findings)


def _facts(catalogue: Catalogue, made: Recomputed, person: Row, findings: Sequence[Row]) -> Facts:
    sheets = made.rows(_SERVICE)
    awards = [row["effective_from"] for row in sheets if row["kind"] == "initial"]
    on = min(awards) if awards else person["as_of"]
    asked = made.rows(_ASKED, on=on)
    known_until = asked[0]["known_until"] if asked else on
    # an award counts the months before it took effect; otherwise everything known on the day
    until = on if awards else date(9999, 12, 31)
    return Facts(
        catalogue=catalogue,
        person=person,
        on=on,
        is_award=bool(awards),
        asked=asked[0] if asked else None,
        periods=made.rows(_PERIODS, known_until=known_until),
        stretches=made.rows(_STRETCHES, known_until=known_until, until=until),
        known={row["work"]: row for row in made.rows(_KNOWN, on=on)},
        opened=made.rows(_OPEN, on=on),
        first=next(iter(made.rows(_FIRST, on=on)), None),
        sheets=sheets,
        amounts=made.rows(_AMOUNTS),
        findings=findings,
    )
