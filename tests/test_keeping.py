"""The plan that is kept from one incremental check to the next, and made anew whenever it may not hold."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ndaudit.catalogue import Catalogue
from ndaudit.increment.keeping import Standing, planned
from ndaudit.increment.plan import Plan
from ndaudit.increment.touching import Loose
from ndaudit.populations import Population
from ndaudit.rules import Rule

LOOSE: Loose = frozenset({("contribution", "employer_no")})
NAMED = ("PER-01", "CON-03", "CON-05")


def none_stands(populations: Sequence[Population]) -> frozenset[str]:
    return frozenset()


def all_stand(populations: Sequence[Population]) -> frozenset[str]:
    return frozenset(one.name for one in populations)


class Making:
    """Makes a plan with something of everything, and counts how often."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue, self.times = catalogue, 0
        self.rules = [catalogue.rules[name] for name in NAMED]

    def __call__(self, ask: Standing) -> Plan:
        self.times += 1
        ask([self.catalogue.populations["inspector_posting"]])
        person, firm, across = self.rules
        return Plan(
            by_circle={"family": (person,), "firm": (firm,)},
            in_full=(across,),
            owned=frozenset({person.id}),
            named={firm.id: "employer_no"},
            whole=frozenset({"contribution"}),
            columns={"person": frozenset({"person_id", "birth_date"})},
            loose=LOOSE,
        )

    def planned(
        self,
        path: Path,
        rules: Sequence[Rule] | None = None,
        loose: Loose = LOOSE,
        standing: Standing = none_stands,
        catalogue: Catalogue | None = None,
    ) -> Plan:
        return planned(path, catalogue or self.catalogue, rules or self.rules, loose, standing, self)


@pytest.fixture
def making(catalogue: Catalogue) -> Making:
    return Making(catalogue)


def test_a_plan_is_made_once_and_read_as_it_was(tmp_path: Path, making: Making) -> None:
    path = tmp_path / "plan.json"
    made = making.planned(path)
    assert making.planned(path) == made
    assert making.times == 1
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_plan_of_something_else_is_made_anew(tmp_path: Path, making: Making) -> None:
    path = tmp_path / "plan.json"
    making.planned(path)
    making.planned(path, rules=making.rules[:2])
    assert making.times == 2
    making.planned(path)
    making.planned(path, loose=frozenset())
    assert making.times == 4
    making.planned(path)
    making.planned(path, catalogue=replace(making.catalogue, hash="0" * 64))
    assert making.times == 6


def test_a_plan_holds_while_the_same_populations_stand(tmp_path: Path, making: Making) -> None:
    """What was taken for unchanged when it was made has to be unchanged by this delivery too."""
    path = tmp_path / "plan.json"
    making.planned(path, standing=all_stand)
    making.planned(path, standing=all_stand)
    assert making.times == 1
    making.planned(path, standing=none_stands)
    assert making.times == 2


def unread(path: Path) -> None:
    path.write_text("{", "utf-8")


def not_text(path: Path) -> None:
    path.write_bytes(b"\xff\xfe")


def other_shape(path: Path) -> None:
    path.write_text("[1]", "utf-8")


def changed_by_hand(path: Path) -> None:
    held = json.loads(path.read_text("utf-8"))
    held["kept"]["plan"]["in_full"] = []
    path.write_text(json.dumps(held), "utf-8")


@pytest.mark.parametrize("damage", [unread, not_text, other_shape, changed_by_hand, Path.unlink])
def test_a_plan_that_was_damaged_is_made_anew(
    tmp_path: Path, making: Making, damage: Callable[[Path], None]
) -> None:
    path = tmp_path / "plan.json"
    made = making.planned(path)
    damage(path)
    assert making.planned(path) == made
    assert making.times == 2
    assert making.planned(path) == made
    assert making.times == 2
