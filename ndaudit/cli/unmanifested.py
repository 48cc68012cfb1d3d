"""The options of `ndaudit load` that stand for a manifest that did not come."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from ndaudit.errors import UsageError
from ndaudit.intake import Unmanifested
from ndaudit.offices import read_offices
from ndaudit.workbench import Workbench


def said(
    workbench: Workbench,
    paths: Sequence[Path] | None,
    reason: str | None,
    office: str | None,
    period: str | None,
    exported_at: datetime | None,
) -> Unmanifested | None:
    """Return what the options say, or None where manifests are expected.

    Raises:
        UsageError: nothing to load, an option is missing, or one stands there without `--no-manifest`.
    """
    if not paths:
        raise UsageError("usage.nothing_to_load")
    if reason is None:
        if office or period or exported_at:
            raise UsageError("usage.manifest_says")
        return None
    if office is None or period is None:
        raise UsageError("usage.no_manifest_needs")
    known = read_offices(workbench.expectations / "offices.toml")
    if office not in known:
        raise UsageError("usage.unknown_office_code", came=office, allowed=", ".join(known))
    return Unmanifested(reason, office, period, exported_at)
