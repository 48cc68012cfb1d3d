"""Planters for what stands on registers and recommendation sheets (REG, REC), and for calls (VOI)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.planters.registers import ENTRY, REGISTER, SHEET, listed_elsewhere

NO_DAY = pl.lit(None, pl.Date)


def plant_reg_03(field: Field) -> None:
    """No name; no wage of the five years; papers missing, none of them named."""
    name, wage = field.halves(field.pick(field.entries))
    lacking = field.frames["register_entry"].filter(pl.col("papers") == "incomplete")
    unnamed = field.pick(lacking, least=1)
    field.set("register_entry", "person_id", name["person_id"], surname_name=pl.lit(" "))
    field.set("register_entry", "person_id", wage["person_id"], window_wage=pl.lit(None, pl.Int64))
    field.set("register_entry", "person_id", unnamed["person_id"], missing_papers=pl.lit(None, pl.String))
    for part in (name, wage, unnamed):
        field.list(part, *ENTRY)


def plant_reg_05(field: Field) -> None:
    """A paper came after the day drawn up, or was missing, yet “complete”; the day it came not recorded."""
    books = field.frames["document"].filter((pl.col("kind") == "si_book") & pl.col("benefit_id").is_null())
    late = field.pick(field.entries)
    lacking = field.frames["register_entry"].filter(pl.col("papers") == "incomplete")
    hidden = field.pick(lacking, least=1)
    silent = field.one(field.entries)
    for part, day in (
        (late, pl.col("received_on").dt.offset_by("1mo")),
        (silent, pl.lit(None, pl.Date)),
    ):
        own = books.filter(pl.col("person_id").is_in(part["person_id"].implode()))
        field.set("document", "document_id", own["document_id"], received_on=day)
    nothing = pl.lit(None, pl.String)
    who = hidden["person_id"]
    field.set("register_entry", "person_id", who, papers=pl.lit("complete"), missing_papers=nothing)
    for part in (late, hidden):
        field.list(part, *ENTRY)
    field.list(silent, *ENTRY, outcome="undetermined")


def _sheet_key() -> pl.Expr:
    return pl.concat_str([pl.col(column).cast(pl.String) for column in REGISTER], separator="|")


def plant_reg_07(field: Field) -> None:
    """One copy; no head signed; an entry not stamped; entered by a clerk; not recorded who signed."""
    sheets = field.frames["register"].with_columns(sheet=_sheet_key())
    taken = field.pick(sheets, by="sheet", least=3)
    copy, head, section = field.parts(taken, 3)
    silent = field.one(sheets, "sheet")
    wanted = (
        (copy, "copies", pl.lit(1, pl.Int32)),
        (head, "office_head_signed", pl.lit(value=False)),
        (section, "section_head_signed", pl.lit(value=False)),
        (silent, "office_head_signed", pl.lit(None, pl.Boolean)),
    )
    for part, column, value in wanted:
        hit = _sheet_key().is_in(part["sheet"].implode())
        field.frames["register"] = field.frames["register"].with_columns(
            pl.when(hit).then(value).otherwise(column).alias(column)
        )
    entries = field.entries.with_columns(sheet=_sheet_key()).filter(field.is_free("sheet"))
    stamp, clerk = field.halves(field.pick(entries))
    for part in (stamp, clerk):
        field.take(part["sheet"].to_list(), "sheet")
    field.set("register_entry", "person_id", stamp["person_id"], inspector_stamped=pl.lit(value=False))
    field.set("register_entry", "person_id", clerk["person_id"], inspector=pl.lit(f"{field.plan.code}-T1"))
    for part in (copy, head, section, stamp, clerk):
        field.list(part, *REGISTER)
    field.list(silent, *REGISTER, outcome="undetermined")


def plant_reg_08(field: Field) -> None:
    """A person listed under a second name; listed with another office too."""
    # An entry of a sheet drawn up late would be late too.
    timely = pl.col("drawn_up_on") < pl.date(pl.col("register_year"), 1, 1)
    known = field.frames["register"].filter(timely).select(*REGISTER).unique(maintain_order=True)
    names = known.group_by("register_year", "listed_under").agg(pl.col("listed_name").sort())
    entries = field.entries.join(
        names, on=["register_year", "listed_under"], suffix="s", maintain_order="left"
    )
    several = entries.filter(pl.col("listed_names").list.len() > 1)
    twice, away = field.halves(field.pick(several))
    other = (
        pl.when(pl.col("listed_names").list.first() == pl.col("listed_name"))
        .then(pl.col("listed_names").list.last())
        .otherwise(pl.col("listed_names").list.first())
    )
    office = listed_elsewhere(field, away)
    field.add("register_entry", twice.with_columns(listed_name=other).drop("listed_names"))
    field.add("register_entry", away.with_columns(office_code=pl.lit(office)).drop("listed_names"))
    for part in (twice, away):
        field.list(part, "register_year", "person_id", national=True)


def plant_reg_10(field: Field) -> None:
    """A child too many; work underground nobody did; number of children left empty."""
    women = field.entries.filter((pl.col("sex") == "F") & (pl.col("condition") != "mother"))
    children = field.pick(women)
    work = field.pick(field.entries.filter(pl.col("work_condition") == "normal"))
    silent = field.one(women)
    field.set("register_entry", "person_id", children["person_id"], children=pl.col("children") + 1)
    field.set("register_entry", "person_id", work["person_id"], work_condition=pl.lit("underground"))
    field.set("register_entry", "person_id", silent["person_id"], children=pl.lit(None, pl.Int64))
    for part in (children, work):
        field.list(part, *ENTRY)
    field.list(silent, *ENTRY, outcome="undetermined")
    field.list(silent, *ENTRY, rule="REG-03")


def _entries_of(field: Field, sheets: pl.DataFrame) -> pl.DataFrame:
    """Return the register entries of the people of some recommendation sheets."""
    entries = field.frames["register_entry"]
    return entries.filter(pl.col("person_id").is_in(sheets["person_id"].implode()))


def plant_rec_01(field: Field) -> None:
    """No sheet; a sheet of the day before the register; a sheet without a day."""
    people = field.frames["people"].select("person_id", "right_on")
    sheets = field.frames["recommendation"].join(people, on="person_id", maintain_order="left")
    due = sheets.filter(pl.col("right_on") < date(2026, 4, 1))
    none, early = field.halves(field.pick(due))
    silent = field.one(due)
    for table in ("recommendation", "recommendation_item"):
        field.drop(table, "person_id", none["person_id"])
    before = pl.date(pl.col("sheet_year"), 11, 9)
    field.set("recommendation", "person_id", early["person_id"], issued_on=before)
    field.set("recommendation", "person_id", silent["person_id"], issued_on=NO_DAY)
    for part in (none, early):
        field.list(_entries_of(field, part), *ENTRY)
    field.list(_entries_of(field, silent), *ENTRY, outcome="undetermined")
    field.list(silent, *SHEET, rule="REC-03", outcome="undetermined")


def plant_rec_03(field: Field) -> None:
    """To be brought two months before the right, or before the sheet; a column empty; no line at all."""
    people = field.frames["people"].select("person_id", "right_on")
    sheets = field.frames["recommendation"].join(people, on="person_id", maintain_order="left")
    late, before, column, empty = field.parts(field.pick(sheets, least=4), 4)
    for part, day in (
        (late, late["right_on"].dt.offset_by("-2mo")),
        (before, before["issued_on"].dt.offset_by("-1d")),
    ):
        bring = pl.col("person_id").replace_strict(part["person_id"], day, default=None)
        field.set("recommendation", "person_id", part["person_id"], bring_by=bring)
    field.set("recommendation_item", "person_id", column["person_id"], paper_to_add=pl.lit(None, pl.String))
    field.drop("recommendation_item", "person_id", empty["person_id"])
    for part in (late, before, column, empty):
        field.list(part, *SHEET)
    # What was to be brought before it was asked for was brought after.
    lines = field.frames["recommendation_item"]
    hit = lines.filter(pl.col("person_id").is_in(before["person_id"].implode()))
    field.list(hit, *SHEET, "line", rule="REC-05")


def plant_voi_02(field: Field) -> None:
    """Somebody whose papers are missing was never called; the call failed; nobody recorded how it went."""
    lacking = field.frames["register_entry"].filter(pl.col("papers") == "incomplete")
    messages = field.frames["voice_message"].filter(
        field.is_free("message_id") & (pl.col("outcome") == "delivered")
    )
    once = messages.filter(pl.len().over("person_id") == 1)
    calls = once.join(lacking.select("person_id").unique(), on="person_id", how="semi", maintain_order="left")
    never, failed = field.halves(field.pick(calls, by="message_id"))
    silent = field.one(calls, "message_id")
    unsent = field.frames["voice_message"].filter(pl.col("outcome") == "not_sent")
    unsent = unsent.join(lacking, on="person_id", how="semi", maintain_order="left")
    field.drop("voice_message", "message_id", never["message_id"])
    field.set("voice_message", "message_id", failed["message_id"], outcome=pl.lit("failed"))
    field.set("voice_message", "message_id", silent["message_id"], outcome=pl.lit(None, pl.String))
    for part in (never, failed, unsent):
        field.list(_entries_of(field, part), *ENTRY)
    field.list(_entries_of(field, silent), *ENTRY, outcome="undetermined")
