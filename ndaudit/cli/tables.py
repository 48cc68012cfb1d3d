"""What load, check and report print at their end."""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.table import Table

from ndaudit.cli.options import Surroundings
from ndaudit.findings import Run

if TYPE_CHECKING:
    from ndaudit.intake import LoadSummary
    from ndaudit.reporting import Published

THIN = "\u202f"


def number(value: int | Decimal) -> str:
    """Return a number as people write it: thin spaces between thousands, no decimals."""
    return f"{value:,.0f}".replace(",", THIN)


def _table(around: Surroundings, heads: Sequence[str], numeric_from: int) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for place, head in enumerate(heads):
        table.add_column(around.say(f"cli.head_{head}"), justify="right" if place >= numeric_from else "left")
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
        table = _table(
            around, ("table", "file", "rows_in", "rows_loaded", "rows_rejected", "values_rejected"), 2
        )
        for file in batch.files:
            figures = (file.rows_in, file.rows_loaded, file.rows_rejected, file.values_rejected)
            table.add_row(file.table, file.source_file, *(number(figure) for figure in figures))
        around.console().print(table)
    if summary.snapshot:
        around.tell("cli.load_done", snapshot=summary.snapshot)
    else:
        around.tell("cli.load_nothing")


def print_run(around: Surroundings, run: Run) -> None:
    """Print one line per rule, or the JSON document of the contract."""
    if around.as_json:
        around.print_json(run_document(run))
    else:
        heads = ("rule", "severity", "population", "met", "exceptions", "undetermined", "effect")
        table = _table(around, heads, 2)
        for total in run.totals:
            figures = (total.population, total.met, total.exceptions, total.undetermined, total.effect)
            style = "bold" if total.exceptions and total.severity == "C" else None
            table.add_row(total.rule_id, total.severity, *(number(figure) for figure in figures), style=style)
        around.console().print(table)
        around.tell("cli.check_done" if run.full else "cli.check_partial", run=run.id, folder=run.folder)
    for failure in run.failures:
        around.tell("cli.check_failure", rule=failure.rule_id, why=failure.why)


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
    table = _table(around, ("notebook", "office", "state", "seconds", "file"), 9)
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
