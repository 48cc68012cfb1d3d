"""`ndaudit history` on the terminal."""

from collections.abc import Sequence
from dataclasses import asdict

from ndaudit.cli.options import Surroundings
from ndaudit.cli.tables import plain_table
from ndaudit.history import Rebuilt, SnapshotHistory
from ndaudit.notation import count


def print_history(around: Surroundings, snapshots: Sequence[SnapshotHistory]) -> None:
    """Print every snapshot with its batches, or the JSON document."""
    if around.as_json:
        around.print_json([asdict(snapshot) for snapshot in snapshots])
        return
    if not snapshots:
        around.tell("history.nothing")
    for snapshot in snapshots:
        state = around.say(f"history.state_{snapshot.state}")
        around.tell(
            "history.snapshot_line", snapshot=snapshot.id, state=state, at=snapshot.at, by=snapshot.by
        )
        if snapshot.accept_mismatch:
            around.tell("history.accepted_mismatch", reason=snapshot.accept_mismatch)
        counts = ("appeared", "changed", "went")
        table = plain_table(around, ("batch", "office", "period", "exported_at", *counts), numeric=counts)
        for batch in snapshot.batches:
            figures = [sum(change[name] for change in batch.changes.values()) for name in counts]
            table.add_row(
                batch.batch_id, batch.office_code, batch.period, batch.exported_at, *map(count, figures)
            )
        around.console().print(table)
        for batch in snapshot.batches:
            if batch.no_manifest:
                around.tell("history.no_manifest", batch=batch.batch_id, reason=batch.no_manifest)


def print_rebuilt(around: Surroundings, rebuilt: Rebuilt) -> None:
    """Print what was rebuilt and which of file and content was found equal."""
    if around.as_json:
        around.print_json(asdict(rebuilt))
    else:
        around.tell(f"history.rebuilt_{rebuilt.compared}", snapshot=rebuilt.id)
