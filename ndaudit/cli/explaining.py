"""`ndaudit explain`: how the law applies to one person, on the terminal."""

import os
from typing import TYPE_CHECKING, Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from ndaudit.cli.commands import Debug, Folder, Json, Lang, Reason, Unmask, app
from ndaudit.cli.options import Surroundings, surroundings

if TYPE_CHECKING:
    from ndaudit.explanation import Explanation


@app.command(help="cli.explain")
def explain(
    person: Annotated[str, typer.Argument(help="cli.argument_person", metavar="PERSON")],
    unmask: Unmask = False,
    reason: Reason = None,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Explain the right and the amount of one person."""
    from ndaudit.explanation import explain_person
    from ndaudit.masking import load_key
    from ndaudit.reading import open_reading

    around = surroundings(folder, lang, as_json)
    with open_reading(around.workbench) as reading:
        key = load_key(os.environ)
        told = explain_person(reading, person, key, around.lang, unmask=unmask, reason=reason)
    print_explanation(around, told)


def print_explanation(around: Surroundings, told: "Explanation") -> None:
    """Print the steps, each with the law it rests on below it, or the JSON document."""
    if around.as_json:
        around.print_json(told.document(around.lang))
        return
    console = around.console()
    console.print(around.say("explain.title", person=told.person), style="bold", markup=False)
    for number, section in enumerate(told.sections, start=1):
        console.print()
        console.print(
            f"{number}. {around.say(f'explain.section_{section.name}')}", style="bold", markup=False
        )
        for step in section.steps:
            console.print(Padding(Text(step.within(around.lang)), (0, 0, 0, 3)))
            for ground in step.grounds:
                console.print(Padding(Text(f"§ {ground.within(around.lang)}", style="dim"), (0, 0, 0, 6)))
