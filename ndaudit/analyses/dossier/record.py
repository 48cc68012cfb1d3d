"""Whose dossier it is, and the populations made again for this one person."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from ndaudit.errors import RefusedError, UsageError
from ndaudit.masking import Masker
from ndaudit.reading import Reading
from ndaudit.recomputing import RIGHT_ON_EXPORT, Recomputed, recompute

PURPOSE = "person"
"""The purpose under which insured numbers are masked, as in the data dictionary."""
POPULATIONS = (
    "employment_month",
    "evidenced_service",
    "file_paper",
    "lawful_amount",
    "proven_period",
    "service_known",
    "service_month",
)
_WHO = """
SELECT p.person_id, p.delivered_by AS office_code, p.birth_date, p.sex, p.deceased_on, p.register_no,
    p.surname, p.given_name, CAST(a.as_of AS DATE) AS as_of
FROM person p
JOIN as_of a ON a.office_code = p.delivered_by
WHERE p.delivered_by = $office ORDER BY p.source_row LIMIT 1
"""
_HOME = """
SELECT delivered_by FROM snapshot.person WHERE person_id = $person
ORDER BY CASE WHEN office_code = delivered_by THEN 0 ELSE 1 END, delivered_by LIMIT 1
"""


@dataclass(frozen=True)
class Dossier:
    """What is on record about one person.

    Attributes:
        who: person_id, office_code (of residence, else the first that delivered the person), birth_date, sex,
            deceased_on, register_no, surname, given_name, as_of.
        made: every table that names people cut down to this one, and `POPULATIONS`.
    """

    reading: Reading
    who: dict[str, Any]
    made: Recomputed

    @property
    def person(self) -> int:
        """The insured number."""
        return int(self.who["person_id"])

    @property
    def as_of(self) -> date:
        """The day the data of the person's office speak of."""
        day: date = self.who["as_of"]
        return day

    def frame(self, sql: str, **values: Any) -> pl.DataFrame:
        """Return the rows of a query over the person's rows and populations."""
        return self.made.frame(sql, **values)


def find_person(reading: Reading, named: str, key: bytes) -> int:
    """Return the insured number of the person named by it or by its pseudonym.

    Raises:
        UsageError: nobody is named.
        RefusedError: no office delivered such a person.
    """
    asked = named.strip()
    if not asked:
        raise UsageError("dossier.nobody")
    if asked.isdigit():
        query = "SELECT 1 FROM snapshot.person WHERE person_id = $person LIMIT 1"
        if reading.frame(query, person=int(asked)).height:
            return int(asked)
    masker = Masker(key, PURPOSE)
    people = reading.frame("SELECT DISTINCT person_id FROM snapshot.person WHERE person_id IS NOT NULL")
    for (person,) in people.iter_rows():
        if masker.mask(str(person)) == asked.upper():
            return int(person)
    raise RefusedError("dossier.unknown")


def home_of(reading: Reading, person: int) -> str:
    """Return the office of residence of a person, else the first that delivered the person.

    Raises:
        RefusedError: no office did.
    """
    found = reading.frame(_HOME, person=person)["delivered_by"].to_list()
    if not found:
        raise RefusedError("dossier.unknown")
    return str(found[0])


@contextmanager
def open_dossier(reading: Reading, person: int, office: str | None = None) -> Iterator[Dossier]:
    """Gather what is on record about a person, and let go of it again.

    Args:
        office: the office that must have delivered the person; None: any.

    Raises:
        RefusedError: that office, or any, never delivered the person.
    """
    people = f"SELECT CAST({int(person)} AS BIGINT) AS person_id"
    with recompute(reading, people, POPULATIONS, {"prospective_year": RIGHT_ON_EXPORT}) as made:
        found = made.rows(_WHO, office=office or home_of(reading, person))
        if not found:
            raise RefusedError("dossier.unknown")
        yield Dossier(reading, found[0], made)
