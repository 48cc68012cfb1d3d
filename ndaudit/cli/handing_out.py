"""`ndaudit findings`: to the terminal, to standard output, or to a file."""

import os
import shutil
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from rich.table import Table

from ndaudit.cli.options import Surroundings
from ndaudit.errors import machine_faults
from ndaudit.findings import Run
from ndaudit.listing import FindingList, Selection
from ndaudit.masks import Masks
from ndaudit.notation import count, money
from ndaudit.phrasing import Conditions
from ndaudit.snapshots import engine_faults
from ndaudit.veils import Sight
from ndaudit.workbench import PASSING

SHOWN = 50


def hand_out(
    around: Surroundings, run: Run, selection: Selection, sight: Sight, form: str, out: Path | None
) -> None:
    """Write the selected findings of `run` in one of the formats.

    Raises:
        RefusedError: they are of an office the account does not see.
        MachineError: the file cannot be written.
    """
    if selection.office:
        sight.standing.require_office(selection.office)
    with engine_faults(around.workbench):
        chosen = FindingList(run, selection, sight)
    try:
        if form == "table":
            _print_table(around, chosen, run, sight.masks)
        elif form in {"csv", "json"} and out is None:
            (chosen.write_csv if form == "csv" else chosen.write_json)(sys.stdout)
        elif out is None:
            _through_a_file(around, chosen, form, sys.stdout.buffer)
        else:
            with machine_faults(out):
                _to_file(chosen, form, out)
                around.workbench.protect(out)
            around.tell("cli.findings_written", count=count(chosen.count()), out=out)
    finally:
        chosen.close()


def _to_file(chosen: FindingList, form: str, out: Path) -> None:
    draft = out.with_name(f".{out.name}.part")
    # made before anything is in it, so that not even the draft is ever open to others
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        if form in {"csv", "json"}:
            with draft.open("w", encoding="utf-8", newline="") as handle:
                (chosen.write_csv if form == "csv" else chosen.write_json)(handle)
        else:
            (chosen.write_parquet if form == "parquet" else chosen.write_xlsx)(draft)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)


def _through_a_file(around: Surroundings, chosen: FindingList, form: str, out: BinaryIO) -> None:
    # inside data/, because findings name people and nothing of theirs may lie in the system's /tmp
    with tempfile.TemporaryDirectory(prefix=PASSING, dir=around.workbench.data) as folder:
        path = Path(folder) / f"findings.{form}"
        _to_file(chosen, form, path)
        with path.open("rb") as handle:
            shutil.copyfileobj(handle, out)


def _print_table(around: Surroundings, chosen: FindingList, run: Run, masks: Masks | None) -> None:
    conditions = Conditions(run.folder / "expectations", around.lang)
    heads = ("rule", "item", "office", "outcome", "effect", "condition")
    table = Table(*(around.say(f"cli.head_{head}") for head in heads), box=None, header_style="bold")
    table.columns[4].justify = "right"
    total = chosen.count()
    if not total:
        around.tell("cli.findings_none")
        return
    for row in islice(chosen.records(), SHOWN):
        condition = conditions.sentence(row["rule_id"], row["evidence"])
        effect = "" if row["effect"] is None else money(row["effect"], sign=True)
        outcome = around.say(f"cli.outcome_{row['outcome']}")
        item = masks.item(row["item_key"]) if masks else row["item_key"]
        table.add_row(row["rule_id"], item, row["office_code"] or "", outcome, effect, condition)
    around.console().print(table)
    if total > SHOWN:
        around.tell("cli.findings_more", shown=SHOWN, total=count(total))
