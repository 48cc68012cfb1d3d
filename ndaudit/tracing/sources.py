"""The delivered rows a finding rests on: those its item names, and those of the person, file or employer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from ndaudit.deciding import FINDING_COLUMNS
from ndaudit.errors import RefusedError
from ndaudit.reading import Reading
from ndaudit.store import literal, quoted
from ndaudit.tables import PROVENANCE, Table
from ndaudit.tracing.origins import Origins

MOST = 2_000
"""So many rows of a table are handed out for one reason; how many more there are is said."""
FEW = 50
"""Only of so few rows is what they name (a person, a file) followed further."""
FEW_PEOPLE = 5
"""An item of more people than these is not about any of them."""
EVERY_ROW = "TRUE"
PERSON = "person_id"
OFFICE = "office_code"
_WHOLE = ("employer_no",)
"""What stands in rows of people too: there it is followed within the month of the item only."""


@dataclass(frozen=True)
class SourceRow:
    """One delivered row.

    Attributes:
        relation: `item` = the item's key names it; `person` = it speaks of the same person; `linked` = of a
            file, statement, employer or official those rows name.
        values: its values as they were loaded.
    """

    relation: str
    table: str
    delivered_by: str
    batch_id: str
    source_file: str
    source_row: int
    values: Mapping[str, Any]

    @property
    def place(self) -> tuple[str, str, int]:
        """Batch, file and row."""
        return self.batch_id, self.source_file, self.source_row


@dataclass(frozen=True)
class Traced:
    """The rows of one finding.

    Attributes:
        left_out: by relation and table, how many rows beyond `MOST`, or not to be seen, were not handed out.
    """

    finding: Mapping[str, Any]
    rows: tuple[SourceRow, ...]
    left_out: Mapping[str, int]


def finding_of(reading: Reading, finding_id: str) -> dict[str, Any]:
    """Return the finding of that id as the run keeps it.

    Raises:
        RefusedError: the run has no such finding.
    """
    columns = ", ".join(FINDING_COLUMNS)
    found = reading.frame(
        f"SELECT {columns} FROM run.finding WHERE finding_id = $finding ORDER BY ALL", finding=finding_id
    )
    if not found.height:
        raise RefusedError("tracing.no_finding", finding=finding_id, run=reading.run.id)
    return found.row(0, named=True)


def trace(
    reading: Reading,
    finding: Mapping[str, Any],
    origins: Origins | None = None,
    seen: str = EVERY_ROW,
) -> Traced:
    """Return the delivered rows a finding rests on; each stands once, for its nearest relation.

    Args:
        origins: those of its rule among others, where they are known already.
        seen: the SQL condition for rows that may be handed out; others count as left out.
    """
    rule = reading.catalogue.rules[finding["rule_id"]]
    return _Search(reading, finding, origins or Origins(reading.catalogue, [rule]), seen).result()


@dataclass
class _Search:
    reading: Reading
    finding: Mapping[str, Any]
    origins: Origins
    seen: str
    found: dict[tuple[str, str, int], SourceRow] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        catalogue = self.reading.catalogue
        self.population = catalogue.populations[catalogue.rules[self.finding["rule_id"]].population]
        reads = self.origins.reads(self.population.name)
        self.tables = {name: catalogue.tables[name] for name in reads}
        keys = (table.key for table in catalogue.tables.values())
        self.identifying = {key[0] for key in keys if len(key) == 1} - {OFFICE}

    def result(self) -> Traced:
        self._item_rows()
        people = self._named(PERSON, ending=True)
        if self.finding["person"]:
            people.add(str(self.finding["person"]))
        elif len(people) > FEW_PEOPLE:
            people = set()
        for table in self._with(PERSON):
            self._take("person", table, [_equal(table, PERSON, people)] if people else [])
        self._linked_rows()
        return Traced(self.finding, tuple(self.found.values()), self.left_out)

    def _with(self, column: str) -> Iterator[Table]:
        return (t for t in self.tables.values() if column in {c.name for c in t.columns})

    def _key(self) -> dict[str, str] | None:
        """Return the values of the item's key, or None where they cannot be told apart."""
        parts = str(self.finding["item_key"]).split("|")
        return dict(zip(self.population.key, parts, strict=True)) if self._splits(parts) else None

    def _splits(self, parts: list[str]) -> bool:
        return len(parts) == len(self.population.key)

    def _item_rows(self) -> None:
        """Take the rows whose columns the item's key is made of: of tables that hold most of the key."""
        key = self._key()
        told: dict[str, list[str]] = {}
        for column in self.population.key:
            for name, columns in self.origins.of(self.population.name, column).items():
                table = self.reading.catalogue.tables[name]
                value = key[column] if key else None
                told.setdefault(name, []).append(_made_of(table, columns, value, self.finding["item_key"]))
        for size in sorted({len(conditions) for conditions in told.values()}, reverse=True):
            for name, conditions in told.items():
                if len(conditions) == size:
                    self._take("item", self.reading.catalogue.tables[name], [*conditions, *self._of_office()])
            if self.found:
                return

    def _of_office(self) -> list[str]:
        """Numbers are unique within an office only: keep to the one whose item it is."""
        office = self.finding["office_code"]
        by_delivery = self.population.office == "delivered_by" and office
        return [f"delivered_by = {literal(office)}"] if by_delivery else []

    def _named(self, column: str, *, ending: bool = False) -> set[str]:
        """Return the values a column has in the rows found, unless they are too many to mean anything."""
        if len(self.found) > FEW and not self.finding["person"]:
            return set()
        return {
            str(value)
            for row in self.found.values()
            for name, value in row.values.items()
            if value is not None and (name == column or (ending and name.endswith(column)))
        }

    def _linked_rows(self) -> None:
        """Take the rows of what the rows found so far name: files, statements, employers, officials."""
        named = {column: self._named(column) for column in self.identifying - {PERSON}}
        month = (self._key() or {}).get("period")
        for name, table in self.tables.items():
            columns = {column.name for column in table.columns}
            of_people = PERSON in columns
            for column in sorted(columns & named.keys()):
                if not named[column] or (of_people and column not in _WHOLE):
                    continue
                conditions = [_equal(table, column, named[column]), *self._of_office()]
                if of_people:
                    if not month or "period" not in columns or self.finding["person"]:
                        continue
                    conditions.append(_equal(table, "period", {month}))
                self._take("linked", table, conditions)
            if name in ("staff", "user_account"):
                self._officials(table)

    def _officials(self, table: Table) -> None:
        """Take the rows of officials the item's own rows name."""
        people: set[str] = set()
        for row in self.found.values():
            if row.relation == "item":
                known = self.reading.catalogue.tables[row.table].columns
                named = (row.values.get(c.name) for c in known if c.personal == "staff")
                people |= {str(value) for value in named if value is not None}
        if people:
            self._take("linked", table, [_equal(table, "staff_id", people), *self._of_office()])

    def _take(self, relation: str, table: Table, conditions: list[str]) -> None:
        """Take the rows of a table that meet every condition; none at all where there is no condition."""
        where = " AND ".join(f"({one})" for one in conditions if one)
        if not where:
            return
        names = [*(column.name for column in table.columns), *PROVENANCE]
        columns = ", ".join(map(quoted, names))
        rows = self.reading.frame(
            f"SELECT {columns} FROM snapshot.{quoted(table.name)} WHERE {where} AND {self.seen}"
            f" ORDER BY batch_id, source_file, source_row LIMIT {MOST}"
        ).to_dicts()
        if len(rows) == MOST or self.seen != EVERY_ROW:
            count = self.reading.frame(f"SELECT count(*) FROM snapshot.{quoted(table.name)} WHERE {where}")
            if more := int(count.item()) - len(rows):
                place = f"{relation} {table.name}"
                self.left_out[place] = self.left_out.get(place, 0) + more
        for row in rows:
            origin = {name: row.pop(name) for name in PROVENANCE}
            taken = SourceRow(relation=relation, table=table.name, values=row, **origin)
            self.found.setdefault(taken.place, taken)


def _equal(table: Table, column: str, values: set[str]) -> str:
    kind = {c.name: c.sql_type for c in table.columns}.get(column, "VARCHAR")
    listed = ", ".join(f"try_cast({literal(value)} AS {kind})" for value in sorted(values))
    return f"{quoted(column)} IN ({listed})"


def _made_of(table: Table, columns: list[str], value: str | None, item_key: str) -> str:
    """Return the condition that one of these columns, or several joined by `/`, hold a value of the key."""
    if value is None:
        # a name with a bar in it: the key cannot be taken apart, but it holds the value
        return " OR ".join(f"contains({literal(item_key)}, CAST({quoted(c)} AS VARCHAR))" for c in columns)
    if value == "":
        return " AND ".join(f"{quoted(column)} IS NULL" for column in columns)
    ways = [_equal(table, column, {value}) for column in columns]
    if "/" in value:
        for pair in permutations(columns, 2):
            joined = " || '/' || ".join(f"CAST({quoted(column)} AS VARCHAR)" for column in pair)
            ways.append(f"{joined} = {literal(value)}")
    return " OR ".join(ways)
