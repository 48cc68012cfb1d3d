"""Two defects on one person, file, benefit or row: neither may hide the other."""

from datetime import date, timedelta

import polars as pl

from ndaudit.synthetic.planters.determinations import initial_of
from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.planters.law_amounts import paid_otherwise
from ndaudit.synthetic.planters.payments import PAID_MONTH, pay_again, roll_of

SHEET, FILE, BENEFIT, SENT = "determination_id", "file_no", "benefit_id", "transmission_id"
NO_TEXT, NO_DAY = pl.lit(None, pl.String), pl.lit(None, pl.Date)
YES, NO = pl.lit(value=True), pl.lit(value=False)
CERTAIN = 800_000
"""Above every minimum listed: an amount of this size is decided whatever the minimum of its day."""


def _award(field: Field, suited: pl.Expr = YES) -> pl.DataFrame:
    """Return one initial award that nobody touched, nor its file, its papers or its payments."""
    paid = field.frames["payment"].filter(~field.is_free("payment_id"))["person_id"].unique()
    rows = field.untouched(initial_of(field)).filter(
        suited, field.is_free(SHEET), field.is_free(FILE), ~pl.col("person_id").is_in(paid.implode())
    )
    return field.one(rows)


def _list(field: Field, rows: pl.DataFrame, key: str, *rules: str) -> None:
    for rule in rules:
        field.list(rows, key, rule=rule)


