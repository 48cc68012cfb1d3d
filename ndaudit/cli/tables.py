"""What load, check and report print at their end."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from rich.console import Console
from rich.table import Table

from ndaudit.cli.costing import COST_FIGURES, COST_HEADS, costs_of, print_costs
from ndaudit.cli.options import Surroundings
from ndaudit.findings import Run
from ndaudit.law import read_law
from ndaudit.law_notes import outdated
from ndaudit.notation import count, money

if TYPE_CHECKING:
    from ndaudit.costs import Meter
    from ndaudit.intake import LoadSummary
    from ndaudit.reporting import Published


def plain_table(around: Surroundings, heads: Sequence[str], numeric: Sequence[str] = ("seconds",)) -> Table:
    """Return an empty table with these headings; figures stand to the right."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in heads:
        aligned: Literal["right", "left"] = "right" if head in numeric else "left"
        table.add_column(around.say(f"cli.head_{head}"), justify=aligned, overflow="fold")
    return table


def print_load(around: Surroundings, summary: "LoadSummary") -> None:
    """Print rows in, loaded and rejected per table, or the JSON document."""
    if around.as_json:
        around.print_json(asdict(summary))
        return
    for batch in summary.batches:
        if batch.already_loaded:
            around.tell("cli.load_known", batch=batch.batch_id)
            continue
        around.tell("cli.load_batch", batch=batch.batch_id, office=batch.office_code)
        counts = ("rows_in", "rows_loaded", "rows_rejected", "values_rejected", "appeared", "changed", "went")
        # letters of old code pages nobody can be sure of: rare, so the column stands there only when needed
        unsure = ("values_uncertain",) if any(file.values_uncertain for file in batch.files) else ()
        table = plain_table(around, ("table", "file", *counts, *unsure), numeric=(*counts, *unsure))
        changes = {change.table: (change.appeared, change.changed, change.went) for change in batch.changes}
        for file in batch.files:
            figures = (file.rows_in, file.rows_loaded, file.rows_rejected, file.values_rejected)
            # a table that came in parts is compared as a whole: its figures stand beside the first part
            change = changes.pop(file.table, ())
            cells = [count(figure) for figure in (*figures, *change)]
            cells += [""] * (len(counts) - len(cells))
            cells += [count(file.values_uncertain)] if unsure else []
            table.add_row(file.table, file.source_file, *cells)
        around.console().print(table)
    if summary.snapshot:
        around.tell("cli.load_done", snapshot=summary.snapshot)
    else:
        around.tell("cli.load_nothing")


def print_run(around: Surroundings, run: Run, meter: "Meter | None" = None) -> None:
    """Print one line per rule, or the JSON document of the contract; with a meter, what each step cost."""
    costs = costs_of(around, run, meter) if meter else []
    if around.as_json:
        explained = {"explain": [asdict(cost) for cost in costs]} if meter else {}
        around.print_json(run_document(run) | explained)
    else:
        counts = ("population", "met", "exceptions", "undetermined", "effect")
        table = plain_table(around, ("rule", "severity", *counts), numeric=counts)
        for total in run.totals:
            figures = (total.population, total.met, total.exceptions, total.undetermined)
            effect = money(total.effect, sign=True) if total.effect else ""
            style = "bold" if total.exceptions and total.severity == "C" else None
            table.add_row(total.rule_id, total.severity, *map(count, figures), effect, style=style)
        around.console().print(table)
        around.tell(
            "cli.check_done" if run.full else "cli.check_partial", run=run.id, folder=around.shown(run.folder)
        )
        print_costs(around, plain_table(around, COST_HEADS, numeric=COST_FIGURES), costs)
    for failure in run.failures:
        around.tell("cli.check_failure", rule=failure.rule_id, why=failure.why)


def tell_change(around: Surroundings, run: Run) -> None:
    """Say what an incremental check decided anew."""
    if run.change is None:
        around.tell("cli.check_not_followed")
        return
    offices = ", ".join(run.change.offices) or "–"
    around.tell("cli.check_followed", run=run.change.run, offices=offices, rules=len(run.change.in_full))


def warn_of_law(around: Surroundings) -> None:
    """Say in one line on standard error which values of the law may be out of date, if any."""
    law = read_law(around.workbench.expectations / "law", around.workbench.own_law)
    old = [parameter.name for parameter in outdated(law.values(), date.today())]
    if old:
        line = around.say("law.outdated_many", count=len(old), names=", ".join(old))
        Console(stderr=True, highlight=False).print(line, markup=False, soft_wrap=True)


def run_document(run: Run) -> dict[str, Any]:
    """Return the JSON document of `ndaudit check --json`."""
    keys = ("rule_id", "population", "met", "exceptions", "undetermined")
    rules = [
        {key: getattr(total, key) for key in keys} | {"effect": str(total.effect)} for total in run.totals
    ]
    return {"run_id": run.id, "snapshot": run.snapshot, "rules": rules}


def print_published(around: Surroundings, published: "Sequence[Published]") -> bool:
    """Print the run table of reports; return whether all were published."""
    good = all(item.failure is None for item in published)
    if around.as_json:
        around.print_json(
            [{**asdict(item), "path": str(item.path) if item.path else None} for item in published]
        )
        return good
    table = plain_table(around, ("notebook", "office", "state", "seconds", "file"))
    for item in published:
        state = around.say("cli.state_published" if item.failure is None else "cli.state_failed")
        table.add_row(
            item.name,
            item.office or "—",
            state,
            f"{item.seconds:.1f}",
            str(item.path or item.failure),
            style=None,
        )
    around.console().print(table)
    return good
