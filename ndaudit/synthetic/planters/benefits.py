"""Planters for benefits (BEN)."""

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from ndaudit.synthetic.benefits import benefit_papers, settle
from ndaudit.synthetic.months import later
from ndaudit.synthetic.planters.field import Field

BY = "benefit_id"
NO_DAY = pl.lit(None, pl.Date)
LATER, TWICE = "-Д", "-2"
"""What a benefit granted a second time has behind the number of the first."""
HANDLED = (
    "applied_at",
    "invoice_received_on",
    "employer_paid_on",
    "entered_at",
    "verified_on",
    "office_head_on",
    "chief_accountant_on",
    "settled_on",
)


def _settled(field: Field, kind: str = "") -> pl.DataFrame:
    """Return benefits settled with an employer, of one kind or of both."""
    own = field.frames["benefit"].filter(pl.col("employer_no").is_not_null())
    return own.filter(pl.col("kind") == kind) if kind else own


def _change(field: Field, victims: pl.DataFrame, outcome: str = "exception", **columns: Any) -> None:
    field.set("benefit", BY, victims[BY], **columns)
    field.list(victims, BY, outcome=outcome)


def _grant(field: Field, rows: pl.DataFrame) -> None:
    """Add benefits and their papers, numbered after the benefit; nobody else may pick them."""
    field.take(rows[BY].to_list(), BY)
    field.add("benefit", rows)
    papers = benefit_papers(rows.with_columns(deceased_person_id=pl.lit(None, pl.Int64)))
    named = papers.with_columns(document_id=pl.format("{}-{}", BY, "kind"))
    field.add("document", named.with_columns(number=pl.coalesce("number", "document_id")))


def plant_ben_01(field: Field) -> None:
    """The sheet in the file is another one's; no sheet; no invoice; no death certificate."""
    other, sheet, invoice = field.parts(field.pick(_settled(field), by=BY, least=3), 3)
    funeral = field.one(field.frames["benefit"].filter(pl.col("kind") == "funeral"), BY)
    papers = field.frames["document"]
    mine = pl.col(BY).is_in(other[BY].implode()) & (pl.col("kind") == "hospital_sheet")
    strange = papers.filter(mine)["document_id"]
    field.set(
        "document", "document_id", strange, benefit_id=pl.lit(None, pl.String), number=pl.col("number") + "9"
    )
    lost = ((sheet, "hospital_sheet"), (invoice, "invoice"), (funeral, "death_certificate"))
    for part, kind in lost:
        gone = papers.filter(pl.col(BY).is_in(part[BY].implode()) & (pl.col("kind") == kind))
        field.drop("document", "document_id", gone["document_id"])
    for part in (other, sheet, invoice, funeral):
        field.list(part, BY)


def plant_ben_03(field: Field) -> None:
    """Checked a day after settlement; by a payment officer; by an inspector who had left; on no list."""
    late, officer, gone, bare = field.parts(field.pick(_settled(field), by=BY, least=4), 4)
    code = field.plan.code
    _change(field, late, verified_on=pl.col("settled_on").dt.offset_by("1d"))
    _change(field, officer, verified_by=pl.lit(f"{code}-P2"))
    _change(field, gone, verified_by=pl.lit(f"{code}-I1"))
    _change(field, bare, list_no=pl.lit(None, pl.String))
    # An inspector of whom nobody wrote down since when.
    silent = field.one(_settled(field), BY)
    number = f"{code}-IX"
    since = {"active_from": NO_DAY, "active_to": NO_DAY, "staff_id": pl.lit(number)}
    staff = field.frames["staff"]
    field.add("staff", staff.filter(pl.col("staff_id") == f"{code}-I3").with_columns(**since))
    _change(field, silent, "undetermined", verified_by=pl.lit(number))


def plant_ben_04(field: Field) -> None:
    """The head checked a day after the money left; the chief accountant weeks after, or never."""
    head, weeks, never = field.parts(field.pick(_settled(field), by=BY, least=3), 3)
    settled = pl.col("settled_on")
    _change(field, head, office_head_on=settled.dt.offset_by("1d"))
    _change(field, weeks, chief_accountant_on=settled.dt.offset_by("20d"))
    _change(field, never, chief_accountant_on=NO_DAY)


