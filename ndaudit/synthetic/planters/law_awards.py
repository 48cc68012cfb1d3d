"""Planters for the right to a pension and its amount: DET-06, DET-08, DET-09, PRV-07."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.planters.law_amounts import paid_otherwise, with_minimum
from ndaudit.synthetic.planters.registers import ENTRY

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
    """501 ₮ more than lawful; 501 ₮ less; a third more; the amount not recorded."""
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
    silent = field.one(with_minimum(_initial(field).filter(pl.col("window_from") >= date(2013, 1, 1))))
    field.set("determination", SHEET, silent[SHEET], amount=pl.lit(None, pl.Int64))
    for rule in ("DET-06", "DET-07"):
        field.list(silent, SHEET, rule=rule, outcome="undetermined")
    paid_otherwise(field, silent, "undetermined")


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
    """A month proven nowhere; two years more; two years left out; months on two lines; not recorded."""
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
    field.list(_listed_twice(field, rows), SHEET)
    silent = field.one(rows)
    nothing = pl.lit(None, pl.Int64)
    field.set("determination", SHEET, silent[SHEET], service_months_after_1995=nothing)
    field.list(silent, SHEET, outcome="undetermined")
    field.list(silent, SHEET, rule="DET-10", outcome="undetermined")


def _listed_twice(field: Field, rows: pl.DataFrame) -> pl.DataFrame:
    """Move a counted job onto the months of the one before it: those are counted twice, its own nowhere."""
    lines = field.frames["determination_service"].join(rows.select(SHEET), on=SHEET, how="semi")
    plain = lines.filter((pl.col("work_condition") == "normal") & pl.col("employment_id").is_not_null())
    before = plain.select(SHEET, host_from="counted_from", host_to="counted_to")
    ends = pl.col("host_to").dt.offset_by("1d")
    pairs = plain.join(before, on=SHEET).filter(
        (pl.col("host_to") < pl.col("counted_from")) & (pl.col("months") >= 2) & (pl.col("months") < 120)
    )
    pairs = pairs.with_columns(moved_to="host_to", moved_from=ends.dt.offset_by(pl.format("-{}mo", "months")))
    since = pl.max_horizontal("host_from", pl.lit(date(1995, 1, 1)))
    pairs = pairs.filter((pl.col("moved_from") > since) & (pl.col("counted_from") >= date(1995, 1, 1)))
    pairs = pairs.sort(SHEET, "line").unique(SHEET, keep="first", maintain_order=True)
    victims = field.pick(rows.join(pairs.select(SHEET), on=SHEET, how="semi", maintain_order="left"), least=1)
    new = pairs.join(victims.select(SHEET), on=SHEET, how="semi")
    moved = new.select(SHEET, "line", "moved_from", "moved_to")
    service = field.frames["determination_service"]
    joined = service.join(moved, on=[SHEET, "line"], how="left", maintain_order="left")
    field.frames["determination_service"] = joined.with_columns(
        counted_from=pl.coalesce("moved_from", "counted_from"),
        counted_to=pl.coalesce("moved_to", "counted_to"),
    ).select(service.columns)
    return victims


def plant_prv_07(field: Field) -> None:
    """Heavy work for those who did none; underground for those who worked in heat; sex not recorded."""
    plain = field.pick(_of_condition(field, "general"), least=1)
    hot = field.pick(_of_condition(field, "toxic_hot").filter(pl.col("sex") == "M"), least=1)
    for part, condition in ((plain, "heavy"), (hot, "underground")):
        field.set("pension_file", FILE, part[FILE], condition=pl.lit(condition))
        field.list(part, FILE)
    # no child adds months to the service of some of them
    childless = _of_condition(field, "underground", "toxic_hot", "heavy").filter(pl.col("children") == 0)
    silent = field.one(childless)
    field.set("person", "person_id", silent["person_id"], sex=pl.lit(None, pl.String))
    field.list(silent, FILE, outcome="undetermined")
    field.list(silent, "person_id", rule="PER-03", outcome="undetermined")
    field.list(silent, "person_id", rule="PER-06")
    listed = field.frames["register_entry"].filter(pl.col("person_id").is_in(silent["person_id"].implode()))
    for rule, entries in (
        ("REG-02", listed),
        # a woman who says she has no children needs no certificates
        ("REG-05", listed.filter(papers="complete", sex="M")),
        ("REG-09", listed),
    ):
        field.list(entries, *ENTRY, rule=rule, outcome="undetermined")
