"""Planters for user accounts (ACC), voice messages (VOI) and letters (JOB)."""

from datetime import date

import polars as pl

from ndaudit.synthetic.planters.field import Field

BY = "username"


def _accounts(field: Field, in_post: bool) -> pl.DataFrame:
    """Return accounts of clerks, who sign nothing: the open ones, or those of clerks who left."""
    clerks = field.frames["staff"].filter(
        (pl.col("role") == "other") & (pl.col("active_to").is_null() == in_post)
    )
    accounts = field.frames["user_account"].filter(pl.col("staff_id").is_in(clerks["staff_id"].implode()))
    return accounts.filter(pl.col("closed_on").is_null()) if in_post else accounts


def plant_acc_01(field: Field) -> None:
    """The account of somebody who left was closed five days late; was never closed."""
    late, never = field.halves(field.pick(_accounts(field, in_post=False), by=BY))
    closed = pl.col("closed_on").dt.offset_by("5d")
    field.set("user_account", BY, late[BY], reported_on=closed.dt.offset_by("12d"), closed_on=closed)
    field.set(
        "user_account",
        BY,
        never[BY],
        closed_on=pl.lit(None, pl.Date),
        password_changed_on=pl.lit(date(2025, 12, 1)),
        last_login_at=pl.lit(date(2026, 1, 5)).cast(pl.Datetime("us")),
        reported_on=pl.col("created_on").dt.offset_by("12d"),
    )
    for part in (late, never):
        field.list(part, BY)


def plant_acc_02(field: Field) -> None:
    """An open account without a holder; a person with two open accounts."""
    victims = field.pick(_accounts(field, in_post=True), by=BY)
    nameless, twice = field.halves(victims)
    field.set("user_account", BY, nameless[BY], staff_id=pl.lit(None, pl.String))
    field.list(nameless, BY)
    field.list(nameless, BY, rule="ACC-01", outcome="undetermined")
    second = twice.with_columns(username=pl.col(BY) + "x")
    field.add("user_account", second)
    for part in (twice, second):
        field.list(part, BY)


def _closed(field: Field) -> pl.DataFrame:
    """Return closed accounts of clerks: those who left, and earlier accounts of those in post."""
    clerks = field.frames["staff"].filter(pl.col("role") == "other")["staff_id"].implode()
    accounts = field.frames["user_account"].filter(pl.col("staff_id").is_in(clerks))
    return accounts.filter(pl.col("closed_on").is_not_null() & pl.col("requested_on").is_not_null())


def plant_acc_03(field: Field) -> None:
    """Approved the day after creation; by a section head; by a head not in post; never asked for."""
    late, lower, other, never = field.parts(field.pick(_closed(field), by=BY, least=4), 4)
    code = field.plan.code
    field.set("user_account", BY, late[BY], approved_on=pl.col("created_on").dt.offset_by("1d"))
    field.set("user_account", BY, lower[BY], approved_by=pl.lit(f"{code}-S2"))
    # The first head left in 2016, when the second came.
    early = pl.col("approved_on") < date(2016, 8, 1)
    wrong = pl.when(early).then(pl.lit(f"{code}-H2")).otherwise(pl.lit(f"{code}-H1"))
    field.set("user_account", BY, other[BY], approved_by=wrong)
    field.set("user_account", BY, never[BY], requested_on=pl.lit(None, pl.Date))
    for part in (late, lower, other, never):
        field.list(part, BY)


def plant_acc_04(field: Field) -> None:
    """A password two days too old; years old; neither the change of one nor the day of creation recorded."""
    days, years = field.halves(field.pick(_accounts(field, in_post=True), by=BY))
    for part, changed in ((days, date(2025, 10, 12)), (years, date(2019, 2, 1))):
        field.set("user_account", BY, part[BY], password_changed_on=pl.lit(changed))
        field.list(part, BY)
    silent = field.one(_accounts(field, in_post=True), by=BY)
    nothing = pl.lit(None, pl.Date)
    field.set("user_account", BY, silent[BY], password_changed_on=nothing, created_on=nothing)
    field.list(silent, BY, outcome="undetermined")
    for rule in ("ACC-03", "ACC-07"):
        field.list(silent, BY, rule=rule, outcome="undetermined")


