"""What one office's delivery is made from: its code, its size and its streams of chance."""

import zlib
from dataclasses import dataclass

import numpy as np
import polars as pl

Frames = dict[str, pl.DataFrame]
"""The tables of one delivery by name; columns the contract has and a frame lacks are written empty."""


@dataclass(frozen=True)
class OfficePlan:
    """One office to be invented.

    Attributes:
        code: office code, at most four digits.
        persons: how many people it keeps.
        seed: the seed of the whole run.
        number: place of the office in the run, which decides its file forms.
    """

    code: str
    persons: int
    seed: int
    number: int

    def chance(self, stage: str) -> np.random.Generator:
        """Return the random stream of one stage: a stage never shifts what another draws."""
        return np.random.default_rng([self.seed, int(self.code), zlib.crc32(stage.encode())])

    @property
    def first_person(self) -> int:
        """The number before the first person's: person numbers are national."""
        return int(self.code) * 1_000_000

    @property
    def employers(self) -> int:
        """How many employers report to the office."""
        return max(14, self.persons // 40)