def plant_ben_05(field: Field) -> None:
    """Sickness from the accident fund; a work accident from that of benefits; a funeral from pensions."""
    ordinary = _settled(field, "sickness").filter(pl.col("fund") == "benefit")
    fund, cause = field.halves(field.pick(ordinary, by=BY))
    _change(field, fund, fund=pl.lit("accident"))
    _change(field, cause, cause=pl.lit("work_accident"))
    funerals = field.frames["benefit"].filter(pl.col("kind") == "funeral")
    _change(field, field.one(funerals, BY), fund=pl.lit("pension"))
    for column in ("fund", "cause"):
        silent = field.one(ordinary, BY)
        _change(field, silent, "undetermined", **{column: pl.lit(None, pl.String)})


def plant_ben_06(field: Field) -> None:
    """A notice in two copies; signed a day after payment; none at all; copies not recorded."""
    voluntary = field.frames["benefit"].filter(pl.col("insured_type") == "90")
    copies, late, bare = field.parts(field.pick(voluntary, by=BY, least=3), 3)
    _change(field, copies, notice_copies=pl.lit(2))
    _change(field, late, notice_office_head_on=pl.col("paid_at").dt.date().dt.offset_by("1d"))
    _change(field, bare, notice_no=pl.lit(None, pl.String), notice_copies=pl.lit(0), notice_to_bank_on=NO_DAY)
    silent = field.one(voluntary, BY)
    _change(field, silent, "undetermined", notice_copies=pl.lit(None, pl.Int32))


def plant_ben_07(field: Field) -> None:
    """A funeral benefit paid an hour, or ten days, too late; day of application not recorded."""
    funerals = field.frames["benefit"].filter(pl.col("kind") == "funeral")
    hour, days = field.halves(field.pick(funerals, by="benefit_id"))
    field.set("benefit", "benefit_id", hour["benefit_id"], paid_at=pl.col("applied_at").dt.offset_by("25h"))
    field.set("benefit", "benefit_id", days["benefit_id"], paid_at=pl.col("applied_at").dt.offset_by("10d"))
    silent = field.one(funerals, by="benefit_id")
    field.set("benefit", "benefit_id", silent["benefit_id"], applied_at=pl.lit(None, pl.Datetime("us")))
    for part in (hour, days):
        field.list(part, "benefit_id")
    field.list(silent, "benefit_id", outcome="undetermined")


def _again(rows: pl.DataFrame, mark: str, **columns: Any) -> pl.DataFrame:
    """Return the benefits once more under another number; `mark` makes it the later of the two."""
    return rows.with_columns(benefit_id=pl.col(BY) + mark, list_no=pl.col("list_no") + mark).with_columns(
        **columns
    )


def plant_ben_11(field: Field) -> None:
    """Begins on the last day of another; the same days on another sheet; goes on after death; has no end."""
    day, same = field.halves(field.pick(_settled(field, "sickness"), by=BY))
    sheet = {"hospital_sheet_no": pl.col("hospital_sheet_no") + "Д"}
    start = day["event_to"].to_numpy()
    end = pl.Series(np.busday_offset(start, day["days"].to_numpy() - 1, roll="forward"))
    moved = {name: pl.col(name).dt.offset_by("28d") for name in HANDLED}
    next_one = _again(day, LATER, event_from=pl.col("event_to"), **moved, **sheet).with_columns(event_to=end)
    for rows in (next_one, _again(same, LATER, **sheet)):
        _grant(field, rows)
        field.list(rows, BY)
    _sick_and_dead(field)
    silent = field.one(_settled(field, "sickness"), BY)
    _change(field, silent, "undetermined", event_to=NO_DAY)


def _sick_and_dead(field: Field) -> None:
    """Grant sickness benefit to people who died two days before its end, or before it began."""
    late = field.frames["people"].filter(pl.col("kind") == "late").select("person_id", "deceased_on")
    victims = field.pick(late.with_columns(dead="person_id"), by="dead").sort("person_id")
    first = np.arange(victims.height) % 2 == 0
    victims = victims.with_columns(
        began=pl.Series(later(victims["deceased_on"].to_numpy(), np.where(first, -9, 5)))
    )
    wages = field.frames["contribution"].join(victims, on="person_id", maintain_order="left")
    before = pl.col("period") < pl.col("began").dt.truncate("1mo")
    months = wages.filter(before & pl.col("employer_no").is_not_null()).sort(
        "person_id", "period", "contribution_id"
    )
    served = pl.col("period").n_unique()
    sums = months.group_by("person_id", maintain_order=True).agg(
        pl.col("employer_no").last(),
        pl.col("began").last(),
        base_wage=pl.col("base").tail(3).sum(),
        thousandths=pl.when(served < 60).then(500).when(served < 180).then(550).otherwise(750),
    )
    start = sums["began"].to_numpy()
    rows = _sickness(field, sums, start, later(start, 11), 82_001)
    _grant(field, rows)
    field.list(rows, BY)


