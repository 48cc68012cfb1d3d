"""`ndaudit evidence`: the folder or zip of one finding."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ndaudit.cli.commands import Debug, Folder, Json, Lang, app
from ndaudit.cli.options import Surroundings, surroundings

if TYPE_CHECKING:
    from ndaudit.evidencing import Made


@app.command(help="cli.evidence")
def evidence(
    finding: Annotated[str, typer.Argument(help="cli.argument_finding", metavar="FINDING")],
    run_id: Annotated[str | None, typer.Option("--run", help="cli.option_run", metavar="RUN")] = None,
    out: Annotated[Path | None, typer.Option(help="cli.option_evidence_out", metavar="DIR")] = None,
    as_zip: Annotated[bool, typer.Option("--zip", help="cli.option_zip")] = False,
    asked: Annotated[bool, typer.Option("--unmask", help="cli.option_leave_data")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="cli.option_leave_reason")] = None,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Make the evidence of one finding, to be checked with sha256sum."""
    from ndaudit.evidencing import make_evidence
    from ndaudit.findings import current_run, read_run
    from ndaudit.reading import open_reading

    around = surroundings(folder, lang, as_json)
    run = read_run(around.workbench, run_id) if run_id else current_run(around.workbench)
    with open_reading(around.workbench, run) as reading:
        made = make_evidence(reading, finding, out=out, as_zip=as_zip, asked=asked, reason=reason)
    _print(around, made)


def _print(around: Surroundings, made: "Made") -> None:
    from ndaudit.notation import count

    shown = around.shown(made.path)
    if around.as_json:
        around.print_json(
            {
                "finding_id": made.finding_id,
                "path": shown,
                "rows": made.rows,
                "files": made.files,
                "left_out": dict(made.left_out),
                "sums_sha256": made.sums_sha256,
            }
        )
        return
    around.tell(
        "proof.done", finding=made.finding_id, path=shown, rows=count(made.rows), files=count(made.files)
    )
    for what, rows in made.left_out.items():
        around.tell("proof.left_out", what=what, rows=count(rows))
    around.tell("proof.checked_by", sums=made.sums_sha256)
