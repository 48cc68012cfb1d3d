"""What a command or a notebook speaks of: one office or the country, one period or all of it."""

from dataclasses import dataclass

from ndaudit.periods import Period


@dataclass(frozen=True)
class Scope:
    """Office and period; None means no restriction."""

    office: str | None = None
    period: Period | None = None


EVERYTHING = Scope()
