"""Papers: every document handed in, for a register, a file or a benefit."""

import polars as pl

from ndaudit.synthetic.families import YOUNG, disabled_from_childhood
from ndaudit.synthetic.months import AS_OF, first_day
from ndaudit.synthetic.plan import OfficePlan

ISSUER = "Эрх бүхий байгууллага"
ARCHIVE = "Төрийн архив"
COURT = "Анхан шатны шүүх"
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


def side_papers(held: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Return the sheets of income from a second job, in the columns of `document`."""
    second = held.join(spans.filter(pl.col("job") == 2), on="person_id", how="semi", maintain_order="left")
    return handed_in(second, "second_income_sheet", pl.col("early"))


def _commission_acts(disabled: pl.DataFrame) -> pl.DataFrame:
    """Return the acts of the commission: for every other person without end, else renewed every two years."""
    lasting = (pl.col("person_id") % 2 == 0).alias("lasting")
    terms = pl.DataFrame({"term": range(8)})
    onset = pl.col("right_on").dt.offset_by("-3d")
    acts = disabled.join(terms, how="cross", maintain_order="left_right").filter(
        (pl.col("term") == 0) | ~lasting
    )
    acts = acts.with_columns(lasting, since=onset.dt.offset_by(pl.format("{}mo", pl.col("term") * 24)))
    acts = acts.filter(pl.col("since") <= AS_OF)
    end = pl.when(~pl.col("lasting")).then(pl.col("since").dt.offset_by("24mo"))
    received = pl.max_horizontal("applied_on", "since")
    return handed_in(
        acts,
        "medical_commission_act",
        received,
        covers_from=pl.col("since"),
        covers_to=end,
        valid_until=end,
        permanent=pl.col("lasting"),
    ).with_columns(issued_on="covers_from")


def _school_statements(family: pl.DataFrame) -> pl.DataFrame:
    """Return a statement for each school year of the children of sixteen and more."""
    pupils = family.filter((pl.col("birth_date") > YOUNG) & ~disabled_from_childhood())
    years = pl.DataFrame({"year": range(2021, 2026)})
    every = pupils.join(years, how="cross", maintain_order="left_right").with_columns(
        since=pl.date("year", 9, 1), until=pl.date(pl.col("year") + 1, 8, 31)
    )
    every = every.filter(
        (pl.col("until") > pl.col("birth_date").dt.offset_by("16y"))
        & (pl.col("until") > pl.col("applied_on"))
    )
    return handed_in(
        every,
        "school_statement",
        pl.max_horizontal("applied_on", "since"),
        covers_from=pl.col("since"),
        covers_to=pl.col("until"),
        valid_until=pl.col("until"),
    )


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
    # A court may stand for the marriage certificate; it names no time of service.
    restored = pl.col("person_id") % 3 == 1
    frail = family.filter(disabled_from_childhood())
    accident = filed.filter(pl.col("cause") == "work_accident")
    right = pl.col("right_on")
    started = soldiers.with_columns(started=pl.Series(first_day(soldiers["start"].to_numpy())))
    served = {"covers_from": pl.col("started"), "covers_to": right, "issued_by": pl.lit(ARCHIVE)}
    return [
        handed_in(filed, "application", applied),
        handed_in(filed, "photo", applied),
        _commission_acts(disabled),
        _school_statements(family),
        handed_in(family, "family_papers", applied),
        handed_in(family, "death_certificate", applied),
        handed_in(couple.filter(~restored), "marriage_certificate", applied),
        handed_in(couple.filter(restored), "court_decision", applied, issued_by=pl.lit(COURT)),
        handed_in(frail, "childhood_disability_act", applied, permanent=pl.lit(True)),
        handed_in(accident, "labour_inspector_act", applied),
        handed_in(soldiers, "release_order", applied),
        handed_in(soldiers, "military_card", applied),
        handed_in(started, "archive_military", applied, **served),
        handed_in(started, "archive_service", applied, **served),
    ]


def documents(
    plan: OfficePlan,
    held: pl.DataFrame,
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
