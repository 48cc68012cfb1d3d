"""The entry point: offices in, folders of deliveries and the lists of what was planted out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from ndaudit.beginning import shipped
from ndaudit.synthetic.effects import EFFECT_COLUMNS, planted_effects
from ndaudit.synthetic.names import known_offices, office_title
from ndaudit.synthetic.office import lawful_office
from ndaudit.synthetic.plan import OfficePlan
from ndaudit.synthetic.planters import PLANTED_COLUMNS, plant
from ndaudit.synthetic.writing import write_delivery
from ndaudit.tables import read_tables

PERIOD = "2025-12"


@dataclass(frozen=True)
class SyntheticSummary:
    """What was made.

    Attributes:
        out: the folder of the deliveries.
        rows: delivered rows by table, over all offices.
        planted: how many items are listed in `planted.csv`.
    """

    out: Path
    rows: dict[str, int]
    planted: int


def make_deliveries(
    out: Path,
    offices: Sequence[str],
    persons: int,
    defects: Decimal,
    seed: int,
    progress: Callable[[str], None] | None = None,
) -> SyntheticSummary:
    """Write one delivery per office and the lists of what was planted into `out`; return what was made.

    The lists are `planted.csv` and, for rules with an effect, `planted_effects.csv`.

    Args:
        persons: people over all offices.
        defects: share of the items suitable for each rule that is corrupted; 0 leaves everything lawful.
        progress: told one line per step.

    Raises:
        ValueError: an office code is unknown.
    """
    unknown = [code for code in offices if code not in known_offices()]
    if unknown:
        raise ValueError(f"unknown office codes: {', '.join(unknown)}")
    tables, rows = read_tables(shipped("expectations") / "tables"), dict[str, int]()
    planted = [pl.DataFrame(schema=dict.fromkeys(PLANTED_COLUMNS, pl.String))]
    effects = [pl.DataFrame(schema=dict.fromkeys(EFFECT_COLUMNS, pl.String))]
    for number, code in enumerate(offices):
        size = persons // len(offices) + (number < persons % len(offices))
        office = OfficePlan(code=code, persons=size, seed=seed, number=number)
        frames = lawful_office(office)
        if defects > 0:
            lawful = dict(frames)
            planted.append(plant(office, frames, Decimal(defects)))
            effects.append(planted_effects(lawful, frames, planted[-1]))
        for table, count in write_delivery(
            office, frames, tables, out / code / PERIOD, office_title(code)
        ).items():
            rows[table] = rows.get(table, 0) + count
        if progress:
            progress(f"{code} {office_title(code)}: {size}")
    # what several offices lack alike, such as a number, is one item of the country
    listed = pl.concat(planted).unique().sort(PLANTED_COLUMNS)
    listed.write_csv(out / "planted.csv")
    pl.concat(effects).sort(EFFECT_COLUMNS).write_csv(out / "planted_effects.csv")
    return SyntheticSummary(out=out, rows=rows, planted=listed.height)
