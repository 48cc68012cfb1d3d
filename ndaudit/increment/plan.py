"""How the rules of a catalogue are decided after a delivery; apart: a plan that was kept is only read."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ndaudit.catalogue import Catalogue
from ndaudit.increment.circles import Circle
from ndaudit.increment.touching import Loose
from ndaudit.populations import in_order
from ndaudit.rules import Rule


@dataclass(frozen=True)
class Plan:
    """How the rules of a catalogue are decided after a delivery.

    Attributes:
        by_circle: rules whose items depend on one circle each, by the name of the circle.
        in_full: rules that look across circles.
        owned: ids of rules of circles whose items each carry the office that delivered a row of their circle.
        named: the column that numbers the circle of an item, by id of a rule; for circles with others beside.
        whole: tables that circles beside may look at beyond the rows these name.
        columns: names of columns that make a difference, by table; of other tables all do.
        untouched: rules of which nothing was touched at all.
        loose: what no row can be found by alone.
    """

    by_circle: Mapping[str, tuple[Rule, ...]]
    in_full: tuple[Rule, ...]
    owned: frozenset[str] = frozenset()
    named: Mapping[str, str] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    untouched: tuple[Rule, ...] = ()
    loose: Loose = frozenset()

    def taking(self, circle: Circle, rules: tuple[Rule, ...]) -> "Plan":
        """Return it with some of the rules that are left decided by circles of one kind."""
        left = tuple(rule for rule in self.in_full if rule not in rules)
        return replace(self, by_circle={**self.by_circle, circle.name: rules}, in_full=left)

    def without(self, circles: Collection[str]) -> "Plan":
        """Return it with the rules of these circles decided in full."""
        kept = {name: rules for name, rules in self.by_circle.items() if name not in circles}
        others = [rule for name in circles for rule in self.by_circle.get(name, ())]
        return replace(self, by_circle=kept, in_full=(*self.in_full, *others))

    @property
    def record(self) -> dict[str, Any]:
        """What is kept of it; not what was touched."""
        return {
            "by_circle": {name: [rule.id for rule in rules] for name, rules in self.by_circle.items()},
            "in_full": [rule.id for rule in self.in_full],
            "owned": sorted(self.owned),
            "named": dict(self.named),
            "whole": sorted(self.whole),
            "columns": {name: sorted(columns) for name, columns in self.columns.items()},
        }

    @classmethod
    def read(cls, raw: Mapping[str, Any], catalogue: Catalogue, loose: Loose) -> "Plan":
        """Return what was kept.

        Raises:
            KeyError: it is no plan, or of other rules.
        """
        return cls(
            by_circle={
                name: tuple(catalogue.rules[one] for one in rules) for name, rules in raw["by_circle"].items()
            },
            in_full=tuple(catalogue.rules[one] for one in raw["in_full"]),
            owned=frozenset(raw["owned"]),
            named=raw["named"],
            whole=frozenset(raw["whole"]),
            columns={name: frozenset(columns) for name, columns in raw["columns"].items()},
            loose=loose,
        )


def kept_populations(catalogue: Catalogue, rules: Iterable[Rule]) -> Catalogue:
    """Return the catalogue with every population kept that more than one rule or population reads."""
    wanted = [rule.population for rule in rules]
    readers = Counter(wanted)
    for part in in_order(catalogue.populations, frozenset(wanted)):
        readers.update(part.reads)
    kept = {
        name: replace(one, materialise=one.materialise or readers[name] > 1)
        for name, one in catalogue.populations.items()
    }
    return replace(catalogue, populations=kept)


def signature(catalogue: Catalogue, rule: Rule) -> str:
    """Return the sha256 over all that decides a rule besides the records delivered."""
    parts = in_order(catalogue.populations, frozenset({rule.population}))
    said = [
        {name: str(value) for name, value in vars(rule).items() if name != "path"},
        [str(part) for part in parts],
        [str(parameter) for parameter in catalogue.law_of(rule)],
        [str(threshold) for threshold in catalogue.thresholds.values()],
        sorted(catalogue.needed_by(rule)),
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
