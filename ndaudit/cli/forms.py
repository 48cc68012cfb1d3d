"""`ndaudit forms`: НД-1 registers and НД-2 sheets."""

from typing import Annotated

import typer

from ndaudit.cli.commands import Debug, Folder, Json, Lang, app
from ndaudit.cli.options import Bar, surroundings


@app.command("forms", help="cli.forms")
def forms(
    form: Annotated[str, typer.Argument(help="cli.argument_form", metavar="nd1|nd2")],
    office: Annotated[str, typer.Option("--office", help="cli.option_office_or_all", metavar="CODE|all")],
    period: Annotated[str, typer.Option("--period", help="cli.option_form_period", metavar="P")],
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write the official forms."""
    from ndaudit.errors import RefusedError
    from ndaudit.forms.issuing import Issued, issue
    from ndaudit.forms.rows import open_store
    from ndaudit.notation import count
    from ndaudit.periods import read_period

    around = surroundings(folder, lang, as_json)
    asked = read_period(period)
    if office == "all":
        with open_store(around.workbench) as con:
            rows = con.execute("SELECT DISTINCT office_code FROM snapshot.batch ORDER BY 1").fetchall()
        offices = [code for (code,) in rows]
    else:
        offices = [office]
    issued: list[Issued] = []
    with Bar(around, "cli.forms_bar") as bar:
        for number, code in enumerate(offices):
            bar(code, number, len(offices))
            try:
                issued.append(issue(around.workbench, form, code, asked, around.lang))
            except RefusedError as error:
                if office != "all":
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
