"""Papers: every document handed in, for a register, a file or a benefit."""

import numpy as np
import polars as pl

from ndaudit.synthetic.months import LEDGER_START, first_day, later, month
from ndaudit.synthetic.plan import OfficePlan

ISSUER = "Эрх бүхий байгууллага"
ARCHIVE = "Төрийн архив"
ORDINARY = ("id_card", "si_book", "labour_book")
COPIED = ("id_card", "birth_certificate")
"""Papers of which a file holds copies."""


def handed_in(people: pl.DataFrame, kind: str, received: pl.Expr, **more: pl.Expr) -> pl.DataFrame:
    """Return one paper of a kind for each row of `people`, issued twenty days before it was received."""
    return people.select(
        "person_id",
        "file_no",
        kind=pl.lit(kind),
        received_on=received,
        issued_on=received.dt.offset_by("-20d"),
        is_original=pl.lit(kind not in COPIED),
        certified=pl.lit(True),
        permanent=more.pop("permanent", pl.lit(False)),
        issued_by=more.pop("issued_by", pl.lit(ISSUER)),
        **more,
    )


def holders(people: pl.DataFrame, files: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    """Return everybody who hands in papers, and the day: before the register, else when they applied."""
    held = people.filter(
        pl.col("kind").is_in(["claimant", "future", "proportional", "disabled", "military", "family"])
    )
    held = (
        held.drop("right_on", "end")
        .join(
            files.select(
                "person_id", "file_no", "applied_on", "right_on", "end", "insured_id", "cause", "pension_type"
            ),
            on="person_id",
            how="left",
            maintain_order="left",
        )
        .join(
            entries.select("person_id", "register_year", "papers"),
            on="person_id",
            how="left",
            maintain_order="left",
        )
    )
    listed = pl.date(pl.col("register_year") - 1, 10, 20)
    return held.with_columns(
        early=pl.coalesce(listed, "applied_on"), insured_id=pl.coalesce("insured_id", "person_id")
    )


def _archive(held: pl.DataFrame, spans: pl.DataFrame) -> list[pl.DataFrame]:
    """Return references for the service before 1995: orders of the whole time, 13.5 % from 1991-07 on."""
    old = (
        spans.filter((pl.col("job") < 2) & (pl.col("m_from") < LEDGER_START))
        .group_by("person_id")
        .agg(pl.col("m_from").min(), m_to=pl.min_horizontal("m_to", pl.lit(LEDGER_START - 1)).max())
    )
    people = held.join(old, on="person_id", maintain_order="left")
    start, end = people["m_from"].to_numpy(), people["m_to"].to_numpy()
    since = pl.Series(first_day(np.maximum(start, month(1991, 7))))
    until = pl.Series(later(first_day(end + 1), -1))
    taxed = pl.Series(end >= month(1991, 7))
    people = people.with_columns(since=since, until=until, first=pl.Series(first_day(start)))
    archive = pl.lit(ARCHIVE)
    return [
        handed_in(
            people.filter(taxed),
            "archive_contribution_135",
            pl.col("early"),
            covers_from=pl.col("since"),
            covers_to=pl.col("until"),
            issued_by=archive,
        ),
        handed_in(
            people,
            "archive_orders",
            pl.col("early"),
            covers_from=pl.col("first"),
            covers_to=pl.col("until"),
            issued_by=archive,
        ),
    ]


def _of_files(held: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the papers asked only of those who have a file: application, acts, family papers, orders."""
    filed = held.filter(pl.col("file_no").is_not_null())
    applied = pl.col("applied_on")
    disabled, soldiers = (
        filed.filter(pl.col("kind") == "disabled"),
        filed.filter(pl.col("kind") == "military"),
    )
    family = filed.filter(pl.col("kind") == "family")
    couple = family.filter(pl.col("birth_date").dt.year() < 2005)
    accident = family.filter(pl.col("cause") == "work_accident")
    right, onset = pl.col("right_on"), pl.col("right_on").dt.offset_by("-3d")
    started = soldiers.with_columns(started=pl.Series(first_day(soldiers["start"].to_numpy())))
    served = {"covers_from": pl.col("started"), "covers_to": right, "issued_by": pl.lit(ARCHIVE)}
    return [
        handed_in(filed, "application", applied),
        handed_in(filed, "photo", applied),
        handed_in(
            disabled, "medical_commission_act", applied, covers_from=onset, permanent=pl.lit(True)
        ).with_columns(issued_on="covers_from"),
        handed_in(family, "family_papers", applied),
        handed_in(family, "death_certificate", applied),
        handed_in(couple, "marriage_certificate", applied),
        handed_in(accident, "labour_inspector_act", applied),
        handed_in(soldiers, "release_order", applied),
        handed_in(soldiers, "military_card", applied),
        handed_in(started, "archive_military", applied, **served),
        handed_in(started, "archive_service", applied, **served),
    ]


def documents(
    plan: OfficePlan,
    held: pl.DataFrame,
    spans: pl.DataFrame,
    children: pl.DataFrame,
    statements: pl.DataFrame,
    loose: list[pl.DataFrame],
) -> pl.DataFrame:
    """Return the table `document`.

    Args:
        loose: papers of benefits and of files that wait for a decision, in the columns of `document`.
    """
    lacking = pl.col("papers").fill_null("complete") == "incomplete"
    late = pl.when(lacking).then(pl.date(pl.col("register_year") - 1, 12, 15)).otherwise("early")
    mothers = held.filter(pl.col("condition") == "mother").join(
        children.select("person_id", "child_id", "certificate_no"), on="person_id", maintain_order="left"
    )
    stated = held.join(
        statements.select("person_id", "statement_id", stated_on="issued_on"),
        on="person_id",
        maintain_order="left",
    )
    parts = [
        *[handed_in(held, kind, late if kind == "si_book" else pl.col("early")) for kind in ORDINARY],
        handed_in(
            mothers,
            "birth_certificate",
            pl.col("early"),
            child_id=pl.col("child_id"),
            number=pl.col("certificate_no"),
        ),
        handed_in(stated, "wage_statement", pl.col("early"), number=pl.col("statement_id")).with_columns(
            issued_on=stated["stated_on"]
        ),
        *_archive(held, spans),
        *_of_files(held),
        *loose,
    ]
    every = pl.concat(parts, how="diagonal_relaxed").sort(
        "person_id", "received_on", "kind", maintain_order=True
    )
    number = pl.int_range(1, pl.len() + 1)
    return every.with_columns(
        document_id=pl.format(f"{plan.code}-Б{{}}", number),
        number=pl.coalesce("number", pl.format("{}", number + 1000)),
    )
