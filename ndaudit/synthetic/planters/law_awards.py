"""Planters for the right to a pension and its amount: DET-06, DET-08, DET-09, PRV-07."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.planters.law_amounts import paid_otherwise

SHEET, FILE = "determination_id", "file_no"
LEAST_CERTAIN = 800_000
"""Above every minimum listed: an amount of this size is decided whatever the minimum of its day."""


def _initial(field: Field) -> pl.DataFrame:
    """Return initial determinations of undisturbed files that no planter picked a part of."""
    rows = field.frames["determination"].filter(
        (pl.col("kind") == "initial") & pl.col(FILE).is_in(field.filed[FILE].implode())
    )
    return rows.filter(field.is_free(SHEET), field.is_free(FILE))


def _of_condition(field: Field, *conditions: str) -> pl.DataFrame:
    return _initial(field).filter(pl.col("condition").is_in(conditions))


def plant_det_06(field: Field) -> None:
    """501 ₮ more than lawful; 501 ₮ less; a third more."""
    known = (pl.col("window_from") >= date(2013, 1, 1)) & (pl.col("amount") >= LEAST_CERTAIN)
    victims = field.pick(_initial(field).filter(known), least=3)
    more, less, third = field.parts(victims, 3)
    for part, amount in (
        (more, pl.col("amount") + 501),
        (less, pl.col("amount") - 501),
        (third, pl.col("amount") * 4 // 3),
    ):
        field.set("determination", SHEET, part[SHEET], amount=amount)
    field.list(victims, SHEET)
    paid_otherwise(field, victims)


def plant_det_08(field: Field) -> None:
    """The sheet itself says eligible a day later; a herder who never herded; a condition asked elsewhere."""
    later, herders = field.halves(field.pick(_of_condition(field, "general")))
    next_day = pl.col("effective_from").dt.offset_by("1d")
    field.set("determination", SHEET, later[SHEET], eligible_on=next_day)
    field.set("pension_file", FILE, herders[FILE], condition=pl.lit("herder"))
    for part in (later, herders):
        field.list(part, SHEET)
    silent = field.one(_of_condition(field, "general"))
    field.set("pension_file", FILE, silent[FILE], condition=pl.lit("pilot"))
    field.list(silent, SHEET, outcome="undetermined")


def plant_det_09(field: Field) -> None:
    """A month that is proven nowhere; two years more; two years of what is proven left out; not recorded."""
    rows = _of_condition(field, "general", "underground", "toxic_hot", "heavy")
    after = pl.col("service_months_after_1995")
    total = pl.col("service_months_before_1995") + after + pl.col("bonus_months")
    # within the same whole year the rate stays the law's, and years above 23 can lose two
    suited = rows.filter((total % 12 < 11) & (total >= 276))
    month, more, less = field.parts(field.pick(suited, least=3), 3)
    for part, step, rate in ((month, 1, 0), (more, 24, 30), (less, -24, -30)):
        written = pl.format("0.{}", pl.col("thousandths") + rate)
        field.set("determination", SHEET, part[SHEET], service_months_after_1995=after + step, rate=written)
        field.list(part, SHEET)
    silent = field.one(rows)
    nothing = pl.lit(None, pl.Int64)
    field.set("determination", SHEET, silent[SHEET], service_months_after_1995=nothing)
    field.list(silent, SHEET, outcome="undetermined")
    field.list(silent, SHEET, rule="DET-10", outcome="undetermined")


def plant_prv_07(field: Field) -> None:
    """Heavy work for those who did none; underground for those who worked in heat or with poison."""
    plain = field.pick(_of_condition(field, "general"), least=1)
    hot = field.pick(_of_condition(field, "toxic_hot").filter(pl.col("sex") == "M"), least=1)
    for part, condition in ((plain, "heavy"), (hot, "underground")):
        field.set("pension_file", FILE, part[FILE], condition=pl.lit(condition))
        field.list(part, FILE)
