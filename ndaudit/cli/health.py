"""`ndaudit doctor` on the terminal."""

from collections.abc import Sequence

from rich.table import Table

from ndaudit.cli.options import Surroundings
from ndaudit.doctor import Examined


def print_health(around: Surroundings, examined: Sequence[Examined]) -> bool:
    """Print what was looked at; return whether all of it is good."""
    lines = [(item.good, around.say(item.sentence, **item.values)) for item in examined]
    if around.as_json:
        around.print_json([{"good": good, "text": text} for good, text in lines])
        return all(good for good, _ in lines)
    table = Table(box=None, show_header=False, pad_edge=False)
    for good, text in lines:
        word = around.say("cli.health_good" if good else "cli.health_bad")
        table.add_row(word, text, style=None if good else "bold")
    around.console().print(table)
    return all(good for good, _ in lines)
