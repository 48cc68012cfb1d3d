"""A workbench in one file, and back again: deliveries, declarations, runs, decisions, ledger, reports."""

from ndaudit.backup.making import BackedUp, back_up
from ndaudit.backup.restoring import Restored, restore

__all__ = ["BackedUp", "Restored", "back_up", "restore"]
