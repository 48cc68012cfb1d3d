"""The scheduled job: load what is new in the inbox, check it, publish what is due, once for each period."""

from ndaudit.monitor.job import Summary, run_monitor

__all__ = ["Summary", "run_monitor"]
