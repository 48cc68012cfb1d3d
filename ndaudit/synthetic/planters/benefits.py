"""Planters for benefits (BEN)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.benefits import benefit_papers, settle
from ndaudit.synthetic.planters.field import Field


def plant_ben_07(field: Field) -> None:
    """A funeral benefit paid an hour, or ten days, too late; day of application not recorded."""
    funerals = field.frames["benefit"].filter(pl.col("kind") == "funeral")
    hour, days = field.halves(field.pick(funerals, by="benefit_id"))
    field.set("benefit", "benefit_id", hour["benefit_id"], paid_at=pl.col("applied_at").dt.offset_by("25h"))
    field.set("benefit", "benefit_id", days["benefit_id"], paid_at=pl.col("applied_at").dt.offset_by("10d"))
    silent = field.pick(funerals, by="benefit_id", least=1).head(1)
    field.set("benefit", "benefit_id", silent["benefit_id"], applied_at=pl.lit(None, pl.Datetime("us")))
    for part in (hour, days):
        field.list(part, "benefit_id")
    field.list(silent, "benefit_id", outcome="undetermined")


def plant_ben_13(field: Field) -> None:
    """The office pays sickness benefit to serving soldiers."""
    soldiers = field.pick(field.frames["people"].filter(pl.col("kind") == "military"))
    before = field.frames["contribution"].filter(
        pl.col("person_id").is_in(soldiers["person_id"].implode())
        & pl.col("period").is_between(date(2018, 7, 1), date(2018, 9, 1))
    )
    rows = before.group_by("person_id", "employer_no").agg(base_wage=pl.col("base").sum()).sort("person_id")
    number = pl.int_range(80_001, pl.len() + 80_001)
    paid = rows.with_columns(
        number=number,
        benefit_id=pl.format(f"{field.plan.code}-Т{{}}", number),
        kind=pl.lit("sickness"),
        event_from=pl.lit(date(2018, 10, 1)),
        event_to=pl.lit(date(2018, 10, 12)),
        days=pl.lit(10),
        employer_days=pl.lit(5),
        base_days=pl.lit(63),
        rate=pl.lit("0.75"),
        handled_from=pl.lit(date(2018, 10, 12)),
        amount=(pl.col("base_wage") * 750 * 5 * 2 + 63_000) // 126_000,
    )
    granted = settle(paid, field.plan.code, "ЭХ", "35").with_columns(insured_type=pl.lit("11"))
    field.add("benefit", granted)
    papers = benefit_papers(
        granted.with_columns(hospital_sheet_no="hospital_sheet_no", deceased_person_id=pl.lit(None, pl.Int64))
    )
    named = papers.with_columns(
        document_id=pl.format(f"{field.plan.code}-БЦ{{}}", pl.int_range(1, pl.len() + 1))
    )
    field.add("document", named.with_columns(number=pl.coalesce("number", "document_id")))
    field.list(granted, "benefit_id")
