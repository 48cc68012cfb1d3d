"""A sample in its folder of the workbench, step by step: plan, select, evaluate, and verify by an outsider.

The plan, the seed and the hash of the population stand in the ledger before an item is drawn.
"""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from ndaudit import ledger
from ndaudit.durable import write_durably
from ndaudit.errors import RefusedError, UsageError
from ndaudit.periods import read_period
from ndaudit.reading import open_snapshot
from ndaudit.sampling.drawing import Hit, Item, allocate, draw_items, draw_units
from ndaudit.sampling.frame import list_items, read_items, write_items
from ndaudit.sampling.paper import Answer, read_answers
from ndaudit.sampling.plan import NAME, Aim, Plan, check_aim, plan_from, size_of
from ndaudit.sampling.result import Result, attribute_result, monetary_result
from ndaudit.snapshots import file_hash
from ndaudit.tables import read_tables
from ndaudit.workbench import Workbench

PLAN, POPULATION, DRAWN, PAPER, RESULT = (
    "plan.json",
    "population.csv",
    "drawn.csv",
    "working_paper.xlsx",
    "result.json",
)
HEAD = ("item_key", "value", "stratum", "times", "certain")
CERTAIN = "yes"


@dataclass(frozen=True)
class Drawn:
    """What was drawn, and with which interval (tögrög; None for a sample of items)."""

    hits: tuple[Hit, ...]
    interval: Fraction | None


def folder_of(workbench: Workbench, name: str) -> Path:
    """Return the folder of a sample.

    Raises:
        UsageError: the name is not one a sample can have.
    """
    if not NAME.fullmatch(name):
        raise UsageError("usage.bad_sample_name", came=name)
    return workbench.data / "samples" / name


def read_plan(workbench: Workbench, name: str) -> Plan:
    """Return the plan of a sample.

    Raises:
        UsageError: nothing was planned under this name.
    """
    path = folder_of(workbench, name) / PLAN
    if not path.is_file():
        there = sorted(p.parent.name for p in (workbench.data / "samples").glob(f"*/{PLAN}"))
        raise UsageError("usage.no_sample", came=name, allowed=", ".join(there) or "—")
    return plan_from(json.loads(path.read_text("utf-8")))


def plan(workbench: Workbench, aim: Aim) -> Plan:
    """List the population, compute the size, and write both into the ledger.

    Raises:
        UsageError: the name is taken, or table, column or period are unknown.
        RefusedError: no sample proves what is asked, or there is nothing to draw from.
    """
    check_aim(aim)
    folder = folder_of(workbench, aim.name)
    if (folder / PLAN).exists():
        raise UsageError("usage.sample_exists", came=aim.name)
    tables = read_tables(workbench.expectations / "tables")
    if aim.table not in tables:
        raise UsageError("usage.unknown_sample_table", came=aim.table, allowed=", ".join(tables))
    with open_snapshot(workbench) as (snapshot, con):
        items, apart = read_items(
            con,
            tables[aim.table],
            value=aim.value,
            stratum=aim.stratum,
            office=aim.office,
            period=read_period(aim.period) if aim.period else None,
        )
    if len(items) < 2:
        raise RefusedError("sampling.nothing_to_draw", table=aim.table, there=len(items))
    size, allowed = size_of(aim, len(items))
    workbench.private_folder(folder)
    digest = write_items(folder / POPULATION, items)
    workbench.protect(folder / POPULATION)
    total = sum((item.value for item in items), Decimal(0)) if aim.value else None
    made = Plan(aim, snapshot.id, len(items), total, apart, digest, size, allowed)
    ledger.append(workbench, "sample_plan", **made.document())
    _write(workbench, folder / PLAN, made.document())
    return made


