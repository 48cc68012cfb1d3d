"""`ndaudit doctor` on the terminal."""

from collections.abc import Sequence

from ndaudit.cli.options import Surroundings
from ndaudit.doctor import Examined


def print_health(around: Surroundings, examined: Sequence[Examined]) -> bool:
    """Print what was looked at; return whether all of it is good."""
    lines = [(item.good, around.say(item.sentence, **item.values)) for item in examined]
    if around.as_json:
        around.print_json([{"good": good, "text": text} for good, text in lines])
        return all(good for good, _ in lines)
    for good, text in lines:
        word = around.say("cli.health_good" if good else "cli.health_bad")
        style = None if good else "bold"
        around.console().print(f"{word:<8}{text}", style=style, markup=False, soft_wrap=True)
    return all(good for good, _ in lines)
