"""`ndaudit monitor` and its schedule."""

import os
from dataclasses import asdict
from datetime import datetime

import typer

from ndaudit.cli.commands import Debug, Folder, Json, Lang, app
from ndaudit.cli.options import Bar, Surroundings, surroundings

monitor = typer.Typer(invoke_without_command=True, no_args_is_help=False)
app.add_typer(monitor, name="monitor", help="cli.monitor")


@monitor.callback(help="cli.monitor")
def run(
    context: typer.Context,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Load what is new, check it, publish what is due."""
    if context.invoked_subcommand is not None:
        return
    from ndaudit.monitor import run_monitor
    from ndaudit.monitor.report import write_summary
    from ndaudit.periods import ULAANBAATAR

    around = surroundings(folder, lang, as_json)
    today = datetime.now(ULAANBAATAR).date()
    with Bar(around, "cli.monitor_bar") as bar:
        summary = run_monitor(around.workbench, today, around.lang, bar.step)
    if around.as_json:
        around.print_json(asdict(summary))
    else:
        from ndaudit.monitor.report import sentences_of

        for line in sentences_of(summary, around.lang):
            typer.echo(line)
    if not summary.busy:
        write_summary(around.workbench, summary, around.lang)
    if not summary.good:
        raise typer.Exit(1)


def _tell(around: Surroundings, key: str, how: str, where: str) -> None:
    if around.as_json:
        around.print_json({"how": how, "where": where})
    else:
        around.tell(key, where=where)


@monitor.command("install", help="cli.monitor_install")
def install(folder: Folder = None, lang: Lang = None, as_json: Json = False, debug: Debug = False) -> None:
    """Put the monitor on a schedule."""
    from ndaudit.monitor import installing

    around = surroundings(folder, lang, as_json)
    made = installing.install(around.workbench, os.environ)
    _tell(around, f"monitor.installed_{made.how}", made.how, made.where)


@monitor.command("status", help="cli.monitor_status")
def status(folder: Folder = None, lang: Lang = None, as_json: Json = False, debug: Debug = False) -> None:
    """Say how the monitor is scheduled."""
    from ndaudit.monitor import installing

    around = surroundings(folder, lang, as_json)
    found = installing.status(around.workbench, os.environ)
    _tell(around, f"monitor.status_{found.how}", found.how, found.where)


@monitor.command("uninstall", help="cli.monitor_uninstall")
def uninstall(folder: Folder = None, lang: Lang = None, as_json: Json = False, debug: Debug = False) -> None:
    """Take the monitor off its schedule."""
    from ndaudit.monitor import installing

    around = surroundings(folder, lang, as_json)
    before = installing.uninstall(around.workbench, os.environ)
    key = "monitor.status_nothing" if before.how == "nothing" else "monitor.uninstalled"
    _tell(around, key, before.how, before.where)
