"""What a run that carries another one on says of it; apart, because every reader of a run asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Change:
    """What was decided anew.

    Attributes:
        run: the run that was carried on.
        offices: the offices touched.
        in_full: the rules to be decided over everything.
    """

    run: str
    offices: tuple[str, ...]
    in_full: tuple[str, ...]

    @property
    def record(self) -> dict[str, Any]:
        """What `run.json` says of it."""
        return {"run": self.run, "offices": list(self.offices), "in_full": list(self.in_full)}

    @classmethod
    def read(cls, raw: Mapping[str, Any] | None) -> "Change | None":
        """Return what `run.json` says; None for a run that carried none on."""
        return cls(raw["run"], tuple(raw["offices"]), tuple(raw["in_full"])) if raw else None
