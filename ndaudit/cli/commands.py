"""The commands. Help texts are sentence keys here; `build` puts them into the language asked for."""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_command

from ndaudit.cli.asked import read_codes, read_rate
from ndaudit.cli.options import Bar, surroundings
from ndaudit.errors import UsageError
from ndaudit.wording import Language, say

Folder = Annotated[Path | None, typer.Option("-C", "--workbench", help="cli.option_workbench", metavar="DIR")]
Lang = Annotated[str | None, typer.Option("--lang", help="cli.option_lang", metavar="mn|en")]
Json = Annotated[bool, typer.Option("--json", help="cli.option_json")]
Debug = Annotated[bool, typer.Option("--debug", help="cli.option_debug")]
Office = Annotated[str | None, typer.Option("--office", help="cli.option_office", metavar="CODE")]
PeriodName = Annotated[str | None, typer.Option("--period", help="cli.option_period", metavar="P")]
Unmask = Annotated[bool, typer.Option("--unmask", help="cli.option_unmask")]
Reason = Annotated[str | None, typer.Option("--reason", help="cli.option_reason", metavar="WHY")]

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def build(lang: Language) -> Any:
    """Return the command tree with every help text in `lang`."""
    # these commands hang themselves on the tree
    from ndaudit.cli import evidencing as _evidencing  # noqa: F401
    from ndaudit.cli import explaining as _explaining  # noqa: F401
    from ndaudit.cli import forms as _forms  # noqa: F401
    from ndaudit.cli import keeping as _keeping  # noqa: F401
    from ndaudit.cli import reviewing as _reviewing  # noqa: F401
    from ndaudit.cli import sample as _sample  # noqa: F401
    from ndaudit.cli import upkeep as _upkeep  # noqa: F401
    from ndaudit.cli import watch as _watch  # noqa: F401

    root = get_command(app)
    _translate(root, lang)
    return root


def _translate(command: Any, lang: Language) -> None:
    command.help = _translated(command.help, lang)
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = _translated(parameter.help, lang)
    for part in getattr(command, "commands", {}).values():
        _translate(part, lang)


def _translated(text: str | None, lang: Language) -> str | None:
    return say(text, lang) if text and text.startswith("cli.") else text


@app.callback(help="cli.about")
def root(folder: Folder = None, lang: Lang = None, as_json: Json = False, debug: Debug = False) -> None:
    """Show the shared options; `main` hands them to the command they stand before."""


@app.command(help="cli.init")
def init(
    target: Annotated[Path, typer.Argument(help="cli.argument_target", metavar="DIR")],
    lang: Lang = None,
    debug: Debug = False,
) -> None:
    """Make a new workbench."""
    from ndaudit.beginning import begin
    from ndaudit.masking import load_key

    chosen: Language = "en" if lang == "en" else "mn"
    workbench = begin(target, chosen)
    load_key(os.environ)
    typer.echo(say("beginning.done", chosen, where=workbench.root))


