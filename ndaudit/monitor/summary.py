"""What one pass of the monitor did."""

from dataclasses import dataclass, field


@dataclass
class Summary:
    """What one pass did.

    Attributes:
        busy: another pass is running, and this one did nothing.
        loaded: deliveries loaded, by their path below the inbox.
        refused: deliveries refused, and why.
        checked: the run made, or None when nothing had changed.
        published: pages and forms made.
        given_up: what failed so often on this run that it is left alone until new data come.
        failed: what could not be made, and why.
        shown: the run whose Data Docs were built, or None.
    """

    busy: bool = False
    loaded: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    checked: str | None = None
    published: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    shown: str | None = None

    @property
    def good(self) -> bool:
        """Whether nothing was refused and nothing failed."""
        return not self.refused and not self.failed
