"""Service before 1995 and conscripts since: the ways labour books err, and the papers that set them right."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from ndaudit.synthetic.months import LEDGER_START, Ints, first_day, later, month, month_of
from ndaudit.synthetic.papers import ARCHIVE, handed_in

PLAIN = "plain"
CONSCRIPTION = 12
"""Months of conscript service since 1995."""


@dataclass(frozen=True)
class Form:
    """One form an entry before 1995 can take, and how it is proven.

    Attributes:
        kind: kind of the entry.
        papers: kinds of the papers that cover it; several share its time between them.
        faults: flags of the entry that differ from those of a good one.
    """

    kind: str
    papers: tuple[str, ...]
    faults: tuple[str, ...] = ()


FORMS = {
    "uncertified": Form("work", ("archive_orders",), ("certified",)),
    "card": Form("conscript", ("military_card",)),
    "member_rewritten": Form("cooperative", ("archive_account_70",), ("rewritten",)),
    "lost": Form("work", ("court_decision",), ("records_lost",)),
    PLAIN: Form("work", ()),
    "conscript": Form("conscript", ("archive_military",)),
    "member_unpaid": Form("cooperative", ("court_decision",), ("pay_recorded",)),
    "corrected": Form("work", ("archive_orders", "archive_orders"), ("corrected",)),
    "uncertified_served": Form("work", ("archive_service",), ("certified",)),
    "altered": Form("work", ("archive_orders", "court_decision"), ("order_altered",)),
    "member": Form("cooperative", ()),
    "lost_in_part": Form("work", ("archive_service", "court_decision"), ("records_lost",)),
    "misnamed": Form("work", ("archive_orders",), ("birth_date_written",)),
    "rewritten": Form("work", ("archive_orders",), ("rewritten",)),
    "member_uncertified": Form("cooperative", ("archive_account_70",), ("certified",)),
}


def _dealt(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with `form`, dealt out in turn; women are no conscripts."""
    names = list(FORMS)
    form = [names[number % len(names)] for number in range(rows.height)]
    soldier = pl.col("form").is_in([name for name, form in FORMS.items() if form.kind == "conscript"])
    return rows.with_columns(form=pl.Series(form, dtype=pl.String)).with_columns(
        form=pl.when(soldier & (pl.col("sex") == "F")).then(pl.lit(PLAIN)).otherwise("form")
    )


