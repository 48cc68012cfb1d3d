"""Planters for amounts: funeral benefits, minimum pensions, the first payment after a change."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.rates import MINIMA

BENEFIT, SHEET = "benefit_id", "determination_id"
NO_MONEY = pl.lit(None, pl.Int64)


def plant_ben_08(field: Field) -> None:
    """Half the amount; two tögrög too much; paid again a day later; amount not recorded."""
    funerals = field.frames["benefit"].filter(pl.col("kind") == "funeral")
    half, more, twice = field.parts(field.pick(funerals, by=BENEFIT, least=3), 3)
    for part, amount in ((half, pl.col("amount") // 2), (more, pl.col("amount") + 2)):
        field.set("benefit", BENEFIT, part[BENEFIT], amount=amount)
    again = twice.with_columns(
        pl.col("applied_at", "paid_at").dt.offset_by("1d"),
        benefit_id=pl.col(BENEFIT) + "-Д",
        notice_no=pl.col("notice_no") + "-Д",
    )
    field.take(again[BENEFIT].to_list(), BENEFIT)
    field.add("benefit", again)
    papers = field.frames["document"].filter(pl.col(BENEFIT).is_in(twice[BENEFIT].implode()))
    copies = (pl.col(name) + "-Д" for name in ("document_id", BENEFIT))
    field.add("document", papers.with_columns(copies))
    for part in (half, more, again):
        field.list(part, BENEFIT)
    silent = field.one(funerals, BENEFIT)
    field.set("benefit", BENEFIT, silent[BENEFIT], amount=NO_MONEY)
    field.list(silent, BENEFIT, outcome="undetermined")


def paid_otherwise(field: Field, sheets: pl.DataFrame, outcome: str = "exception") -> None:
    """Write down the months paid at another amount than the sheets now hold (PAY-04)."""
    every = field.frames["determination"].select("file_no", later="effective_from")
    ends = (
        sheets.select(SHEET, "file_no", "effective_from")
        .join(every, on="file_no", how="left", maintain_order="left")
        .with_columns(later=pl.when(pl.col("later") > pl.col("effective_from")).then("later"))
        .group_by(SHEET, "file_no", "effective_from")
        .agg(pl.col("later").min().fill_null(date(9999, 12, 31)))
    )
    # payments carry days of their file beside them; their book may bear another number by now
    roll = field.frames["payment"].select("payment_id", "file_no", "period").join(ends, on="file_no")
    hit = (pl.col("period") >= pl.col("effective_from")) & (pl.col("period") < pl.col("later"))
    field.list(roll.filter(hit), "payment_id", rule="PAY-04", outcome=outcome)


def with_minimum(sheets: pl.DataFrame) -> pl.DataFrame:
    """Return the sheets whose minimum pension is on file, with it as `least`."""
    steps = pl.DataFrame(
        {
            "since": [since for since, _, _ in MINIMA],
            "whole": [full for _, full, _ in MINIMA],
            "part": [part for _, _, part in MINIMA],
        }
    )
    dated = sheets.sort("effective_from").join_asof(
        steps, left_on="effective_from", right_on="since", check_sortedness=False
    )
    least = pl.when(pl.col("condition") == "proportional").then("part").otherwise("whole")
    return dated.filter(pl.col("whole").is_not_null()).with_columns(least=least)


def plant_det_07(field: Field) -> None:
    """A tögrög below the minimum pension of the day; half of it."""
    rows = field.frames["determination"].filter(
        (pl.col("kind") == "initial") & pl.col("file_no").is_in(field.filed["file_no"].implode())
    )
    victims = field.pick(with_minimum(rows))
    mild, blatant = field.halves(victims)
    # what is within the tolerance, or rests on wages before 2013, DET-06 does not see
    recent = pl.col("window_from") >= date(2013, 1, 1)
    for sheets, amount in ((mild, pl.col("least") - 1), (blatant, pl.col("least") // 2)):
        new = pl.col(SHEET).replace_strict(
            sheets[SHEET], sheets.select(amount.alias("new"))["new"], default=None
        )
        field.set("determination", SHEET, sheets[SHEET], amount=new)
        field.list(sheets.filter(recent & (pl.col("amount") - amount > 500)), SHEET, rule="DET-06")
    field.list(victims, SHEET)
    paid_otherwise(field, victims)


def plant_red_03(field: Field) -> None:
    """A change by a tögrög, or to twice the amount, that the next payment does not carry; not recorded."""
    changes = field.frames["determination"].filter(pl.col("kind") == "change")
    victims = field.pick(changes)
    mild, blatant = field.halves(victims)
    field.set("determination", SHEET, mild[SHEET], amount=pl.col("amount") + 1)
    field.set("determination", SHEET, blatant[SHEET], amount=pl.col("amount") * 2)
    field.list(victims, SHEET)
    silent = field.one(changes)
    field.set("determination", SHEET, silent[SHEET], amount=NO_MONEY)
    field.list(silent, SHEET, outcome="undetermined")
    paid_otherwise(field, silent, "undetermined")
    # The minimum of 2023 is not on file.
    asked = (pl.col("pension_type") == "old_age") & (pl.col("effective_from").dt.year() != 2023)
    field.list(silent.filter(asked), SHEET, rule="DET-07", outcome="undetermined")
    # corrections of earlier years keep the window
    set_anew = (pl.col("pension_type") == "old_age") & (pl.col("effective_from") >= date(2024, 1, 1))
    field.list(blatant.filter(set_anew), SHEET, rule="DET-06")
    field.list(silent.filter(set_anew), SHEET, rule="DET-06", outcome="undetermined")
    paid_otherwise(field, victims)


def plant_det_10(field: Field) -> None:
    """The rate of a year more; twenty years' rate whatever the service; not recorded."""
    rows = field.frames["determination"].filter(
        (pl.col("kind") == "initial")
        & (pl.col("condition") != "proportional")
        & pl.col("file_no").is_in(field.filed["file_no"].implode())
    )
    more, least = field.halves(field.pick(rows.filter(pl.col("thousandths") > 450)))
    raised = pl.col("thousandths") + 15
    field.set("determination", SHEET, more[SHEET], rate=pl.format("0.{}", raised))
    field.set("determination", SHEET, least[SHEET], rate=pl.lit("0.450"))
    for part in (more, least):
        field.list(part, SHEET)
    silent = field.one(rows)
    field.set("determination", SHEET, silent[SHEET], rate=pl.lit(None, pl.String))
    field.list(silent, SHEET, outcome="undetermined")
