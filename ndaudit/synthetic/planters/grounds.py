"""Planters for the papers of disability, survivors' and military files (DIS, SUR, MIL)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.field import Field
from ndaudit.synthetic.planters.paid_months import list_school_months

NO_TEXT = pl.lit(None, pl.String)
NO_DAY = pl.lit(None, pl.Date)
SMALL = date(2010, 2, 1)
"""Children born later are below sixteen when the exports are made."""

REFERENCES = ("archive_military", "archive_service")


def _files(field: Field, pension_type: str) -> pl.DataFrame:
    """Return files of a pension type that have a determination."""
    decided = field.frames["determination"]["file_no"].unique().implode()
    return field.frames["pension_file"].filter(
        (pl.col("pension_type") == pension_type) & pl.col("file_no").is_in(decided)
    )


def _unproven(field: Field, files: pl.DataFrame, *kinds: str) -> None:
    # A court decision with a period restores service, not a marriage.
    wanted = pl.col("kind").is_in(kinds) & (
        (pl.col("kind") != "court_decision") | pl.col("covers_from").is_null()
    )
    papers = field.frames["document"].filter(pl.col("file_no").is_in(files["file_no"].implode()) & wanted)
    field.drop("document", "document_id", papers["document_id"])


def _take_out(field: Field, files: pl.DataFrame, *kinds: str) -> None:
    """Take papers of some kinds out of files, and list the files."""
    _unproven(field, files, *kinds)
    field.list(files, "file_no")


def unlisted(field: Field, files: pl.DataFrame) -> pl.DataFrame:
    """Take the labour book out of a file whose sheet says neither what it counts nor how many months.

    Returns:
        The file.
    """
    # an entry that no sheet lists is no longer one that counts
    busy = field.frames["spans"].filter(~field.is_free("employment_id"))["person_id"]
    suited = field.untouched(files).filter(~pl.col("insured_id").is_in(busy.implode()))
    silent = field.one(suited)
    own = pl.col("file_no").is_in(silent["file_no"].implode())
    field.take(field.frames["document"].filter(own)["document_id"].to_list(), "document_id")
    _unproven(field, silent, "labour_book")
    sheets = field.frames["determination"].filter(pl.col("file_no").is_in(silent["file_no"].implode()))
    field.drop("determination_service", "determination_id", sheets["determination_id"])
    nothing = pl.lit(None, pl.Int64)
    months = {"service_months_before_1995": nothing, "service_months_after_1995": nothing}
    field.set("determination", "file_no", silent["file_no"], **months)
    field.list(silent, "file_no", outcome="undetermined")
    return silent


def plant_dis_01(field: Field) -> None:
    """No social insurance book; no labour book though early service counts; no act; months not recorded."""
    counted = field.frames["determination_service"].filter(pl.col("before") > 0)["file_no"].implode()
    files = _files(field, "disability")
    _take_out(field, field.pick(files, least=1), "si_book")
    _take_out(field, field.pick(files.filter(pl.col("file_no").is_in(counted)), least=1), "labour_book")
    decided = field.frames["determination"]["file_no"].unique().implode()
    waiting = field.frames["pension_file"].filter(~pl.col("file_no").is_in(decided))
    _take_out(field, field.pick(waiting, least=1), "medical_commission_act")
    # where an accident at work disabled them, no length of service is asked
    unlisted(field, files.filter(pl.col("cause") == "work_accident"))


def plant_dis_02(field: Field) -> None:
    """Disabled by a work accident, and no labour inspector's act; what caused it not recorded."""
    files = _files(field, "disability").filter(pl.col("cause") == "work_accident")
    _take_out(field, field.pick(files), "labour_inspector_act")
    silent = field.one(files)
    _unproven(field, silent, "labour_inspector_act")
    field.set("pension_file", "file_no", silent["file_no"], cause=NO_TEXT)
    field.list(silent, "file_no", outcome="undetermined")


def plant_sur_01(field: Field) -> None:
    """No death certificate; no family papers; no insurance book of the deceased; months not recorded."""
    files = _files(field, "survivor")
    victims = field.parts(field.pick(files, least=3), 3)
    for part, kind in zip(victims, ("death_certificate", "family_papers", "si_book"), strict=True):
        _take_out(field, part, kind)
    unlisted(field, files)


def plant_sur_02(field: Field) -> None:
    """A member disabled from childhood without the commission's act; not recorded whether disabled."""
    flag, act = "disabled_from_childhood", "childhood_disability_act"
    victims = field.pick(field.frames["survivor_member"].filter(flag), least=1)
    _unproven(field, victims, act)
    field.list(victims, "file_no", "person_id")
    # A child below school age: whether it is disabled changes nothing else.
    small = field.frames["people"].filter(pl.col("birth_date") > SMALL)["person_id"].implode()
    children = field.frames["survivor_member"].filter(pl.col("person_id").is_in(small), relation="child")
    silent = field.one(children)
    _unproven(field, silent, act)
    field.set("survivor_member", "person_id", silent["person_id"], **{flag: pl.lit(None, pl.Boolean)})
    field.list(silent, "file_no", "person_id", outcome="undetermined")
    list_school_months(field, silent, "undetermined")


def plant_sur_03(field: Field) -> None:
    """A spouse without marriage certificate or court decision; a member of a family, not recorded what."""
    # A court decision that restores service stays in the file, and may be the one on the marriage.
    restoring = (pl.col("kind") == "court_decision") & pl.col("covers_from").is_not_null()
    decided = field.frames["document"].filter(restoring)["file_no"].drop_nulls()
    spouses = field.frames["survivor_member"].filter(relation="spouse")
    spouses = spouses.filter(~pl.col("file_no").is_in(decided.implode()))
    victims, silent = field.pick(spouses), field.one(spouses)
    for part, outcome in ((victims, "exception"), (silent, "undetermined")):
        _unproven(field, part, "marriage_certificate", "court_decision")
        field.list(part, "file_no", "person_id", outcome=outcome)
    field.set("survivor_member", "person_id", silent["person_id"], relation=NO_TEXT)


def plant_sur_05(field: Field) -> None:
    """Died at work, and no labour inspector's act; cause of death not recorded."""
    files = _files(field, "survivor").filter(pl.col("cause") == "work_accident")
    _take_out(field, field.pick(files, "file_no", least=1), "labour_inspector_act")
    silent = field.one(files, "file_no")
    _unproven(field, silent, "labour_inspector_act")
    field.set("pension_file", "file_no", silent["file_no"], cause=NO_TEXT)
    field.list(silent, "file_no", outcome="undetermined")


def plant_mil_01(field: Field) -> None:
    """No order of release; no archive reference of the service; one that names no period."""
    files = field.untouched(_files(field, "military"))
    _take_out(field, field.pick(files, least=1), "release_order")
    _take_out(field, field.pick(files, least=1), *REFERENCES)
    silent = field.one(files)
    papers = field.frames["document"].filter(
        pl.col("file_no").is_in(silent["file_no"].implode()) & pl.col("kind").is_in(REFERENCES)
    )
    field.set("document", "document_id", papers["document_id"], covers_from=NO_DAY, covers_to=NO_DAY)
    field.take(papers["document_id"].to_list(), "document_id")
    field.list(papers, "document_id", rule="LBK-10")
    field.list(silent, "file_no", outcome="undetermined")
