"""The scheduled job: load what is new in the inbox, check it, publish what is due, once for each period."""

from ndaudit.monitor.job import run_monitor
from ndaudit.monitor.summary import Summary

__all__ = ["Summary", "run_monitor"]