def _write(workbench: Workbench, path: Path, document: Mapping[str, Any]) -> None:
    write_durably(path, json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n")
    workbench.protect(path)


def draw(made: Plan, items: list[Item], size: int) -> Drawn:
    """Return what the plan draws from its population; the same for everybody who asks."""
    if made.aim.method == "mus":
        hits, interval = draw_units(items, size, made.aim.seed, made.aim.selection)
        return Drawn(tuple(hits), Fraction(interval, 100))
    sizes: dict[str, int] = {}
    for item in items:
        sizes[item.stratum] = sizes.get(item.stratum, 0) + 1
    least = 2 if made.aim.value and len(sizes) > 1 else 1
    return Drawn(tuple(draw_items(items, allocate(sizes, size, least), made.aim.seed)), None)


def select(workbench: Workbench, name: str, more: int = 0) -> Drawn:
    """Draw the planned items, or `more` than planned: what was drawn before stays drawn.

    Raises:
        RefusedError: the population file was changed since, or this sample cannot be made larger.
    """
    made = read_plan(workbench, name)
    _check_recorded(workbench, made)
    folder = folder_of(workbench, name)
    items = _population(folder, made)
    if more and made.aim.method == "mus":
        raise RefusedError("sampling.units_cannot_grow")
    grown = replace(made, size=made.size + more)
    if more and grown.size > made.items:
        raise RefusedError("sampling.too_few", wanted=grown.size, there=made.items)
    drawn = draw(grown, items, grown.size)
    _write_drawn(folder / DRAWN, drawn)
    workbench.protect(folder / DRAWN)
    ledger.append(
        workbench,
        "sample_select",
        name=name,
        size=grown.size,
        drawn=len(drawn.hits),
        drawn_sha256=file_hash(folder / DRAWN),
    )
    if more:
        _write(workbench, folder / PLAN, grown.document())
    return drawn


def _population(folder: Path, made: Plan) -> list[Item]:
    found = file_hash(folder / POPULATION)
    if found != made.population_sha256:
        raise RefusedError(
            "sampling.population_changed", promised=made.population_sha256[:16], found=found[:16]
        )
    return list_items(folder / POPULATION)


def _write_drawn(path: Path, drawn: Drawn) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEAD)
        for hit in drawn.hits:
            certain = CERTAIN if hit.certain else ""
            writer.writerow((hit.item.key, hit.item.value, hit.item.stratum, hit.times, certain))


@dataclass(frozen=True)
class Redrawn:
    """A sample drawn once more from its population file.

    Attributes:
        differing: the keys that were drawn otherwise.
    """

    plan: Plan
    items: list[Item]
    drawn: Drawn
    differing: list[str]


def redraw(workbench: Workbench, name: str) -> Redrawn:
    """Draw a sample once more.

    Raises:
        RefusedError: see `differences`.
    """
    made = read_plan(workbench, name)
    folder = folder_of(workbench, name)
    if not (folder / DRAWN).is_file():
        raise RefusedError("sampling.nothing_drawn", name=name)
    _check_recorded(workbench, made)
    items = _population(folder, made)
    drawn = draw(made, items, made.size)
    with (folder / DRAWN).open(encoding="utf-8", newline="") as handle:
        listed = {(row["item_key"], int(row["times"])) for row in csv.DictReader(handle)}
    differing = sorted({key for key, _ in listed ^ {(hit.item.key, hit.times) for hit in drawn.hits}})
    return Redrawn(made, items, drawn, differing)


def _check_recorded(workbench: Workbench, made: Plan) -> None:
    """Refuse a plan that is not the one the ledger recorded before anything was drawn."""
    asked = json.loads(json.dumps(made.document(), default=str))
    for entry in ledger.read(workbench):
        # a sample may grow after it was planned; nothing else of a plan may change
        if entry.event == "sample_plan" and {**entry.details, "size": asked["size"]} == asked:
            return
    raise RefusedError("sampling.not_recorded", name=made.aim.name)


def differences(workbench: Workbench, name: str) -> list[str]:
    """Draw again from the population file alone and return the keys that were drawn otherwise.

    Raises:
        RefusedError: the population file was changed, nothing has been drawn, or the plan is not the one the
            ledger recorded before the items were drawn.
    """
    return redraw(workbench, name).differing


def evaluate(workbench: Workbench, name: str, paper: Path | None = None) -> tuple[Plan, Result]:
    """Read the filled working paper and return the plan and what the sample proves.

    Raises:
        RefusedError: nothing was drawn, the drawn items or the paper do not fit the plan.
    """
    again = redraw(workbench, name)
    if again.differing:
        raise RefusedError("sampling.drawn_otherwise", count=len(again.differing))
    folder = folder_of(workbench, name)
    filled = paper or folder / PAPER
    answers = read_answers(filled, again.drawn.hits)
    if not answers:
        raise RefusedError("sampling.nothing_filled", where=filled.name)
    result = result_of(again.plan, again.items, again.drawn, answers)
    sha256 = {"paper_sha256": file_hash(filled), "drawn_sha256": file_hash(folder / DRAWN)}
    ledger.append(workbench, "sample_evaluate", name=name, **sha256, result=result.document())
    said = {key: vars(answer) for key, answer in answers.items()}
    _write(workbench, folder / RESULT, result.document() | sha256 | {"answers": said})
    return again.plan, result


def result_of(made: Plan, items: list[Item], drawn: Drawn, answers: Mapping[str, Answer]) -> Result:
    """Return what the answers prove, by the method of the plan."""
    if drawn.interval is not None:
        return monetary_result(made, drawn.interval, drawn.hits, answers)
    return attribute_result(made, items, drawn.hits, answers)