@app.command(help="cli.synth")
def synth(
    offices: Annotated[str, typer.Option(help="cli.option_offices")] = "1110,65,1107",
    persons: Annotated[int, typer.Option(help="cli.option_persons", min=30)] = 20_000,
    defects: Annotated[str, typer.Option(help="cli.option_defects")] = "0.01",
    seed: Annotated[int, typer.Option(help="cli.option_seed")] = 1,
    out: Annotated[Path, typer.Option(help="cli.option_out")] = Path("data/synthetic"),
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Make synthetic deliveries."""
    from ndaudit.notation import count
    from ndaudit.synthetic import make_deliveries

    around = surroundings(folder, lang, as_json)
    codes = read_codes(offices, around.workbench)
    with Bar(around, "cli.synth_bar") as bar:
        summary = make_deliveries(out, codes, persons, read_rate(defects), seed, bar.step)
    if as_json:
        around.print_json({"out": str(out), "rows": summary.rows, "planted": summary.planted})
        return
    rows = count(sum(summary.rows.values()))
    around.tell("cli.synth_done", offices=len(codes), rows=rows, planted=count(summary.planted), out=out)


@app.command(help="cli.load")
def load(
    paths: Annotated[list[Path] | None, typer.Argument(help="cli.argument_paths", metavar="PATH…")] = None,
    accept_mismatch: Annotated[str | None, typer.Option(help="cli.option_accept", metavar="REASON")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.option_dry_run")] = False,
    no_manifest: Annotated[str | None, typer.Option(help="cli.option_no_manifest", metavar="REASON")] = None,
    office: Annotated[str | None, typer.Option(help="cli.option_office_of", metavar="CODE")] = None,
    period: Annotated[str | None, typer.Option(help="cli.option_period_of", metavar="YYYY-MM")] = None,
    exported_at: Annotated[datetime | None, typer.Option(help="cli.option_exported_at")] = None,
    suggest_mapping: Annotated[Path | None, typer.Option(help="cli.option_suggest", metavar="FILE")] = None,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Load deliveries into a new snapshot."""
    from ndaudit import audit
    from ndaudit.cli.suggestion import print_suggestion
    from ndaudit.cli.tables import print_load
    from ndaudit.cli.unmanifested import said

    around = surroundings(folder, lang, as_json)
    if suggest_mapping is not None:
        print_suggestion(around, suggest_mapping, office)
        return
    unmanifested = said(around.workbench, paths, no_manifest, office, period, exported_at)
    with Bar(around, "cli.load_bar") as bar:
        summary = audit.load(
            around.workbench,
            paths or [],
            accept_mismatch=accept_mismatch,
            dry_run=dry_run,
            unmanifested=unmanifested,
            progress=bar,
        )
    print_load(around, summary)


@app.command(help="cli.check")
def check(
    rules: Annotated[str, typer.Option(help="cli.option_rules", metavar="GLOB")] = "*",
    office: Office = None,
    period: PeriodName = None,
    docs: Annotated[bool, typer.Option("--docs/--no-docs", help="cli.option_docs")] = True,
    explain: Annotated[bool, typer.Option("--explain", help="cli.option_explain")] = False,
    incremental: Annotated[bool, typer.Option("--incremental", help="cli.option_incremental")] = False,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Decide the rules over the current snapshot."""
    from ndaudit import audit
    from ndaudit.cli.tables import print_run, tell_change, warn_of_law
    from ndaudit.costs import Meter
    from ndaudit.periods import read_period
    from ndaudit.scope import Scope

    around = surroundings(folder, lang, as_json)
    if incremental and explain:
        raise UsageError("usage.incremental_explain")
    scope = Scope(office, read_period(period) if period else None)
    with Bar(around, "cli.check_bar") as bar:
        meter = Meter(bar) if explain else None
        run = audit.check(
            around.workbench, rules=rules, scope=scope, incremental=incremental, progress=meter or bar
        )
    print_run(around, run, meter)
    if incremental:
        tell_change(around, run)
    warn_of_law(around)
    if run.full and docs:
        shown = audit.show(around.workbench, around.lang)
        around.tell("cli.docs_done", index=around.shown(shown.index))
    if run.failures:
        raise typer.Exit(1)


@app.command(help="cli.findings")
def findings(
    rule: Annotated[str | None, typer.Option(help="cli.option_rule", metavar="ID")] = None,
    office: Office = None,
    status: Annotated[str | None, typer.Option(help="cli.option_status")] = None,
    form: Annotated[str, typer.Option("--format", help="cli.option_format")] = "table",
    out: Annotated[Path | None, typer.Option(help="cli.option_out_file", metavar="FILE")] = None,
    run_id: Annotated[str | None, typer.Option("--run", help="cli.option_run", metavar="RUN")] = None,
    unmask: Unmask = False,
    reason: Reason = None,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Hand out findings."""
    from ndaudit.cli.handing_out import hand_out
    from ndaudit.findings import current_run, read_run
    from ndaudit.listing import FORMATS, Selection
    from ndaudit.veils import sight_of

    around = surroundings(folder, lang, as_json)
    chosen = "json" if as_json else form
    if chosen not in FORMATS:
        raise UsageError("usage.bad_format", came=chosen, allowed=", ".join(FORMATS))
    run = read_run(around.workbench, run_id) if run_id else current_run(around.workbench)
    about = {"run": run.id, "rule": rule, "office": office, "format": chosen}
    sight = sight_of(around.workbench, "findings", unmask=unmask, reason=reason, **about)
    hand_out(around, run, Selection(rule, office, status), sight, chosen, out)


@app.command(help="cli.report")
def report(
    names: Annotated[list[str], typer.Argument(help="cli.argument_names", metavar="NAME…")],
    office: Annotated[str | None, typer.Option(help="cli.option_office_all", metavar="CODE|all")] = None,
    period: PeriodName = None,
    jobs: Annotated[int, typer.Option(help="cli.option_jobs", min=1)] = 1,
    engine: Annotated[str, typer.Option(help="cli.option_engine")] = "ndaudit",
    standalone: Annotated[bool, typer.Option("--standalone", help="cli.option_standalone")] = False,
    audience: Annotated[str, typer.Option(help="cli.option_audience")] = "control",
    person: Annotated[str | None, typer.Option(help="cli.option_person", metavar="NO")] = None,
    unmask: Annotated[bool, typer.Option("--unmask", help="cli.option_unmask_person")] = False,
    reason: Annotated[str | None, typer.Option(help="cli.option_reason_person", metavar="WHY")] = None,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Publish notebooks."""
    from ndaudit import audit
    from ndaudit.cli.persons import publish_about
    from ndaudit.cli.tables import print_published

    around = surroundings(folder, lang, as_json)
    how: dict[str, Any] = {"period": period, "engine": engine, "standalone": standalone}
    if person is not None or unmask or reason is not None:
        if audience != "control":
            raise UsageError("outside.about_a_person")
        published = publish_about(around, names, person, unmask=unmask, reason=reason, **how)
    else:
        with Bar(around, "cli.report_bar") as bar:
            published = audit.publish(
                around.workbench,
                names,
                office=office,
                lang=around.lang,
                jobs=jobs,
                progress=bar,
                audience=audience,
                **how,
            )
    if not print_published(around, published):
        raise typer.Exit(1)


@app.command(help="cli.rules")
def rules(
    rule_id: Annotated[str | None, typer.Argument(help="cli.argument_rule", metavar="[ID]")] = None,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Show the catalogue, or the card of one rule."""
    from ndaudit.catalogue import read_catalogue
    from ndaudit.cli.cards import print_card, print_rules

    around = surroundings(folder, lang, as_json)
    catalogue = read_catalogue(around.workbench)
    if rule_id is None:
        print_rules(around, catalogue)
    elif rule_id in catalogue.rules:
        print_card(around, catalogue, catalogue.rules[rule_id])
    else:
        raise UsageError("usage.unknown_rule", came=rule_id)


@app.command(help="cli.law")
def law(
    name: Annotated[str | None, typer.Argument(help="cli.argument_law", metavar="[NAME]")] = None,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """List the parameters of the law, or the values of one."""
    from ndaudit.cli.cards import print_law, print_parameter
    from ndaudit.law import read_law

    around = surroundings(folder, lang, as_json)
    parameters = read_law(around.workbench.expectations / "law", around.workbench.own_law)
    if name is None:
        print_law(around, parameters)
    elif name in parameters:
        print_parameter(around, parameters[name])
    else:
        raise UsageError("usage.unknown_law", came=name, allowed=", ".join(parameters))