def _first(spans: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    return spans.filter(pl.col("job") == 0).join(
        people.select("person_id", "birth_date"), on="person_id", maintain_order="left"
    )


def _before_a_late_career(spans: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return an entry from before 1995 for everybody who fell ill or died and was old enough for one."""
    born = pl.col("birth_date").dt.year() <= 1976
    able = _first(spans, people).filter(pl.col("kind").is_in(["disabled", "late"]) & born)
    since = np.maximum(month(1990, 7), month_of(able["birth_date"].to_numpy()) + 16 * 12)
    return _dealt(
        able.with_columns(m_from=pl.Series(since), m_to=pl.lit(LEDGER_START - 1, pl.Int64)).select(
            spans.columns
        )
    )


def _cut(spans: pl.DataFrame, people: pl.DataFrame, chosen: pl.Expr, length: int) -> pl.DataFrame:
    """Return the first months of the chosen first jobs, as entries of their own."""
    able = _first(spans, people).filter(chosen & (pl.col("m_to") - pl.col("m_from") > length))
    return able.with_columns(m_to=pl.col("m_from") + length - 1).select(spans.columns)


def _later_begun(spans: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Return the jobs without the months cut off their beginning."""
    cut = parts.select("person_id", "m_from", "job", resumed=pl.col("m_to") + 1)
    return (
        spans.join(cut, on=["person_id", "m_from", "job"], how="left", maintain_order="left")
        .with_columns(m_from=pl.coalesce("resumed", "m_from"))
        .drop("resumed")
    )


def with_early_years(people: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Return the main jobs with conscript service and entries before 1995 among them.

    A column `form` is added: how an entry from before 1995 was written, NULL for every other.
    """
    ordinary = (pl.col("work_condition") == "normal") & ~pl.col("half")
    early = _cut(
        spans, people, ordinary & (pl.col("kind") == "claimant") & (pl.col("m_from") < month(1992, 6)), 24
    )
    recruits = (pl.col("kind") == "disabled") & (pl.col("sex") == "M") & (pl.col("person_id") % 3 > 0)
    service = _cut(spans, people, ordinary & recruits, CONSCRIPTION).with_columns(form=pl.lit("recruit"))
    parts = pl.concat([_dealt(early), service])
    rest = _later_begun(spans, parts).with_columns(form=pl.lit(None, pl.String))
    return pl.concat([rest, parts, _before_a_late_career(spans, people)])


def written(employment: pl.DataFrame) -> pl.DataFrame:
    """Return the labour book with its early entries written as their forms say."""
    kinds = {name: form.kind for name, form in FORMS.items()} | {"recruit": "conscript"}
    has = {
        fault: pl.col("form").is_in([name for name, form in FORMS.items() if fault in form.faults])
        for fault in {fault for form in FORMS.values() for fault in form.faults}
    }
    return employment.with_columns(
        kind_of_entry=pl.col("form").replace_strict(kinds, default=pl.col("kind_of_entry")),
        birth_date_written=pl.when(has.pop("birth_date_written"))
        .then(pl.col("birth_date_written").dt.offset_by("1y"))
        .otherwise("birth_date_written"),
        **{fault: pl.col(fault) ^ hit.fill_null(value=False) for fault, hit in has.items()},
    )


def _pieces(people: pl.DataFrame, start: Ints, end: Ints) -> pl.DataFrame:
    """Return rows with the first and last day of the months from `start` to `end`."""
    return people.with_columns(
        since=pl.Series(first_day(start)), until=pl.Series(later(first_day(end + 1), -1))
    )


def _papers(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    dated = {"covers_from": pl.col("since"), "covers_to": pl.col("until")}
    return handed_in(
        rows,
        kind,
        pl.col("early"),
        issued_by=pl.lit(ARCHIVE),
        **({} if kind == "military_card" else dated),
    )


def proofs(held: pl.DataFrame, spans: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the papers that prove early entries, in the columns of `document`."""
    entries = spans.select(insured_id="person_id", form="form", m_from="m_from", m_to="m_to", job="job")
    mine = held.join(entries, on="insured_id", maintain_order="left_right")
    frames = []
    for name, form in FORMS.items():
        rows = mine.filter(pl.col("form") == name)
        start, end = rows["m_from"].to_numpy(), rows["m_to"].to_numpy()
        size, bounds = end - start + 1, np.arange(len(form.papers) + 1)
        edges = [start + size * bound // max(1, len(form.papers)) for bound in bounds]
        frames += [
            _papers(_pieces(rows, edges[place], edges[place + 1] - 1), kind)
            for place, kind in enumerate(form.papers)
        ]
    recruits = mine.filter((pl.col("form") == "recruit") & (pl.col("insured_id") % 3 == 1))
    known = _pieces(recruits, recruits["m_from"].to_numpy(), recruits["m_to"].to_numpy())
    return [*frames, _papers(known, "office_archive_reference"), *_contributions(mine)]


def _contributions(mine: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the references of the 13.5 % contribution: of all work from July 1991 to the end of 1994."""
    conscript = pl.col("form").is_in(["card", "conscript"]).fill_null(value=False)
    worked = mine.filter((pl.col("job") < 2) & (pl.col("m_from") < LEDGER_START) & ~conscript)
    ends = pl.min_horizontal("m_to", pl.lit(LEDGER_START - 1))
    whole = (
        worked.with_columns(m_to=ends)
        .filter(pl.col("m_to") >= month(1991, 7))
        .group_by("person_id", maintain_order=True)
        .agg(pl.all().exclude("m_from", "m_to").first(), pl.col("m_from").min(), pl.col("m_to").max())
    )
    start = np.maximum(whole["m_from"].to_numpy(), month(1991, 7))
    return [_papers(_pieces(whole, start, whole["m_to"].to_numpy()), "archive_contribution_135")]


def has_whole_book() -> pl.Expr:
    """Return which conscripts since 1995 keep a book of every month: the others have a reference."""
    return (pl.col("kind") == "disabled") & (pl.col("sex") == "M") & (pl.col("person_id") % 3 == 2)
