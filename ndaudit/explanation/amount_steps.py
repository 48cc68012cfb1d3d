"""The steps from the window of wages to the lawful amount, one determination after the other."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from ndaudit.explanation.facts import Facts, Row
from ndaudit.explanation.right_steps import grounds
from ndaudit.explanation.told import Money, Month, Months, Section, Step, Word


def _last_month(first: date, months: int) -> date:
    place = first.year * 12 + first.month - 1 + months - 1
    return date(place // 12, place % 12 + 1, 1)


def _period(row: Row) -> dict[str, Any]:
    first = row["window_from"]
    return {"first": Month(first), "last": Month(_last_month(first, row["window_months"]))}


def _minimum(row: Row) -> str:
    return "minimum_pension_proportional" if row["condition"] == "proportional" else "minimum_pension_full"


def _window(facts: Facts, row: Row) -> Step:
    values = _period(row) | {"months": row["window_months"], "asked": row["months_asked"]}
    law = grounds(facts, row["effective_from"], "reference_window_months")
    return Step("window" if row["window_months"] == row["months_asked"] else "window_other", values, law)


def _wages(facts: Facts, row: Row) -> Iterator[Step]:
    names = ["wage_coefficient"]
    # the cap speaks of months before 2013 only
    names += ["pre_2013_wage_cap"] if row["window_from"] < date(2013, 1, 1) else []
    law = grounds(facts, row["effective_from"], *names)
    if row["coefficient"] is None or row["counted_sum"] is None:
        period = _period(row)
        yield Step("wages_unknown", period | {"written": _money(row["reference_wage_written"])}, law)
        return
    missing = row["window_months"] - (row["months_with_wages"] or 0)
    values = {"sum": Money(row["counted_sum"]), "months": row["months_with_wages"], "missing": missing}
    yield Step("wages_missing" if missing else "wages", values, law)
    reference = {
        "sum": Money(row["counted_sum"]),
        "months": row["window_months"],
        "wage": _money(row["reference_wage"]),
        "written": _money(row["reference_wage_written"]),
    }
    yield Step("reference_wage", reference)


def _money(amount: Decimal | None) -> Money | None:
    return None if amount is None else Money(amount)


def _rate(facts: Facts, row: Row) -> Iterator[Step]:
    values = {
        "counted": None if row["months_counted"] is None else Months(row["months_counted"]),
        "evidenced": None if row["months_evidenced"] is None else Months(row["months_evidenced"]),
    }
    yield Step("service_counted", values)
    proportional = row["condition"] == "proportional"
    names = ["base_rate"] if proportional else ["base_rate", "base_years", "rate_per_year"]
    law = grounds(facts, row["effective_from"], *names)
    years = {ground.parameter.name: ground.parameter.on(row["effective_from"]) for ground in law}
    values = {
        "rate": row["rate_evidenced"],
        "years": row["whole_years"],
        "months": row["months_evidenced"],
        "written": row["rate_written"],
    } | {name: value.value if value else None for name, value in years.items()}
    yield Step("rate_proportional" if proportional else "rate", values, law)


def _amount(facts: Facts, row: Row) -> Iterator[Step]:
    if row["computed_amount"] is None:
        yield Step("amount_unknown", {"amount": _money(row["amount"])})
        return
    values = {
        "wage": _money(row["reference_wage"]),
        "rate": row["rate_evidenced"],
        "months": row["months_evidenced"],
        "computed": Money(row["computed_amount"]),
    }
    yield Step("computed_proportional" if row["condition"] == "proportional" else "computed", values)
    law = grounds(facts, row["effective_from"], _minimum(row))
    held = {"computed": Money(row["computed_amount"]), "minimum": _money(row["minimum_pension"])}
    if row["minimum_pension"] is None:
        name = "minimum_unknown" if row["lawful_amount"] is None else "minimum_later"
        yield Step(name, held | {"next": _money(row["next_minimum"])}, law)
    else:
        yield Step("minimum_raises" if row["minimum_decides"] else "minimum_kept", held, law)


def _verdict(row: Row) -> Step:
    lawful, amount = row["lawful_amount"], row["amount"]
    values = {"lawful": _money(lawful), "amount": _money(amount)}
    if lawful is None or amount is None:
        return Step("verdict_unknown", values)
    if lawful == amount:
        return Step("verdict_equal", values)
    values["difference"] = Money(abs(amount - lawful))
    return Step("verdict_over" if amount > lawful else "verdict_under", values)


def amounts(facts: Facts) -> Iterator[Section]:
    """Yield the recomputation of each determination that rests on wages."""
    for row in facts.amounts:
        head = {"kind": Word("kind", row["kind"]), "day": row["effective_from"]}
        steps = [Step("determined", head | {"amount": _money(row["amount"])})]
        if row["window_from"] is None or row["window_months"] is None:
            steps.append(Step("no_window", {}))
        else:
            steps += [_window(facts, row), *_wages(facts, row)]
        steps += [*_rate(facts, row), *_amount(facts, row), _verdict(row)]
        yield Section("amount", tuple(steps))
    recomputed = {row["determination_id"] for row in facts.amounts}
    others = [
        Step("not_recomputed", {"kind": Word("kind", row["kind"]), "day": row["effective_from"]})
        for row in facts.sheets
        if row["determination_id"] not in recomputed
    ]
    if others:
        yield Section("amount_other", tuple(others))


def unknown(sections: list[Section]) -> Section | None:
    """Return what the steps needed and nobody knows, each with its day; None when all is known."""
    found: dict[tuple[str, date], Step] = {}
    for step in (step for section in sections for step in section.steps):
        for ground in step.grounds:
            value = ground.parameter.on(ground.day)
            if value is None or not value.is_known:
                named = {"parameter": ground.parameter.name, "title": ground.parameter.title}
                step_of = Step("not_on_file", named | {"day": ground.day})
                found[(ground.parameter.name, ground.day)] = step_of
        if step.name == "wages_unknown":
            first: Month = step.values["first"]
            period = {"first": first, "last": step.values["last"]}
            found[("wages", first.first)] = Step("coefficient_unknown", period)
    return Section("unknown", tuple(found.values())) if found else None


def decided(found: Iterable[tuple[str, str, str]]) -> Section:
    """Return what the run found about the person, from rule, its title and outcome."""
    steps = [
        Step("finding", {"rule": rule, "title": title, "outcome": Word("outcome", outcome)})
        for rule, title, outcome in found
    ]
    return Section("decided", tuple(steps) or (Step("finding_none", {}),))
