"""The office itself: its staff, their accounts, the employers it serves, and its small daily records."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from ndaudit.synthetic.months import Days, moments
from ndaudit.synthetic.names import INDUSTRIES, LISTED_TRADES, SURNAMES, WOMEN, office_kind, office_title
from ndaudit.synthetic.plan import OfficePlan

BEGIN = date(1994, 7, 1)
POSTINGS = (
    # number, role, from, to, state inspector, acting, rights
    ("H1", "office_head", BEGIN, date(2016, 6, 30), False, False, "approve;read"),
    ("A1", "office_head", date(2016, 7, 1), date(2016, 8, 31), False, True, "approve;read"),
    ("H2", "office_head", date(2016, 9, 1), None, False, False, "approve;read"),
    ("HD", "office_head", BEGIN, None, False, False, "approve;read"),
    ("S1", "section_head", BEGIN, date(2013, 12, 31), False, False, "approve;read"),
    ("S2", "section_head", date(2014, 1, 1), None, False, False, "approve;read"),
    ("C1", "chief_accountant", BEGIN, date(2011, 12, 31), False, False, "approve;read"),
    ("C2", "chief_accountant", date(2012, 1, 1), None, False, False, "approve;read"),
    ("K1", "control_inspector", date(2005, 1, 10), None, False, False, "approve;read"),
    ("I1", "inspector", BEGIN, date(2009, 12, 31), True, False, "enter;read"),
    ("I2", "inspector", BEGIN, None, True, False, "enter;read"),
    ("I3", "inspector", date(2009, 11, 2), None, True, False, "enter;read"),
    ("T1", "it_specialist", date(2000, 2, 1), None, False, False, "admin;read"),
    ("P1", "payment_officer", BEGIN, date(2014, 12, 31), False, False, "pay;read"),
    ("P2", "payment_officer", date(2015, 1, 1), None, False, False, "pay;read"),
)
CLERKS = 24
"""Staff who read only: they sign nothing, so a fault in their account has no other consequence."""

RENEWED = date(2025, 11, 1)
"""The day every open account was closed and opened anew with a new password."""


def signer(plan: OfficePlan, role: str, days: Days) -> pl.Series:
    """Return who held the role on each day, as staff numbers."""
    held = [post for post in POSTINGS if post[1] == role and post[0] != "HD"]
    if role == "inspector":
        held = [post for post in held if post[0] == "I3"]
    since = np.array([post[2] for post in held], dtype="datetime64[D]")
    names = np.array([f"{plan.code}-{post[0]}" for post in held])
    at = np.maximum(0, np.searchsorted(since, np.asarray(days, dtype="datetime64[D]"), side="right") - 1)
    return pl.Series(names[at].tolist(), dtype=pl.String)


def _postings(plan: OfficePlan) -> list[tuple[str, str, date, date | None, bool, bool, str]]:
    rng = plan.chance("clerks")
    clerks = []
    for number in range(1, CLERKS + 1):
        since = date(int(rng.integers(2005, 2022)), int(rng.integers(1, 13)), 1)
        until = date(int(rng.integers(2023, 2025)), int(rng.integers(1, 13)), 28) if number % 2 else None
        clerks.append((f"W{number}", "other", since, until, False, False, "read"))
    return [*POSTINGS, *clerks]


def staff(plan: OfficePlan) -> pl.DataFrame:
    """Return the table `staff`: heads and their successors, an acting head, inspectors, clerks."""
    rng = plan.chance("staff")
    posts = _postings(plan)
    return pl.DataFrame(
        {
            "staff_id": [f"{plan.code}-{post[0]}" for post in posts],
            "active_from": [post[2] for post in posts],
            "office_code": [plan.code] * len(posts),
            "subdistrict": ["1-р баг" if post[1] == "inspector" else None for post in posts],
            "name": [f"{rng.choice(SURNAMES)} {rng.choice(WOMEN)}" for _ in posts],
            "role": [post[1] for post in posts],
            "state_inspector": [post[4] for post in posts],
            "acting": [post[5] for post in posts],
            "active_to": [post[3] for post in posts],
        },
        schema_overrides={"subdistrict": pl.String, "active_to": pl.Date},
    )


def user_accounts(plan: OfficePlan) -> pl.DataFrame:
    """Return the table `user_account`: one open account per person in post, closed ones of earlier years."""
    rows: list[tuple[Any, ...]] = []
    for number, _, since, until, _, _, rights in _postings(plan):
        name, holder = f"u{plan.code}{number.lower()}", f"{plan.code}-{number}"
        head = f"{plan.code}-H1" if number == "HD" else f"{plan.code}-HD"
        last = until or date(2025, 10, 31)
        rows.append((f"{name}1", holder, rights, since + timedelta(days=3), last, head))
        if until is None:
            head = f"{plan.code}-H2" if number == "HD" else head
            rows.append((f"{name}2", holder, rights, RENEWED, None, head))
    frame = pl.DataFrame(
        rows,
        orient="row",
        schema=["username", "staff_id", "rights", "created_on", "closed_on", "approved_by"],
    )
    open_now = pl.col("closed_on").is_null()
    changed = pl.col("closed_on").dt.offset_by("-40d")
    return frame.with_columns(
        office_code=pl.lit(plan.code),
        requested_on=pl.col("created_on").dt.offset_by("-2d"),
        approved_on=pl.col("created_on").dt.offset_by("-1d"),
        password_changed_on=pl.when(open_now).then(pl.lit(date(2025, 11, 10))).otherwise(changed),
        last_login_at=pl.when(open_now)
        .then(pl.lit(date(2026, 1, 9)))
        .otherwise(pl.col("closed_on").dt.offset_by("-1d"))
        .cast(pl.Datetime("us"))
        .dt.offset_by("16h"),
        reported_on=pl.max_horizontal("created_on", "closed_on").dt.offset_by("12d"),
    )


def employers(plan: OfficePlan) -> pl.DataFrame:
    """Return the table `employer`; beside it `klass` (accident class) and `accident` (own rate, or −1)."""
    rng = plan.chance("employers")
    count = plan.employers
    accident = np.where(rng.random(count) < 0.5, rng.choice([100, 200, 250], count), -1)
    public = rng.random(count) < 0.15
    first = 1_000_000 + int(plan.code) * 400
    return pl.DataFrame(
        {
            "employer_no": [f"{int(plan.code):04d}{number:06d}" for number in range(1, count + 1)],
            "name": [f"«{rng.choice(SURNAMES)} өргөө {number}» ХХК" for number in range(1, count + 1)],
            "register_no": [f"{(first + number) % 10_000_000:07d}" for number in range(count)],
            "office_code": [plan.code] * count,
            "industry": rng.choice(INDUSTRIES, count).tolist(),
            "liability_form": np.where(public, "Төсөвт", "ХХК").tolist(),
            "sector": np.where(public, "public", "private").tolist(),
            "accident_rate": [None if rate < 0 else f"{rate / 10_000:.4f}" for rate in accident.tolist()],
            "registered_on": [date(1980, 1, 1)] * count,
            "klass": rng.integers(0, 3, count),
            "accident": accident,
        },
        schema_overrides={"accident_rate": pl.String},
    )


def office_rows(plan: OfficePlan) -> pl.DataFrame:
    """Return the table `office`, one row."""
    return pl.DataFrame(
        {"office_code": [plan.code], "name": [office_title(plan.code)], "kind": [office_kind(plan.code)]}
    )


def occupation_list() -> pl.DataFrame:
    """Return the table `occupation_list`: a few lines of the Order 77 list."""
    return pl.DataFrame(
        {
            "occupation": [trade[0] for trade in LISTED_TRADES],
            "valid_from": [date(2004, 5, 3)] * len(LISTED_TRADES),
            "work_condition": [trade[1] for trade in LISTED_TRADES],
            "section": [trade[2] for trade in LISTED_TRADES],
            "act": ["Сайдын 77 дугаар тушаал, 2004-05-03"] * len(LISTED_TRADES),
        }
    )


def letters(plan: OfficePlan) -> pl.DataFrame:
    """Return the table `letter`: handled in time, the last ones not yet due."""
    rng = plan.chance("letters")
    count = 40 + plan.persons // 200
    received = np.datetime64("2022-01-05") + np.sort(rng.integers(0, 1_440, count)).astype("timedelta64[D]")
    due = received + np.timedelta64(30, "D")
    handled = received + rng.integers(1, 26, count).astype("timedelta64[D]")
    handled = np.where(handled > np.datetime64("2026-01-11"), np.datetime64("NaT", "D"), handled)
    return pl.DataFrame(
        {
            "letter_id": [f"{plan.code}-З{number}" for number in range(1, count + 1)],
            "office_code": [plan.code] * count,
            "kind": rng.choice(["application", "complaint", "notice"], count).tolist(),
            "received_on": received,
            "due_on": due,
            "handled_by": [f"{plan.code}-T1"] * count,
            "handled_on": handled,
        }
    )


def faults(plan: OfficePlan) -> pl.DataFrame:
    """Return the table `fault`: passed on within hours or the next day, taken back two days later."""
    rng = plan.chance("faults")
    count = 20
    noticed = np.datetime64("2022-02-01") + np.sort(rng.integers(0, 1_400, count)).astype("timedelta64[D]")
    return pl.DataFrame(
        {
            "fault_id": [f"{plan.code}-Д{number}" for number in range(1, count + 1)],
            "office_code": [plan.code] * count,
            "noticed_at": moments(noticed, 11),
            "passed_on_at": moments(noticed + (np.arange(count) % 3 == 0).astype("timedelta64[D]"), 14),
            "returned_at": moments(noticed + np.timedelta64(2, "D"), 11),
        }
    )