def combine_application_and_amount(field: Field) -> None:
    """No application in the file, and a third more determined than due."""
    certain = (pl.col("window_from") >= date(2013, 1, 1)) & (pl.col("amount") >= CERTAIN)
    one = _award(field, certain)
    papers = field.frames["document"].filter(pl.col(FILE).is_in(one[FILE].implode()), kind="application")
    field.drop("document", "document_id", papers["document_id"])
    field.set("determination", SHEET, one[SHEET], amount=pl.col("amount") * 4 // 3)
    field.list(one, FILE, rule="FIL-04")
    field.list(one, SHEET, rule="DET-06")
    paid_otherwise(field, one)


def combine_early_and_late(field: Field) -> None:
    """Effective a day before the right arose, and decided on the thirty-first day."""
    one = _award(field, pl.col("condition") == "general")
    field.set("determination", SHEET, one[SHEET], eligible_on=pl.col("effective_from").dt.offset_by("1d"))
    complete = one.select(at=pl.col("office_head_at").dt.date().dt.offset_by("-31d"))["at"]
    field.set(
        "pension_file",
        FILE,
        one[FILE],
        papers_complete_on=pl.col(FILE).replace_strict(one[FILE], complete, default=None),
    )
    _list(field, one, SHEET, "DET-08", "DET-11")


def combine_death_and_double(field: Field) -> None:
    """Paid for the month after death, twice."""
    working = field.frames["contribution"].filter(pl.col("insured_type") == "22")["person_id"].unique()
    rows = roll_of(field).filter(
        field.is_free("person_id"),
        field.is_free("payment_id"),
        pl.col("period") == date(2025, 12, 1),
        pl.col("status") == "paid",
        ~pl.col("person_id").is_in(working.implode()),
    )
    one = field.one(rows)
    field.set("person", "person_id", one["person_id"], deceased_on=pl.lit(date(2025, 11, 25)))
    pay_again(field, one)
    _list(field, one, "payment_id", "PAY-05")
    _list(field, one.with_columns(pl.col("payment_id") + "-2"), "payment_id", "PAY-05")
    field.list(one.with_columns(pension_type=pl.lit("old_age")), *PAID_MONTH, rule="PAY-06")


def combine_unsigned_and_unstamped(field: Field) -> None:
    """The citizen did not sign the file, and nobody stamped the sheet."""
    one = _award(field)
    field.set("pension_file", FILE, one[FILE], citizen_signed=NO)
    field.set("determination", SHEET, one[SHEET], stamped=NO)
    _list(field, one, FILE, "FIL-02")
    _list(field, one, SHEET, "DET-02")


def combine_entered_and_signed_early(field: Field) -> None:
    """The section head entered the sheet, and had signed it an hour before."""
    one = _award(field)
    early = pl.col("entered_at").dt.offset_by("-1h")
    field.set("determination", SHEET, one[SHEET], entered_by=pl.col("section_head"), section_head_at=early)
    _list(field, one, SHEET, "DET-03", "DET-04")


def combine_absent_and_unsigned_book(field: Field) -> None:
    """The citizen was not there when the file was opened, and nobody signed the book."""
    one = _award(field)
    field.set("pension_file", FILE, one[FILE], citizen_present=NO)
    field.set("pension_book", FILE, one[FILE], signed=NO)
    _list(field, one, FILE, "FIL-01")
    books = field.frames["pension_book"].filter(pl.col(FILE).is_in(one[FILE].implode()))
    _list(field, books, "book_no", "BOK-04")


def combine_number_and_subdistrict(field: Field) -> None:
    """Neither register number nor subdistrict recorded."""
    one = field.one(field.workers)
    field.set("person", "person_id", one["person_id"], register_no=NO_TEXT, subdistrict=NO_TEXT)
    _list(field, one, "person_id", "PER-01", "PER-06")
    field.list(one, "person_id", rule="PER-05", outcome="undetermined")


def combine_settled_and_unchecked(field: Field) -> None:
    """More settled than granted, and the chief accountant never checked."""
    own = field.frames["benefit"].filter(pl.col("employer_no").is_not_null() & (pl.col("amount") > 0))
    one = field.one(own, BENEFIT)
    more = pl.col("amount") + 2_000
    field.set("benefit", BENEFIT, one[BENEFIT], settled_amount=more, chief_accountant_on=NO_DAY)
    _list(field, one, BENEFIT, "BEN-04", "BEN-14")


def combine_list_and_fund(field: Field) -> None:
    """On no list, and from the fund of accidents though the cause was ordinary."""
    own = field.frames["benefit"].filter(
        pl.col("employer_no").is_not_null(), kind="sickness", fund="benefit", cause="ordinary"
    )
    one = field.one(own, BENEFIT)
    field.set("benefit", BENEFIT, one[BENEFIT], list_no=NO_TEXT, fund=pl.lit("accident"))
    _list(field, one, BENEFIT, "BEN-03", "BEN-05")


def combine_late_and_more(field: Field) -> None:
    """A funeral benefit an hour too late, and two tögrög too much."""
    one = field.one(field.frames["benefit"].filter(kind="funeral"), BENEFIT)
    late = pl.col("applied_at").dt.offset_by("25h")
    field.set("benefit", BENEFIT, one[BENEFIT], paid_at=late, amount=pl.col("amount") + 2)
    _list(field, one, BENEFIT, "BEN-07", "BEN-08")


def combine_mute_and_sent_by_inspector(field: Field) -> None:
    """Never acknowledged, and sent by an inspector."""
    late = field.frames["bank_transmission"].filter(pl.col("period") >= date(2015, 2, 1))
    one = field.one(late, SENT)
    inspector = pl.lit(f"{field.plan.code}-I3")
    field.set("bank_transmission", SENT, one[SENT], acknowledged_at=pl.lit(None), sent_by=inspector)
    _list(field, one, SENT, "PAY-01", "PAY-09")


def combine_uncertified_and_unreasoned(field: Field) -> None:
    """A change the control inspector never certified, and for no reason recorded."""
    one = field.one(field.frames["determination"].filter(pl.col("kind") == "change"))
    nobody = {"control_inspector": NO_TEXT, "control_inspector_at": pl.lit(None), "change_reason": NO_TEXT}
    field.set("determination", SHEET, one[SHEET], **nobody)
    _list(field, one, SHEET, "RED-01", "RED-04")


def combine_death_and_marriage(field: Field) -> None:
    """Neither death certificate nor marriage certificate in a file of survivors."""
    restoring = field.frames["document"].filter(pl.col("kind") == "court_decision")["file_no"].drop_nulls()
    spouses = field.frames["survivor_member"].filter(
        ~pl.col(FILE).is_in(restoring.implode()), relation="spouse"
    )
    one = field.one(field.untouched(spouses).filter(field.is_free(FILE)))
    kinds = pl.col("kind").is_in(["death_certificate", "marriage_certificate"])
    lost = field.frames["document"].filter(kinds & pl.col(FILE).is_in(one[FILE].implode()))
    field.drop("document", "document_id", lost["document_id"])
    _list(field, one, FILE, "SUR-01")
    field.list(one, FILE, "person_id", rule="SUR-03")


def combine_act_and_book(field: Field) -> None:
    """A disability pension paid after its act ended, and no social insurance book in the file."""
    lasting = field.frames["document"].filter(pl.col("permanent"), kind="medical_commission_act")
    decided = field.frames["determination"].filter(pl.col("pension_type") == "disability")[FILE]
    files = field.frames["pension_file"].filter(
        pl.col(FILE).is_in(lasting[FILE].drop_nulls().implode()),
        pl.col(FILE).is_in(decided.implode()),
        field.is_free(FILE),
    )
    one = field.one(field.untouched(files))
    own = pl.col(FILE).is_in(one[FILE].implode())
    books = field.frames["document"].filter(own, kind="si_book")
    field.drop("document", "document_id", books["document_id"])
    acts = field.frames["document"].filter(own, kind="medical_commission_act")
    last = date(2025, 11, 30)
    end = pl.lit(last)
    field.set("document", "document_id", acts["document_id"], permanent=NO, covers_to=end, valid_until=end)
    _list(field, one, FILE, "DIS-01")
    after = pl.col("period") >= last + timedelta(days=1)
    paid = field.frames["payment"].filter(
        after & (pl.col("status") == "paid") & pl.col("pension_book_no").is_in(one[FILE].implode())
    )
    _list(field, paid, "payment_id", "DIS-03")


def combine_late_and_unsigned(field: Field) -> None:
    """A recommendation sheet handed over ten days before the right arose, and signed by no head."""
    rights = field.frames["people"].select("person_id", "right_on")
    sheets = field.frames["recommendation"].join(rights, on="person_id", maintain_order="left")
    one = field.one(sheets.filter(pl.col("right_on") < date(2026, 1, 1)))
    day = one.select(at=pl.col("right_on").dt.offset_by("-10d"))["at"]
    handed = pl.col("person_id").replace_strict(one["person_id"], day, default=None)
    field.set("recommendation", "person_id", one["person_id"], handed_over_on=handed, office_head_signed=NO)
    for rule in ("REC-02", "REC-04"):
        field.list(one, "office_code", "sheet_year", "sheet_no", rule=rule)
