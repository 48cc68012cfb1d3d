"""`ndaudit forms`: НД-1 registers and НД-2 sheets."""

from typing import Annotated

import typer

from ndaudit.cli.commands import Debug, Folder, Json, Lang, app
from ndaudit.cli.options import Bar, surroundings


@app.command("forms", help="cli.forms")
def forms(
    form: Annotated[str, typer.Argument(help="cli.argument_form", metavar="nd1|nd2|nd2_drafts|rights")],
    office: Annotated[str, typer.Option("--office", help="cli.option_office_or_all", metavar="CODE|all")],
    period: Annotated[str, typer.Option("--period", help="cli.option_form_period", metavar="P")],
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write the official forms."""
    from ndaudit import audit
    from ndaudit.errors import RefusedError
    from ndaudit.forms.issuing import Issued, issue
    from ndaudit.notation import count
    from ndaudit.periods import read_period
    from ndaudit.store import current_snapshot

    around = surroundings(folder, lang, as_json)
    asked = read_period(period)
    everyone = office == "all"
    offices = audit.offices(current_snapshot(around.workbench.store)) if everyone else [office]
    issued: list[Issued] = []
    with Bar(around, "cli.forms_bar") as bar:
        for number, code in enumerate(offices):
            bar(code, number, len(offices))
            try:
                issued.append(issue(around.workbench, form, code, asked, around.lang))
            except RefusedError as error:
                if not everyone:
                    raise
                typer.echo(error.within(around.lang), err=True)
    if as_json:
        around.print_json([vars(one) | {"pdf": str(one.pdf), "xlsx": str(one.xlsx)} for one in issued])
        return
    for one in issued:
        around.tell(
            f"forms.issued_{one.form}",
            office=one.office,
            count=count(one.count),
            pdf=around.shown(one.pdf),
            xlsx=around.shown(one.xlsx),
        )
