"""Circles: what shared numbers tie together, so that a delivery touches some of them and not the others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ndaudit.tables import PROVENANCE, Table


@dataclass(frozen=True)
class Circle:
    """One way to cut the records apart.

    Attributes:
        numbers: what the columns that tie rows together number, by column name.
        only_in: tables a column ties in, where its name means something else elsewhere.
        beside: other circles whose rows are looked at where they share a number with a row of this one.
    """

    name: str
    numbers: Mapping[str, str]
    only_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    beside: "Circle | None" = None

    @property
    def kinds(self) -> frozenset[str]:
        """What its columns number."""
        return frozenset(self.numbers.values())

    def numbers_by_kind(self, tables: Mapping[str, Table]) -> dict[str, str]:
        """Return the SQL type of the numbers of each kind."""
        types = {
            self.numbers[column.name]: column.sql_type
            for table in tables.values()
            for column in table.columns
            if column.name in self.tied(table)
        }
        return dict.fromkeys(sorted(self.kinds), "VARCHAR") | types

    def tied(self, table: Table) -> dict[str, str]:
        """Return what the tying columns of a table number, by column; nothing for rows outside circles."""
        names: Iterable[str] = (*(column.name for column in table.columns), *PROVENANCE)
        return {
            name: self.numbers[name]
            for name in names
            if name in self.numbers and table.name in self.only_in.get(name, (table.name,))
        }


OFFICE = Circle("office", {"delivered_by": "office"})
"""An office with all it delivered."""
FAMILY = Circle(
    "family",
    {
        "person_id": "person",
        "deceased_person_id": "person",
        "file_no": "file",
        # a pension without a book of its own is paid under the number of its file
        "book_no": "file",
        "pension_book_no": "file",
        "determination_id": "determination",
        "benefit_id": "benefit",
        "statement_id": "statement",
        "employment_id": "employment",
        "child_id": "child",
        "credit_id": "credit",
    },
    # elsewhere the number of the insurance book, which two people may share by mistake
    {"book_no": ("pension_book",)},
)
"""A person, with the files, awards, books, benefits and statements that name them, and whom those name."""
FIRM = Circle("firm", {"employer_no": "employer"}, beside=FAMILY)
"""An employer, and of the people its rows name what their own circles give."""
CIRCLES = (OFFICE, FAMILY, FIRM)
"""In the order they are tried: an office is what a delivery brings."""
