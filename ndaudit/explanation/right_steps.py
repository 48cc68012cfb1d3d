"""The steps up to the day the right arises: person, months of service, children, conditions of the law."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ndaudit.explanation.facts import Facts, Row
from ndaudit.explanation.told import Ground, Month, Months, Section, Step, Word

Period = tuple[date, date]
ALWAYS = date(1900, 1, 1)
"""In the populations: known from the beginning, because the labour book itself says it."""
FIRST_OF_1995 = date(1995, 1, 1)


def grounds(facts: Facts, day: date, *names: str) -> tuple[Ground, ...]:
    """Return the parameters of the law of those names on a day."""
    return tuple(Ground(facts.catalogue.law[name], day) for name in names)


def who(facts: Facts, named: str, office: str) -> Section:
    """Return who is spoken of, and by the law of which day."""
    person = facts.person
    values = {
        "person": named,
        "birth": person["birth_date"],
        "sex": Word("sex", person["sex"] or "unknown"),
        "office": office,
    }
    return Section(
        "who", (Step("who", values), Step("on_award" if facts.is_award else "on_export", {"day": facts.on}))
    )


def _without(period: Period, others: list[Period]) -> Iterator[Period]:
    """Yield the parts of a period that none of the others covers."""
    start, end = period
    for first, before in sorted(others):
        if first > start:
            yield start, min(first, end)
        start = max(start, before)
        if start >= end:
            return
    if start < end:
        yield start, end


def _before_1995(facts: Facts) -> Iterator[Step]:
    proven = [row for row in facts.periods if row["reading"] == "proven"]
    for row in proven:
        name = "period_book" if row["known_on"] == ALWAYS else "period_paper"
        last = row["ends_before"] - timedelta(days=1)
        values = {"first": row["starts_on"], "last": last, "work": Word("work", row["work"])}
        yield Step(name, values | {"known": row["known_on"]})
    covered = [(row["starts_on"], row["ends_before"]) for row in proven]
    claimed = [row for row in facts.periods if row["reading"] == "claimed"]
    for first, before in _apart([(row["starts_on"], row["ends_before"]) for row in claimed], covered):
        yield Step("period_unproven", {"first": first, "last": before - timedelta(days=1)})


def _apart(claimed: list[Period], covered: list[Period]) -> list[Period]:
    return sorted({part for period in claimed for part in _without(period, covered) if part[0] < part[1]})


def _since_1995(facts: Facts) -> Iterator[Step]:
    for row in facts.stretches:
        first, last = Month(row["first_month"]), Month(row["last_month"])
        values = {"first": first, "last": last, "months": Months(row["months"])}
        law = grounds(facts, row["first_month"], "exempted_months") if row["evidence"] == "exempted" else ()
        yield Step(f"stretch_{row['evidence']}", values, law)


def _award(facts: Facts) -> Row | None:
    return next((row for row in facts.sheets if row["kind"] == "initial"), None)


def months_known(facts: Facts) -> tuple[int, int]:
    """Return the months proven before 1995 and from 1995 on."""
    sheet = _award(facts)
    if sheet is not None:
        beside = sheet["months_book"] + sheet["months_reference"] + sheet["months_court"]
        return sheet["months_before_proven"], sheet["months_ledger"] + beside
    known = facts.known.get("all")
    return (known["months_before"], known["months_after"]) if known else (0, 0)


def _beside(facts: Facts) -> Iterator[Step]:
    """Yield the months the ledger does not hold and something else proves."""
    sheet = _award(facts)
    if sheet is None:
        return
    for name in ("book", "reference", "court"):
        if months := sheet[f"months_{name}"]:
            yield Step(f"beside_{name}", {"months": Months(months)})


def service(facts: Facts) -> Section:
    """Return the months of service by kind and period, each with what proves it."""
    before, after = months_known(facts)
    steps = [*_before_1995(facts)]
    law = grounds(facts, facts.on, "service_month_days") if before else ()
    steps.append(Step("total_before", {"months": Months(before)}, law))
    steps += [*_since_1995(facts), *_beside(facts)]
    steps.append(Step("total_after", {"months": Months(after)}))
    steps += [
        Step("in_condition", {"work": Word("work", name), "months": Months(_both(row))})
        for name, row in facts.known.items()
        if name != "all" and _both(row)
    ]
    return Section("service", tuple(steps))


def _both(row: Row) -> int:
    return int(row["months_before"] + row["months_after"])


def children(facts: Facts) -> Section | None:
    """Return the children that count and the months they add; None for whom the law knows none."""
    count = facts.asked["children"] if facts.asked else 0
    if not count:
        return None
    law = grounds(facts, facts.on, "child_service_months", "child_service_least_months")
    each = law[0].parameter.on(facts.on)
    least = law[1].parameter.on(facts.on)
    paid = sum(months_known(facts))
    values: dict[str, Any] = {"children": count, "paid": Months(paid)}
    if each is None or each.value is None or least is None or least.value is None:
        return Section("children", (Step("children_unknown", values, law),))
    enough = facts.person["sex"] == "F" and paid >= least.value
    months = Months(int(each.value) * count)
    name = "children_counted" if enough else "children_not_counted"
    named = values | {"each": int(each.value), "months": months, "least": Months(int(least.value))}
    steps = [Step(name, named, law)]
    if facts.asked and facts.asked["children_raised_on"]:
        raised = {"day": facts.asked["children_raised_on"]}
        steps.append(Step("children_raised", raised, grounds(facts, facts.on, "mother_children_least")))
    return Section("children", tuple(steps))


def _named(row: Row) -> Word:
    fewer = row["way"] == "fewer"
    return Word("condition", f"{row['condition']}_fewer" if fewer else row["condition"])


def _reached(day: date | None) -> date | Word:
    if day is None:
        return Word("reached", "never")
    return Word("reached", "before_1995") if day < FIRST_OF_1995 else day


def _condition(facts: Facts, row: Row) -> Step:
    names = ["required_months_full"] if row["is_full"] else []
    names += ["risen_age"] if row["risen_age_basis"] else []
    condition = Ground(facts.catalogue.law["old_age_condition"], row["holds_from"], row["basis"])
    values = {
        "condition": _named(row),
        "from": row["holds_from"],
        "age": Months(row["age_months"]),
        "age_on": row["age_on"],
        "service": Months(row["service_months"]),
        "in_condition": Months(row["condition_months"] or 0),
        "service_on": _reached(row["service_on"]),
        "right_on": row["right_on"] or Word("right", "never"),
        "basis": Word("basis", row["risen_age_basis"] or "none"),
    }
    name = "condition_worked" if row["condition_months"] else "condition"
    name += "_risen" if row["risen_age_basis"] else ""
    return Step(name, values, (condition, *grounds(facts, row["holds_from"], *names)))


def _spoken_of(facts: Facts) -> list[Row]:
    """Return the conditions that gave a right, then, by their last version, those still open to the person.

    Work in a condition the person never worked in is not spoken of, nor is a mother's without the children it
    asks for.
    """
    recorded = [row for row in facts.opened if row["is_recorded"]]
    arisen = [row for row in recorded if row["right_on"]]
    done = {(row["condition"], row["way"]) for row in arisen}
    last = {(row["condition"], row["way"]): row for row in recorded}
    worked = {name for name, row in facts.known.items() if _both(row)}
    return arisen + [
        row
        for way, row in last.items()
        if way not in done and (row["condition_months"] is None or row["condition"] in worked)
    ]


def right(facts: Facts) -> Section:
    """Return each condition open to the person, and the day the right arises first."""
    missing = [name for name in ("birth_date", "sex") if facts.person[name] is None]
    if missing:
        return Section("right", tuple(Step(f"no_{name}", {}) for name in missing))
    steps = [_condition(facts, row) for row in _spoken_of(facts)]
    if facts.first is None:
        return Section("right", (*steps, Step("right_none", {"day": facts.on})))
    values = {
        "condition": _named(facts.first),
        "right_on": facts.first["right_on"],
    }
    return Section("right", (*steps, Step("right_first", values)))
