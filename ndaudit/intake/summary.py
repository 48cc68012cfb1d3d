"""What a load tells about itself."""

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class FileSummary:
    """One delivered file; `rows_in` is always `rows_loaded` + `rows_rejected`."""

    source_file: str
    table: str
    rows_in: int
    rows_loaded: int
    rows_rejected: int
    values_rejected: int
    values_normalised: int
    unknown_columns: tuple[str, ...]
    format: str


@dataclass(frozen=True)
class BatchSummary:
    """One delivered batch.

    Attributes:
        already_loaded: its content is known; nothing was loaded.
        mismatches: what differs from the manifest and was accepted with a reason.
        unlisted: files in its folder the manifest does not name; they are left alone.
    """

    batch_id: str
    office_code: str
    period: str
    already_loaded: bool
    files: tuple[FileSummary, ...] = ()
    mismatches: int = 0
    unlisted: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoadSummary:
    """One load; `snapshot` is None when nothing new came, or when it was only tried."""

    snapshot: str | None
    batches: tuple[BatchSummary, ...]
