"""What a load tells about itself."""

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class FileSummary:
    """One delivered file; `rows_in` is always `rows_loaded` + `rows_rejected`.

    Attributes:
        values_normalised: letters and register numbers put right.
        values_uncertain: texts with a `?` where ө or ү may have stood; kept as they came.
    """

    source_file: str
    table: str
    rows_in: int
    rows_loaded: int
    rows_rejected: int
    values_rejected: int
    values_normalised: int
    values_uncertain: int
    unknown_columns: tuple[str, ...]
    format: str


@dataclass(frozen=True)
class TableChange:
    """What a batch changed in one table, against what its office had there before under the same keys."""

    table: str
    appeared: int
    changed: int
    went: int


@dataclass(frozen=True)
class BatchSummary:
    """One delivered batch.

    Attributes:
        already_loaded: its content is known; nothing was loaded.
        mismatches: what differs from the manifest and was accepted with a reason.
        unlisted: files in its folder the manifest does not name; they are left alone.
        changes: rows that appeared, changed and went, by table.
    """

    batch_id: str
    office_code: str
    period: str
    already_loaded: bool
    files: tuple[FileSummary, ...] = ()
    mismatches: int = 0
    unlisted: tuple[str, ...] = ()
    changes: tuple[TableChange, ...] = ()


@dataclass(frozen=True)
class LoadSummary:
    """One load; `snapshot` is None when nothing new came, or when it was only tried."""

    snapshot: str | None
    batches: tuple[BatchSummary, ...]
