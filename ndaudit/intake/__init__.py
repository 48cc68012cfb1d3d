"""Batches of delivered files → one new snapshot: what was promised is checked, what came is kept."""

from ndaudit.intake.loading import load
from ndaudit.intake.summary import BatchSummary, FileSummary, LoadSummary, Progress, TableChange
from ndaudit.intake.unmanifested import Unmanifested

__all__ = ["BatchSummary", "FileSummary", "LoadSummary", "Progress", "TableChange", "Unmanifested", "load"]