def _sickness(
    field: Field, wages: pl.DataFrame, start: np.ndarray, end: np.ndarray, number: int
) -> pl.DataFrame:
    """Return sickness benefits on three months' wages: person_id, employer_no, base_wage, thousandths."""
    counted = pl.int_range(number, pl.len() + number)
    rows = wages.select("person_id", "employer_no", "base_wage", "thousandths").with_columns(
        number=counted,
        benefit_id=pl.format(f"{field.plan.code}-Т{{}}", counted),
        kind=pl.lit("sickness"),
        event_from=pl.Series(start),
        event_to=pl.Series(end),
        days=pl.lit(10),
        employer_days=pl.lit(5),
        base_days=pl.lit(63),
        rate=pl.format("0.{}", "thousandths"),
        handled_from=pl.Series(end),
        amount=(pl.col("base_wage") * pl.col("thousandths") * 5 * 2 + 63_000) // 126_000,
    )
    return settle(rows, field.plan.code, "ЭХ", "35")


def plant_ben_12(field: Field) -> None:
    """Two people on one sheet; the same days of one person twice; days of the second use not recorded."""
    sick = _settled(field, "sickness")
    owners = field.pick(sick, by=BY, least=1)
    others = sick.filter(~pl.col("person_id").is_in(owners["person_id"].implode()))
    guests = field.pick(others, by=BY, least=1).head(owners.height)
    sheets = owners["hospital_sheet_no"].head(guests.height)
    used = pl.col(BY).replace_strict(guests[BY], sheets, default=None)
    field.set("benefit", BY, guests[BY], hospital_sheet_no=used)
    field.list(owners.head(guests.height), "hospital_sheet_no")
    twice = field.pick(sick, by=BY, least=1)
    silent = field.one(sick, BY)
    undated = _again(silent, TWICE, event_from=NO_DAY, event_to=NO_DAY)
    for rows, outcome in ((_again(twice, TWICE), "exception"), (undated, "undetermined")):
        _grant(field, rows)
        field.list(rows, "hospital_sheet_no", outcome=outcome)
        field.list(rows, BY, rule="BEN-11", outcome=outcome)
    # Without its days the service before it is not known, where the law of its amount is.
    ordinary = (pl.col("cause") == "ordinary") & (pl.col("applied_at") < pl.date(2024, 1, 1))
    field.list(undated.filter(ordinary), BY, rule="BEN-09", outcome="undetermined")


def plant_ben_13(field: Field) -> None:
    """The office pays sickness benefit to serving soldiers."""
    soldiers = field.pick(field.frames["people"].filter(pl.col("kind") == "military"))
    before = field.frames["contribution"].filter(
        pl.col("person_id").is_in(soldiers["person_id"].implode())
        & pl.col("period").is_between(date(2018, 7, 1), date(2018, 9, 1))
    )
    wages = before.group_by("person_id", "employer_no").agg(base_wage=pl.col("base").sum()).sort("person_id")
    # they have served more than fifteen years
    wages = wages.with_columns(thousandths=pl.lit(750))
    start = np.full(wages.height, np.datetime64("2018-10-01"))
    paid = _sickness(field, wages, start, later(start, 11), 80_001)
    granted = paid.with_columns(insured_type=pl.lit("11"))
    _grant(field, granted)
    field.list(granted, BY)


def plant_ben_14(field: Field) -> None:
    """Two tögrög too much settled; half of it; twice as much; not recorded."""
    little, half, double = field.parts(field.pick(_settled(field), by=BY, least=3), 3)
    amount = pl.col("amount")
    for part, settled in ((little, amount + 2), (half, amount // 2), (double, amount * 2)):
        _change(field, part, settled_amount=settled)
    silent = field.one(_settled(field), BY)
    _change(field, silent, "undetermined", settled_amount=pl.lit(None, pl.Int64))
