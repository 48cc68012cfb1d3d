"""`ndaudit sample`: plan, select, evaluate, verify."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from ndaudit.cli.commands import Debug, Folder, Json, Lang, Office, PeriodName, app
from ndaudit.cli.options import Surroundings, surroundings

Name = Annotated[str, typer.Argument(help="cli.argument_sample", metavar="NAME")]

sample = typer.Typer(no_args_is_help=True)
app.add_typer(sample, name="sample", help="cli.sample")


def _title(around: Surroundings, table: str) -> str:
    from ndaudit.tables import read_tables

    return read_tables(around.workbench.expectations / "tables")[table].title.within(around.lang)


@sample.command("plan", help="cli.sample_plan")
def plan(
    name: Name,
    table: Annotated[str, typer.Option("--of", help="cli.option_of", metavar="TABLE")],
    tolerable: Annotated[str, typer.Option(help="cli.option_tolerable")],
    value: Annotated[str | None, typer.Option(help="cli.option_value", metavar="COLUMN")] = None,
    stratum: Annotated[str | None, typer.Option("--by", help="cli.option_by", metavar="COLUMN")] = None,
    office: Office = None,
    period: PeriodName = None,
    method: Annotated[str, typer.Option(help="cli.option_method")] = "attribute",
    distribution: Annotated[str, typer.Option(help="cli.option_distribution")] = "hypergeometric",
    selection: Annotated[str, typer.Option(help="cli.option_selection")] = "fixed",
    confidence: Annotated[str, typer.Option(help="cli.option_confidence")] = "0.95",
    expected: Annotated[str, typer.Option(help="cli.option_expected")] = "0",
    seed: Annotated[str | None, typer.Option(help="cli.option_sample_seed")] = None,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Plan a sample."""
    from ndaudit.sampling import engagement
    from ndaudit.sampling.plan import Aim, exact_share
    from ndaudit.sampling.story import plan_sentences

    around = surroundings(folder, lang, as_json)
    aim = Aim(
        name=name,
        table=table,
        value=value,
        stratum=stratum,
        office=office,
        period=period,
        method=method,
        distribution=distribution,
        selection=selection,
        confidence=exact_share(confidence, "--confidence"),
        tolerable=exact_share(tolerable, "--tolerable"),
        expected=exact_share(expected, "--expected"),
        seed=seed or secrets.token_hex(8),
    )
    made = engagement.plan(around.workbench, aim)
    if as_json:
        around.print_json(made.document())
        return
    for line in plan_sentences(made, _title(around, table), around.lang):
        typer.echo(line)
    where = around.shown(engagement.folder_of(around.workbench, name))
    around.tell("sampling.planned", where=where, name=name)


@sample.command("select", help="cli.sample_select")
def select(
    name: Name,
    more: Annotated[int, typer.Option(help="cli.option_more", min=0)] = 0,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Draw the items and write the working paper."""
    from ndaudit.notation import count
    from ndaudit.sampling import engagement
    from ndaudit.sampling.paper import hand_out
    from ndaudit.sampling.story import plan_sentences

    around = surroundings(folder, lang, as_json)
    drawn = engagement.select(around.workbench, name, more)
    made = engagement.read_plan(around.workbench, name)
    paper = engagement.folder_of(around.workbench, name) / engagement.PAPER
    hand_out(
        paper, drawn.hits, plan_sentences(made, _title(around, made.aim.table), around.lang), around.lang
    )
    around.workbench.protect(paper)
    if as_json:
        around.print_json({"drawn": len(drawn.hits), "paper": str(paper)})
        return
    around.tell("sampling.selected", drawn=count(len(drawn.hits)), where=around.shown(paper))


@sample.command("evaluate", help="cli.sample_evaluate")
def evaluate(
    name: Name,
    paper: Annotated[Path | None, typer.Option(help="cli.option_paper", metavar="FILE")] = None,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Say what the sample proves."""
    from ndaudit.sampling import engagement
    from ndaudit.sampling.story import result_sentences

    around = surroundings(folder, lang, as_json)
    made, result = engagement.evaluate(around.workbench, name, paper)
    if as_json:
        around.print_json(result.document())
        return
    for line in result_sentences(made, result, around.lang):
        typer.echo(line)


@sample.command("verify", help="cli.sample_verify")
def verify(
    name: Name, folder: Folder = None, lang: Lang = None, as_json: Json = False, debug: Debug = False
) -> None:
    """Draw again and compare."""
    from ndaudit.notation import count
    from ndaudit.sampling.engagement import differences

    around = surroundings(folder, lang, as_json)
    found = differences(around.workbench, name)
    if as_json:
        around.print_json({"differs": found})
    elif found:
        around.tell("sampling.differs", count=count(len(found)))
    else:
        around.tell("sampling.verified")
    if found:
        raise typer.Exit(1)
