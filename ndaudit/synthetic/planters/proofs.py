"""Planters for counted entries whose papers prove too little (LBK, PER-07, SIB-06)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.careers import OPEN
from ndaudit.synthetic.months import LEDGER_START
from ndaudit.synthetic.planters.field import Field

BY = "employment_id"
NO_DAY = pl.lit(None, pl.Date)
NO_TEXT = pl.lit(None, pl.String)
PROOFS = (
    "archive_orders",
    "archive_service",
    "archive_military",
    "archive_account_70",
    "court_decision",
    "military_card",
)
GOOD = {
    "certified": pl.lit(value=True),
    "corrected": pl.lit(value=False),
    "order_altered": pl.lit(value=False),
    "rewritten": pl.lit(value=False),
    "records_lost": pl.lit(value=False),
    "pay_recorded": pl.lit(value=True),
    "kind": pl.lit("work"),
}
CONTRIBUTION = "archive_contribution_135"


def _papers(field: Field, holders: pl.DataFrame, *kinds: str) -> pl.DataFrame:
    # A court decision without a period stands for a marriage certificate: it proves no service.
    of_service = (pl.col("kind") != "court_decision") | pl.col("covers_from").is_not_null()
    return field.frames["document"].filter(
        pl.col("file_no").is_in(holders["file_no"].implode()) & pl.col("kind").is_in(kinds) & of_service
    )


def _filed(field: Field, entries: pl.DataFrame) -> pl.DataFrame:
    """Return entries with the one file that counts them; its papers are as they were handed in."""
    files = field.frames["pension_file"].select("file_no", person_id="insured_id").drop_nulls()
    alone = files.filter(pl.len().over("person_id") == 1)
    return field.untouched(entries.join(alone, on="person_id", maintain_order="left"))


def _early(field: Field) -> pl.DataFrame:
    """Return entries from before 1995 counted for disability and survivors: no amount rests on them."""
    return _filed(
        field,
        field.frames["spans"].filter(
            pl.col("kind").is_in(["disabled", "late"])
            & (pl.col("m_to") < LEDGER_START)
            & (pl.col("form") != "misnamed")
        ),
    )


def _worked(field: Field) -> pl.DataFrame:
    """Return the early entries that are no conscript service: theirs have a reference of the contribution."""
    return _early(field).filter(~pl.col("form").is_in(["card", "conscript"]))


def _later(field: Field) -> pl.DataFrame:
    """Return main entries begun since 1995 of old-age pensioners: the ledger proves that service itself."""
    jobs = (pl.col("job") < 2) & (pl.col("m_from") >= LEDGER_START) & (pl.col("m_to") < OPEN)
    files = field.filed.select("person_id", "file_no")
    # One entry a person: a second one of theirs would be an item of its own.
    return (
        field.frames["spans"]
        .filter(jobs & (pl.col("work_condition") == "normal"))
        .unique("person_id", keep="last", maintain_order=True)
        .join(files, on="person_id", maintain_order="left")
    )


def _write(field: Field, entries: pl.DataFrame, **columns: pl.Expr) -> None:
    """Write entries well but for the given columns, and take away what proved them."""
    field.set("employment", BY, entries[BY], **GOOD | columns)
    field.drop("document", "document_id", _papers(field, entries, *PROOFS)["document_id"])


def _cut(field: Field, entries: pl.DataFrame, kind: str, /, **columns: pl.Expr) -> pl.DataFrame:
    """Change the papers of one kind that prove entries, and return them."""
    papers = _papers(field, entries, kind)
    field.set("document", "document_id", papers["document_id"], **columns)
    field.take(papers["document_id"].to_list(), "document_id")
    return papers


def plant_lbk_04(field: Field) -> None:
    """Corrected, order number altered, or the whole book rewritten, and nothing attached."""
    victims = field.parts(field.pick(_later(field), BY, least=3), 3)
    for part, fault in zip(victims, ("corrected", "order_altered", "rewritten"), strict=True):
        field.set("employment", BY, part[BY], **{fault: pl.lit(value=True)})
        field.list(part, BY)
    silent = field.one(_later(field), BY)
    field.set("employment", BY, silent[BY], corrected=pl.lit(None, pl.Boolean))
    field.list(silent, BY, outcome="undetermined")


def plant_lbk_05(field: Field) -> None:
    """Never signed nor stamped, without any reference; with one that begins three months late."""
    bare = field.pick(_worked(field), BY, least=1)
    _write(field, bare, certified=pl.lit(value=False))
    late = field.pick(_early(field).filter(pl.col("form").str.starts_with("uncertified")), BY, least=1)
    for kind in ("archive_orders", "archive_service"):
        _cut(field, late, kind, covers_from=pl.col("covers_from").dt.offset_by("3mo"))
    for part in (bare, late):
        field.list(part, BY)
    silent = field.one(_worked(field), BY)
    _write(field, silent, certified=pl.lit(None, pl.Boolean))
    field.list(silent, BY, outcome="undetermined")


def plant_lbk_06(field: Field) -> None:
    """Conscript service without card or reference; with a reference of a time years before; of no time."""
    bare = field.pick(_early(field), BY, least=1)
    _write(field, bare, kind=pl.lit("conscript"))
    field.list(bare, BY)
    card = _early(field).filter(pl.col("form").is_in(["card", "conscript"]))
    other, silent = field.one(card, BY), field.one(card, BY)
    for kind in ("archive_military", "military_card"):
        elsewhere = {"covers_from": pl.lit(date(1983, 1, 1)), "covers_to": pl.lit(date(1984, 12, 31))}
        papers = _cut(field, other, kind, **elsewhere, kind=pl.lit("archive_military"))
        field.list(papers, "document_id", rule="LBK-10")
        papers = _cut(
            field, silent, kind, covers_from=NO_DAY, covers_to=NO_DAY, kind=pl.lit("archive_military")
        )
        field.list(papers, "document_id", rule="LBK-10")
    field.list(other, BY)
    field.list(silent, BY, outcome="undetermined")


def plant_lbk_07(field: Field) -> None:
    """Membership rewritten, uncertified, or without pay, and nothing from account 70."""
    victims = field.parts(field.pick(_worked(field), BY, least=3), 3)
    faults = ({"rewritten": True}, {"certified": False}, {"pay_recorded": False})
    for part, fault in zip(victims, faults, strict=True):
        changes = {name: pl.lit(value=value) for name, value in fault.items()}
        _write(field, part, kind=pl.lit("cooperative"), **changes)
        field.list(part, BY)
    silent = field.one(_worked(field), BY)
    _write(field, silent, kind=pl.lit("cooperative"), pay_recorded=pl.lit(None, pl.Boolean))
    field.list(silent, BY, outcome="undetermined")


def plant_lbk_08(field: Field) -> None:
    """No reference of the 13.5 % contribution; one of other years; one that names no first day."""
    taxed = pl.col("form").is_in(["plain", "member", "uncertified", "corrected", "rewritten"])
    bare, short = field.halves(field.pick(_early(field).filter(taxed), BY))
    field.drop("document", "document_id", _papers(field, bare, CONTRIBUTION)["document_id"])
    _cut(field, short, CONTRIBUTION, covers_to=pl.col("covers_to").dt.offset_by("-6mo"))
    for part in (bare, short):
        field.list(part, BY)
    silent = field.one(_early(field).filter(taxed), BY)
    field.list(_cut(field, silent, CONTRIBUTION, covers_from=NO_DAY), "document_id", rule="LBK-10")
    field.list(silent, BY, outcome="undetermined")


def plant_lbk_09(field: Field) -> None:
    """Records lost and no court asked; not recorded whether they are lost."""
    bare = field.pick(_worked(field), BY, least=1)
    _write(field, bare, records_lost=pl.lit(value=True))
    field.list(bare, BY)
    silent = field.one(_worked(field), BY)
    _write(field, silent, records_lost=pl.lit(None, pl.Boolean))
    field.list(silent, BY, outcome="undetermined")


def plant_lbk_10(field: Field) -> None:
    """A reference without issuer, number or date, or of a time before the person worked; of no work known."""
    papers = field.frames["document"].filter(
        pl.col("kind").is_in([*PROOFS, CONTRIBUTION])
        & (pl.col("kind") != "military_card")
        & pl.col("covers_from").is_not_null()
    )
    victims = field.parts(field.pick(papers, by="document_id", least=4), 4)
    long_ago = pl.col("covers_from").dt.offset_by("-30y")
    faults = ({"issued_by": NO_TEXT}, {"number": NO_TEXT}, {"issued_on": NO_DAY}, {"covers_from": long_ago})
    for part, fault in zip(victims, faults, strict=True):
        field.set("document", "document_id", part["document_id"], **fault)
        field.list(part, "document_id")
    # Handed in by somebody insured voluntarily, of whom nobody delivered a labour book.
    free = field.frames["people"].filter(pl.col("kind") == "voluntary").with_columns(holder="person_id")
    number = pl.format(f"{field.plan.code}-А{{}}", "person_id")
    paper = field.one(free, "holder").select(
        "person_id",
        document_id=number,
        number=number,
        kind=pl.lit("archive_orders"),
        is_original=pl.lit(value=True),
        issued_by=pl.lit("Архив"),
        issued_on=pl.lit(date(2025, 3, 3)),
        covers_from=pl.lit(date(1993, 1, 1)),
        covers_to=pl.lit(date(1994, 12, 31)),
        received_on=pl.lit(date(2025, 4, 1)),
    )
    field.add("document", paper)
    field.list(paper, "document_id", outcome="undetermined")


def plant_per_07(field: Field) -> None:
    """Another birth day, another name in the book, and nothing attached; no name written."""
    day, name = field.halves(field.pick(_later(field), BY))
    field.set("employment", BY, day[BY], birth_date_written=pl.col("birth_date_written").dt.offset_by("1d"))
    field.set("employment", BY, name[BY], given_name_written=pl.lit("Өөрнэр"))
    for part in (day, name):
        field.list(part, BY)
    silent = field.one(_later(field), BY)
    field.set("employment", BY, silent[BY], surname_written=NO_TEXT)
    field.list(silent, BY, outcome="undetermined")


def plant_sib_06(field: Field) -> None:
    """No reference of the service; one a month short; one that names no period; no book of those months."""
    reference = "office_archive_reference"
    recruits = _filed(field, field.frames["spans"].filter(pl.col("form") == "recruit"))
    holders = field.frames["document"].filter(pl.col("kind") == reference)["person_id"]
    proven = recruits.filter(pl.col("person_id").is_in(holders.implode()))
    bare, short = field.halves(field.pick(proven, BY))
    field.drop("document", "document_id", _papers(field, bare, reference)["document_id"])
    _cut(field, short, reference, covers_to=pl.col("covers_to").dt.offset_by("-1mo"))
    silent = field.one(proven, BY)
    _cut(field, silent, reference, covers_to=NO_DAY)
    booked = field.one(recruits.filter(~pl.col("person_id").is_in(holders.implode())), BY)
    field.frames["book_entry"] = (
        field.frames["book_entry"]
        .join(booked.select("person_id", "released_on"), on="person_id", how="left", maintain_order="left")
        .filter(pl.col("released_on").is_null() | (pl.col("period") > pl.col("released_on")))
        .drop("released_on")
    )
    for part in (bare, short, booked):
        field.list(part, BY)
    field.list(silent, BY, outcome="undetermined")
