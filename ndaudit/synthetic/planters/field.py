"""The field planters work on: it picks victims no other planter has, changes tables, and keeps the list."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from ndaudit.synthetic.plan import Frames, OfficePlan

PLANTED_COLUMNS = ("rule_id", "item_key", "office_code", "outcome")
LEAST = 2
"""Items of a rule broken in an office at least, where it has so many."""

SHARERS = 70
"""Planters that live on the same people: none takes more than its part, whatever the rate."""


def key_of(*columns: str) -> pl.Expr:
    """Return the item key made of columns: dates ISO, NULL empty, joined by `|`."""
    return pl.concat_str([pl.col(column).cast(pl.String).fill_null("") for column in columns], separator="|")


class Field:
    """One office's tables while defects are planted in them."""

    def __init__(self, plan: OfficePlan, frames: Frames, rate: Decimal) -> None:
        self.plan = plan
        self.frames = frames
        self.rate = rate
        self.rule = ""
        self.rng = plan.chance("planters")
        self._taken: dict[str, set[Any]] = {}
        self._listed: list[pl.DataFrame] = []

    def begin(self, rule: str) -> None:
        """Start planting for a rule, with a random stream of its own."""
        self.rule = rule
        self.rng = self.plan.chance(f"plant {rule}")

    def pick(self, suitable: pl.DataFrame, by: str = "person_id", least: int = LEAST) -> pl.DataFrame:
        """Return a share of the suitable rows, one per value of `by`, and take them for good."""
        wanted = round(self.rate * suitable.height)
        if by == "person_id":
            wanted = min(wanted, suitable.height // SHARERS)
        return self._chosen(suitable, by, max(least, wanted))

    def _chosen(self, suitable: pl.DataFrame, by: str, wanted: int) -> pl.DataFrame:
        order = self.rng.permutation(suitable.height).tolist()
        shuffled: pl.DataFrame = suitable[order].unique(by, keep="first", maintain_order=True)
        chosen = shuffled.filter(self.is_free(by)).head(wanted)
        self.take(chosen[by].to_list(), by)
        return chosen

    def take(self, values: Iterable[Any], by: str = "person_id") -> None:
        """Keep people or items from being picked by anybody else."""
        self._taken.setdefault(by, set()).update(values)

    def is_free(self, by: str) -> pl.Expr:
        """Return whether a row's value of the column `by` was picked by nobody yet."""
        taken = self._taken.get(by)
        return ~pl.col(by).is_in(list(taken)) if taken else pl.lit(True)

    def set(self, table: str, by: str, values: pl.Series, **columns: pl.Expr) -> None:
        """Give columns of the rows of `table` whose `by` is among `values` a new value."""
        frame = self.frames[table]
        hit = pl.col(by).is_in(values.implode())
        for name in columns:
            if name not in frame.columns:
                frame = frame.with_columns(pl.lit(None).alias(name))
        self.frames[table] = frame.with_columns(
            pl.when(hit).then(value).otherwise(pl.col(name)).alias(name) for name, value in columns.items()
        )

    def drop(self, table: str, by: str, values: pl.Series) -> None:
        """Remove the rows of `table` whose `by` is among `values`."""
        self.frames[table] = self.frames[table].filter(~pl.col(by).is_in(values.implode()))

    def add(self, table: str, rows: pl.DataFrame) -> None:
        """Append rows to `table`."""
        self.frames[table] = pl.concat([self.frames[table], rows], how="diagonal_relaxed")

    def list(
        self,
        items: pl.DataFrame,
        *key: str,
        outcome: str = "exception",
        rule: str = "",
        national: bool = False,
    ) -> None:
        """Write down broken items.

        Args:
            key: columns of `items` that make the item key.
            rule: the rule broken, if another than the one planted for.
            national: the item belongs to no office.
        """
        office = "" if national else self.plan.code
        self._listed.append(
            items.select(
                rule_id=pl.lit(rule or self.rule),
                item_key=key_of(*key),
                office_code=pl.lit(office),
                outcome=pl.lit(outcome),
            )
        )

    def planted(self) -> pl.DataFrame:
        """Return everything listed so far, each item once."""
        empty = pl.DataFrame(schema=dict.fromkeys(PLANTED_COLUMNS, pl.String))
        return pl.concat([empty, *self._listed]).unique().sort(PLANTED_COLUMNS)

    def parts(self, victims: pl.DataFrame, forms: int) -> tuple[pl.DataFrame, ...]:
        """Return victims dealt out to the forms a defect can take."""
        form = np.arange(victims.height) % forms
        return tuple(victims.filter(pl.Series(form == number)) for number in range(forms))

    def untouched(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the rows (they name a file) none of whose papers was picked yet."""
        changed = self.frames["document"].filter(~self.is_free("document_id"))["file_no"].drop_nulls()
        return rows.filter(~pl.col("file_no").is_in(changed.implode()))

    def halves(self, victims: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return victims as two groups: every other one gets the other form of the defect."""
        one, other = self.parts(victims, 2)
        return one, other

    def one(self, suitable: pl.DataFrame, by: str = "person_id") -> pl.DataFrame:
        """Return one row, or none if every suitable one is taken: the victim that stays undetermined."""
        return self._chosen(suitable, by, 1)

    @cached_property
    def workers(self) -> pl.DataFrame:
        """People with one or two jobs and nothing else: no file, benefit, leave, side job, book, child."""
        jobs = (
            self.frames["spans"]
            .group_by("person_id")
            .agg(jobs=pl.len(), half=pl.col("half").any(), job=pl.col("job").max())
        )
        ledger = self.frames["contribution"]
        busy = pl.concat(
            [
                self.frames["benefit"]["person_id"],
                self.frames["bought_service"]["person_id"],
                ledger.filter(pl.col("insured_type") != "01")["person_id"].unique(),
                self.frames["child"]["person_id"],
                self.frames["book_entry"]["person_id"].unique(),
                self.frames["pension_file"]["person_id"],
            ]
        ).implode()
        people = self.frames["people"].filter((pl.col("kind") == "worker") & ~pl.col("person_id").is_in(busy))
        return people.join(jobs, on="person_id", maintain_order="left").filter(
            (pl.col("job") < 2) & ~pl.col("half")
        )

    @property
    def idle(self) -> pl.DataFrame:
        """Grown-up members of families, in no labour book and no ledger; `idler` is their number."""
        people = self.frames["people"].filter(
            (pl.col("kind") == "family") & (pl.col("birth_date").dt.year() < 1990)
        )
        return people.with_columns(idler="person_id")

    @cached_property
    def filed(self) -> pl.DataFrame:
        """Old-age files of the living, papers complete, pension never determined again."""
        special = pl.concat(
            [
                self.frames["recommendation"]["person_id"],
                self.frames["determination"].filter(pl.col("kind") == "change")["person_id"],
            ]
        ).implode()
        files = self.frames["pension_file"].filter(
            (pl.col("pension_type") == "old_age") & pl.col("deceased_on").is_null()
        )
        return files.filter(~pl.col("person_id").is_in(special))

    @cached_property
    def entries(self) -> pl.DataFrame:
        """Register entries with complete papers."""
        return self.frames["register_entry"].filter(pl.col("papers") == "complete")
