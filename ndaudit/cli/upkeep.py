"""Commands that look after the workbench itself: what it holds and whether it is sound."""

import os
from typing import Annotated

import typer

from ndaudit.cli.commands import Debug, Folder, Json, Lang, app
from ndaudit.cli.options import Bar, surroundings


@app.command(help="cli.history")
def history(
    rebuilding: Annotated[
        str | None, typer.Option("--rebuild", help="cli.option_rebuild", metavar="ID")
    ] = None,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """List snapshots and the batches they hold, or make a dropped one again."""
    from ndaudit.cli.past import print_history, print_rebuilt
    from ndaudit.history import rebuild, snapshots
    from ndaudit.tables import read_tables

    around = surroundings(folder, lang, as_json)
    if rebuilding is None:
        print_history(around, snapshots(around.workbench))
        return
    tables = read_tables(around.workbench.expectations / "tables")
    with Bar(around, "cli.load_bar") as bar:
        rebuilt = rebuild(around.workbench, tables, rebuilding, bar)
    print_rebuilt(around, rebuilt)


@app.command(help="cli.doctor")
def doctor(
    sweep: Annotated[bool, typer.Option("--sweep", help="cli.option_sweep")] = False,
    thorough: Annotated[bool, typer.Option("--thorough", help="cli.option_thorough")] = False,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Check the environment."""
    from ndaudit.cli.health import print_health
    from ndaudit.doctor import examine

    around = surroundings(folder, lang, as_json)
    if not print_health(around, examine(around.workbench, sweep=sweep, thorough=thorough)):
        raise typer.Exit(1)


@app.command("rotate-key", help="cli.rotate_key")
def rotate(
    reason: Annotated[str, typer.Option("--reason", help="cli.option_rotate_reason", metavar="WHY")],
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Replace the key of the pseudonyms."""
    from ndaudit import ledger
    from ndaudit.masking import key_path, rotate_key
    from ndaudit.roles import current_standing

    around = surroundings(folder, lang, as_json)
    current_standing(around.workbench).require("override")
    path = key_path(os.environ)
    ledger.append(around.workbench, "rotate_key", reason=reason)
    kept = rotate_key(path)
    if as_json:
        around.print_json({"key": str(path), "kept": str(kept)})
    around.tell("cli.key_rotated", where=path, kept=kept)


@app.command(help="cli.verify")
def verify(
    run: Annotated[str | None, typer.Argument(help="cli.argument_run", metavar="RUN")] = None,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Decide a run again and compare it; check the ledger's chain."""
    from ndaudit.cli.proof import print_verification
    from ndaudit.verification import verify as verify_run

    around = surroundings(folder, lang, as_json)
    with Bar(around, "cli.verify_bar") as bar:
        verification = verify_run(around.workbench, run, bar)
    print_verification(around, verification)
    if not verification.stands:
        raise typer.Exit(1)


@app.command(help="cli.lab")
def lab(
    port: Annotated[int, typer.Option(help="cli.option_port")] = 8888,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="cli.option_browser")] = True,
    folder: Folder = None,
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Open JupyterLab on the workbench."""
    from ndaudit.cli.laboratory import open_lab

    open_lab(surroundings(folder, lang), port, browser=browser)
