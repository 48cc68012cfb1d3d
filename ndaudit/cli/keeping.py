"""`ndaudit backup` and `ndaudit restore`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from ndaudit.cli.commands import Debug, Folder, Json, Lang, app
from ndaudit.cli.options import Bar, surroundings

File = Annotated[Path, typer.Argument(help="cli.argument_backup", metavar="FILE")]


@app.command(help="cli.backup")
def backup(
    file: File,
    with_store: Annotated[bool, typer.Option("--with-store", help="cli.option_with_store")] = False,
    with_key: Annotated[bool, typer.Option("--with-key", help="cli.option_with_key")] = False,
    folder: Folder = None,
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Back the workbench up into one file."""
    from ndaudit.backup import back_up
    from ndaudit.masking import key_path
    from ndaudit.notation import count

    around = surroundings(folder, lang, as_json)
    made = back_up(around.workbench, file, with_store=with_store, with_key=with_key)
    if as_json:
        around.print_json({**vars(made), "path": str(made.path)})
    around.tell("backup.done", files=count(made.files), path=made.path, sha256=made.sha256)
    around.tell("backup.holds_personal")
    around.tell("backup.holds_key" if with_key else "backup.no_key", where=key_path(os.environ))


@app.command(help="cli.restore")
def restore(
    file: File,
    target: Annotated[Path, typer.Argument(help="cli.argument_target", metavar="DIR")],
    lang: Lang = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Restore a workbench from a backup."""
    from ndaudit.backup import restore as restore_file
    from ndaudit.cli.options import Surroundings
    from ndaudit.notation import count
    from ndaudit.workbench import Workbench

    around = Surroundings(Workbench(target), "en" if lang == "en" else "mn", as_json)
    with Bar(around, "cli.backup_bar") as bar:
        made = restore_file(file, target, bar)
    if as_json:
        around.print_json({**vars(made), "root": str(made.root)})
    around.tell("backup.restored", files=count(made.files), where=made.root)
    if made.rebuilt:
        around.tell(f"backup.rebuilt_{made.rebuilt}")
    if made.key != "none":
        around.tell(f"backup.key_{made.key}")