def plant_acc_05(field: Field) -> None:
    """An account that may both enter and approve; rights not recorded."""
    plain, much = field.halves(field.pick(_accounts(field, in_post=True), by=BY))
    field.set("user_account", BY, plain[BY], rights=pl.lit("enter;approve"))
    field.set("user_account", BY, much[BY], rights=pl.lit("approve;read;admin;enter;pay"))
    for part in (plain, much):
        field.list(part, BY)
    silent = field.one(_accounts(field, in_post=True), by=BY)
    field.set("user_account", BY, silent[BY], rights=pl.lit(None, pl.String))
    field.list(silent, BY, outcome="undetermined")


def plant_acc_06(field: Field) -> None:
    """Last used a day too long ago; never used at all; neither use nor creation recorded."""
    accounts = _accounts(field, in_post=True)
    day, never = field.halves(field.pick(accounts, by=BY))
    dated = ("requested_on", "approved_on", "created_on", "reported_on")
    for part, login in ((day, date(2025, 10, 13)), (never, None)):
        # Opened a year earlier, so that the account was there to be used.
        earlier = {name: pl.col(name).dt.offset_by("-1y") for name in dated}
        used = pl.lit(login, pl.Date).cast(pl.Datetime("us")).dt.offset_by("9h")
        field.set("user_account", BY, part[BY], last_login_at=used, **earlier)
        field.list(part, BY)
    silent = field.one(accounts, BY)
    field.set(
        "user_account",
        BY,
        silent[BY],
        last_login_at=pl.lit(None, pl.Datetime("us")),
        created_on=pl.lit(None, pl.Date),
    )
    for rule in ("ACC-03", "ACC-06", "ACC-07"):
        field.list(silent, BY, rule=rule, outcome="undetermined")


def plant_acc_07(field: Field) -> None:
    """The closing reported a day late; only the creation reported; nothing ever reported."""
    late, first, never = field.parts(field.pick(_closed(field), by=BY, least=3), 3)
    month = pl.col("closed_on").dt.offset_by("1mo").dt.offset_by("1d")
    created = pl.col("created_on").dt.offset_by("9d")
    for part, reported in ((late, month), (first, created), (never, pl.lit(None, pl.Date))):
        field.set("user_account", BY, part[BY], reported_on=reported)
        field.list(part, BY)


def plant_voi_01(field: Field) -> None:
    """A message sent minutes after midnight; never sent; time it was due not recorded."""
    messages = field.frames["voice_message"]
    late, never = field.halves(field.pick(messages, by="message_id"))
    by = "message_id"
    field.set(
        "voice_message", by, late[by], sent_at=pl.col("scheduled_at").dt.truncate("1d").dt.offset_by("1d10m")
    )
    field.set(
        "voice_message", by, never[by], sent_at=pl.lit(None, pl.Datetime("us")), outcome=pl.lit("not_sent")
    )
    silent = field.one(messages, by=by)
    field.set("voice_message", by, silent[by], scheduled_at=pl.lit(None, pl.Datetime("us")))
    for part in (late, never):
        field.list(part, by)
    field.list(silent, by, outcome="undetermined")


def plant_job_01(field: Field) -> None:
    """A fault passed on a day late; weeks late; never; not taken back; its time not recorded."""
    faults, by = field.frames["fault"], "fault_id"
    noticed = pl.col("noticed_at")
    forms = field.parts(field.pick(faults, by=by, least=3), 3)
    passed = (noticed.dt.offset_by("2d"), noticed.dt.offset_by("25d"), pl.lit(None, pl.Datetime("us")))
    for part, moment in zip(forms, passed, strict=True):
        field.set("fault", by, part[by], passed_on_at=moment, returned_at=moment.dt.offset_by("1d"))
        field.list(part, by)
    for column in ("returned_at", "noticed_at"):
        silent = field.one(faults, by)
        field.set("fault", by, silent[by], **{column: pl.lit(None, pl.Datetime("us"))})
        field.list(silent, by, outcome="undetermined")


def plant_job_02(field: Field) -> None:
    """A letter handled a day late; never handled; when it is due not recorded."""
    due = field.frames["letter"].filter(pl.col("due_on") < date(2026, 1, 1))
    late, never = field.halves(field.pick(due, by="letter_id"))
    field.set("letter", "letter_id", late["letter_id"], handled_on=pl.col("due_on").dt.offset_by("1d"))
    field.set(
        "letter",
        "letter_id",
        never["letter_id"],
        handled_on=pl.lit(None, pl.Date),
        handled_by=pl.lit(None, pl.String),
    )
    for part in (late, never):
        field.list(part, "letter_id")
    silent = field.one(due, "letter_id")
    field.set("letter", "letter_id", silent["letter_id"], due_on=pl.lit(None, pl.Date))
    field.list(silent, "letter_id", outcome="undetermined")
