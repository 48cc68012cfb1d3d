"""`ndaudit decisions`: decisions between machines, worklists to offices and their answers back."""

from pathlib import Path
from typing import Annotated

import typer

from ndaudit.cli.commands import Debug, Folder, Json, Lang, app
from ndaudit.cli.options import surroundings

File = Annotated[Path, typer.Argument(help="cli.argument_decisions", metavar="FILE")]
OfficeOf = Annotated[str, typer.Option("--office", help="cli.option_worklist_office", metavar="CODE")]

SHOWN = 5
"""How many findings a line names before it only counts."""

decisions = typer.Typer(no_args_is_help=True)
app.add_typer(decisions, name="decisions", help="cli.decisions")


@decisions.command("export", help="cli.decisions_export")
def export(
    file: File, folder: Folder = None, lang: Lang = None, as_json: Json = False, debug: Debug = False
) -> None:
    """Write every entry of the log to a file."""
    from ndaudit.notation import count
    from ndaudit.reviews.exchange import export_decisions

    around = surroundings(folder, lang, as_json)
    entries = export_decisions(around.workbench, file)
    if as_json:
        around.print_json({"entries": entries, "file": str(file)})
        return
    around.tell("reviews.exported", entries=count(entries), where=file)


@decisions.command("import", help="cli.decisions_import")
def take_in(
    file: File, folder: Folder = None, lang: Lang = None, as_json: Json = False, debug: Debug = False
) -> None:
    """Add what another machine decided."""
    from ndaudit.notation import count
    from ndaudit.reviews.exchange import import_decisions

    around = surroundings(folder, lang, as_json)
    taken = import_decisions(around.workbench, file)
    if as_json:
        around.print_json({"entries": taken.added, "left": taken.left, "file": str(file)})
    else:
        around.tell("reviews.imported", entries=count(taken.added), where=file)
    if taken.left:
        shown = ", ".join(taken.left[:SHOWN]) + (", …" if len(taken.left) > SHOWN else "")
        around.tell("reviews.left", where=file, count=count(len(taken.left)), findings=shown)
        raise typer.Exit(1)


@decisions.command("worklist", help="cli.decisions_worklist")
def worklist(
    office: OfficeOf,
    state: Annotated[list[str] | None, typer.Option(help="cli.option_worklist_state")] = None,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write the findings of an office that wait for its answer."""
    from ndaudit.notation import count
    from ndaudit.reviews.worklists import GIVEN_OUT, issue_worklist

    around = surroundings(folder, lang, as_json)
    path, lines = issue_worklist(around.workbench, office, state or GIVEN_OUT, around.lang)
    if as_json:
        around.print_json({"office": office, "findings": lines, "file": around.shown(path)})
        return
    around.tell("reviews.given_out", office=office, findings=count(lines), where=around.shown(path))


@decisions.command("answers", help="cli.decisions_answers")
def answers(
    file: File,
    office: OfficeOf,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Read the answers of an office back into the log."""
    from ndaudit.notation import count
    from ndaudit.reviews.worklists import take_answers

    around = surroundings(folder, lang, as_json)
    taken = take_answers(around.workbench, file, office)
    if as_json:
        around.print_json({"office": office, "answers": taken})
        return
    around.tell("reviews.answered", office=office, answers=count(taken))
