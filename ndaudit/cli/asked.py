"""What options of several parts come to."""

from decimal import Decimal

from ndaudit.errors import UsageError
from ndaudit.offices import read_offices
from ndaudit.workbench import Workbench


def read_codes(text: str, workbench: Workbench) -> list[str]:
    """Return the office codes in `text`; `all` is every office but the capital's.

    Raises:
        UsageError: there is no such office.
    """
    known = read_offices(workbench.expectations / "offices.toml")
    if text == "all":
        return [office.code for office in known.values() if office.kind != "capital"]
    codes = [code.strip() for code in text.split(",") if code.strip()]
    for code in codes:
        if code not in known:
            raise UsageError("usage.unknown_office_code", came=code, allowed=", ".join(known))
    return codes


def read_rate(text: str) -> Decimal:
    """Return the share in `text`.

    Raises:
        UsageError: it is no number from 0 to 1.
    """
    if text.replace(".", "", 1).isdigit() and Decimal(text) <= 1:
        return Decimal(text)
    raise UsageError("usage.bad_rate", came=text)
