"""What `check --explain` prints: the cost of every kept population and every rule, dearest first."""

from collections.abc import Sequence

from rich.table import Table

from ndaudit.catalogue import read_catalogue
from ndaudit.cli.options import Surroundings
from ndaudit.costs import Meter, StepCost
from ndaudit.findings import Run
from ndaudit.notation import count

COST_FIGURES = (
    "passes", "rows_read", "items", "times_read", "cpu_seconds", "seconds", "memory_mb", "spilled_mb"
)  # fmt: skip
COST_HEADS = ("step", "kind", *COST_FIGURES)
_MEGABYTE = 1_000_000


def costs_of(around: Surroundings, run: Run, meter: Meter) -> list[StepCost]:
    """Return what the steps of a run cost, dearest first."""
    return meter.costs(
        read_catalogue(around.workbench), {total.rule_id: total.population for total in run.totals}
    )


def print_costs(around: Surroundings, table: Table, costs: Sequence[StepCost]) -> None:
    """Print one line per step and the sum; nothing when nothing was measured."""
    if not costs:
        return
    for cost in costs:
        table.add_row(
            cost.name,
            around.say(f"cli.kind_{cost.kind}"),
            *map(count, (cost.passes, cost.rows_read, cost.rows)),
            count(cost.read) if cost.kind == "population" else "",
            f"{cost.cpu_seconds:.2f}",
            f"{cost.seconds:.2f}",
            count(round(cost.memory / _MEGABYTE)),
            count(round(cost.spilled / _MEGABYTE)),
        )
    around.console().print(table)
    around.tell(
        "cli.explain_done",
        steps=len(costs),
        cpu=f"{sum(cost.cpu_seconds for cost in costs):.1f}",
        memory=count(round(max(cost.memory for cost in costs) / _MEGABYTE)),
    )
