"""The words of one language for the codes a report shows: offices, tables, columns, rules, clauses, areas."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ndaudit.clauses import Clause, read_clauses
from ndaudit.law import Reference
from ndaudit.law_notes import last_known, outdated_sentence, own_values, reference, written
from ndaudit.offices import Office, read_offices
from ndaudit.reading import Reading
from ndaudit.wording import Language, say, sentences


@dataclass(frozen=True)
class Lexicon:
    """Words for codes; a code nobody declared stands for itself."""

    reading: Reading
    lang: Language

    @cached_property
    def _offices(self) -> dict[str, Office]:
        return read_offices(self.reading.run.folder / "expectations" / "offices.toml")

    @cached_property
    def _clauses(self) -> dict[str, Clause]:
        return read_clauses(self.reading.run.folder / "expectations" / "clauses.toml")

    @cached_property
    def _duties(self) -> dict[str, Clause]:
        return read_clauses(self.reading.run.folder / "expectations" / "duties.toml")

    @property
    def tiles(self) -> list[Office]:
        """The offices that have a place on the map of tiles."""
        return [office for office in self._offices.values() if office.tile is not None]

    def office(self, code: str | None) -> str:
        """Return the short name of an office, or the country's when there is no code."""
        if not code:
            return say("reports.country", self.lang)
        office = self._offices.get(code)
        return office.name.within(self.lang) if office else code

    def office_in_full(self, code: str | None) -> str:
        """Return the name of an office as a report's cover says it."""
        if not code:
            return say("reports.country_in_full", self.lang)
        office = self._offices.get(code)
        if office is None:
            return say("reports.office_unnamed", self.lang, code=code)
        return say(f"reports.office_{office.kind}", self.lang, name=office.name.within(self.lang))

    def table(self, name: str) -> str:
        """Return the title of a table of the data dictionary."""
        table = self.reading.catalogue.tables.get(name)
        return table.title.within(self.lang) if table else name

    def column(self, table: str, column: str) -> str:
        """Return the title of a column of the data dictionary."""
        found = self.reading.catalogue.tables.get(table)
        titles = {c.name: c.title.within(self.lang) for c in found.columns} if found else {}
        return titles.get(column, column)

    def rule(self, rule_id: str) -> str:
        """Return the title of a rule."""
        rule = self.reading.catalogue.rules.get(rule_id)
        return rule.title.within(self.lang) if rule else rule_id

    def clause(self, number: str) -> str:
        """Return the title of a clause of Order 163, and why no rule speaks of it where none can."""
        return self._listed(self._clauses, number)

    def duty(self, number: str) -> str:
        """Return the title of a duty of the job description, and why no rule speaks of it where none can."""
        return self._listed(self._duties, number)

    def _listed(self, clauses: Mapping[str, Clause], number: str) -> str:
        clause = clauses.get(number)
        if clause is None:
            return number
        title = clause.title.within(self.lang)
        return f"{title}. {clause.not_shown.within(self.lang)}" if clause.not_shown else title

    def area(self, code: str) -> str:
        """Return the name of an area of the rule catalogue."""
        return self._said("reports", f"area_{code}", code)

    def severity(self, code: str) -> str:
        """Return the name of a severity."""
        return self._said("reports", f"severity_{code}", code)

    def reason(self, code: str) -> str:
        """Return why a value or row was rejected, in words."""
        return self._said("reports", f"reason_{code}", code)

    def word(self, column: str, code: str) -> str:
        """Return the word for a code in a column: what `sentences/words.toml` calls `<column>_<code>`."""
        return self._said("words", f"{column}_{code}", code)

    def assumption(self, kind: str, name: str) -> str:
        """Return as a sentence what findings rest on: an assumption, or what is to be said of a law value."""
        if kind == "assumption":
            return self._said("assumptions", name, name)
        parameter = self.reading.catalogue.law[name]
        if kind == "own":
            return " ".join(own.sentence(self.lang) for own in own_values([parameter]))
        if kind == "outdated":
            return outdated_sentence(parameter, self.lang)
        return say("reports.unconfirmed_law", self.lang, title=parameter.title.within(self.lang))

    def criteria(self, cited: Iterable[str]) -> str:
        """Return what a rule rests on, each act with its clause, from `act clause`."""
        parts = [one.partition(" ") for one in cited]
        return "; ".join(reference(Reference(act, clause, None), self.lang) for act, _, clause in parts)

    def law(self, name: str) -> str:
        """Return the title of a parameter of the law."""
        return self.reading.catalogue.law[name].title.within(self.lang)

    def law_value(self, name: str) -> str:
        """Return the last value on file of a parameter of the law, with its unit."""
        parameter = self.reading.catalogue.law[name]
        last = last_known(parameter)
        return written(parameter, last, self.lang) if last else say("law.unknown", self.lang)

    def _said(self, area: str, key: str, code: str) -> str:
        found = sentences(area).get(key)
        return found.within(self.lang) if found else code
