"""The first screens of the reports on districts, contributions, benefits, payments, and access."""

import polars as pl

from ndaudit import notation
from ndaudit.reporting.blocks import Block
from ndaudit.reporting.openings import screen
from ndaudit.reporting.page import Figure, Page, written

_TOLD = {
    "access": ("noted", "both_duties", "entries"),
    "benefits": ("over", "under", "late"),
    "contributions": ("open_amount", "late", "gaps", "underpaid"),
    "payments": ("dead", "doubled", "unmatched"),
}
"""What the conclusion of a subject goes on to say where something was found, by column."""


def _sentence(page: Page, row: dict[str, object], texts: dict[str, str]) -> str:
    sentence = page.say(f"{page.subject}_{row['verdict']}", **texts)
    if row["verdict"] != "found":
        return sentence
    names = [name for name in _TOLD[page.subject] if row[name]]
    told = "; ".join(page.say(f"{page.subject}_told_{name}", **texts) for name in names)
    return f"{sentence}: {told}." if told else f"{sentence}."


def access(page: Page, conclusion: pl.DataFrame) -> Block:
    """Return the first screen on access and duties, from `analyses.access.conclusion`."""
    row = conclusion.row(0, named=True)
    texts = written(row)
    figures = (
        Figure(
            page.say("figure_accounts"),
            texts["accounts"],
            note=page.say("figure_noted", **texts),
            link="accounts",
        ),
        Figure(
            page.say("figure_both_duties"),
            texts["both_duties"],
            alarm=row["both_duties"] > 0,
            link="subject_rules",
        ),
        Figure(page.say("figure_entries"), texts["entries"], alarm=row["entries"] > 0, link="entries"),
        Figure(page.say("figure_messages"), texts["messages"], link="messages"),
        Figure(page.say("figure_undetermined"), texts["undetermined"], link="undecided"),
    )
    return screen(page, _sentence(page, row, texts), row, figures)


def payments(page: Page, conclusion: pl.DataFrame) -> Block:
    """Return the first screen on payments, from `analyses.payments.conclusion`."""
    row = conclusion.row(0, named=True)
    texts = written(row)
    figures = (
        Figure(
            page.say("figure_dead"),
            texts["dead_sum"],
            "₮",
            note=page.say("figure_times", times=texts["dead"]),
            alarm=row["dead"] > 0,
            link="after_death",
        ),
        Figure(
            page.say("figure_doubled"),
            texts["doubled_sum"],
            "₮",
            note=page.say("figure_times", times=texts["doubled"]),
            alarm=row["doubled"] > 0,
            link="paid_twice",
        ),
        Figure(page.say("figure_unmatched"), texts["unmatched"], link="reconciled"),
        Figure(page.say("figure_lead_accounts"), texts["accounts"], link="shared_accounts"),
        Figure(page.say("figure_undetermined"), texts["undetermined"], link="undecided"),
    )
    return screen(page, _sentence(page, row, texts), row, figures)


def benefits(page: Page, conclusion: pl.DataFrame) -> Block:
    """Return the first screen on benefits, from `analyses.benefits.conclusion`."""
    row = conclusion.row(0, named=True)
    texts = written(row)
    figures = (
        Figure(
            page.say("figure_benefits"),
            texts["benefits"],
            note=page.say("figure_noted", **texts),
            link="benefit_kinds",
        ),
        Figure(page.say("figure_overpaid"), texts["over"], "₮", link="benefit_kinds"),
        Figure(page.say("figure_underpaid"), texts["under"], "₮", link="benefit_kinds"),
        Figure(page.say("figure_late_funerals"), texts["late"], alarm=row["late"] > 0, link="funeral_times"),
        Figure(page.say("figure_undetermined"), texts["undetermined"], link="undecided"),
    )
    return screen(page, _sentence(page, row, texts), row, figures)


def contributions(page: Page, conclusion: pl.DataFrame) -> Block:
    """Return the first screen on contributions, from `analyses.contributions.conclusion`."""
    row = conclusion.row(0, named=True)
    texts = written(row)
    figures = (
        Figure(
            page.say("figure_open_amount"),
            notation.money(row["open_amount"]),
            "₮",
            note=page.say("figure_employers", **texts),
            alarm=row["open_amount"] > 0,
            link="arrears",
        ),
        Figure(page.say("figure_late"), texts["late"], link="contribution_years"),
        Figure(page.say("figure_gaps"), texts["gaps"], alarm=row["gaps"] > 0, link="contribution_years"),
        Figure(page.say("figure_underpaid_rate"), texts["underpaid"], link="contribution_years"),
        Figure(page.say("figure_undetermined"), texts["undetermined"], link="undecided"),
    )
    return screen(page, _sentence(page, row, texts), row, figures)


def district(page: Page, conclusion: pl.DataFrame) -> Block:
    """Return the first screen of the district analysis, from `analyses.district.conclusion`."""
    row = conclusion.row(0, named=True)
    texts = written(row)

    def against(value: str) -> str | None:
        return page.say("figure_against", country=value) if row["office"] else None

    figures = (
        Figure(page.say("figure_insured"), texts["insured"], link="district_months"),
        Figure(page.say("figure_employer_count"), texts["employers"], link="district_months"),
        Figure(
            page.say("figure_mean_wage"),
            notation.money(row["mean_wage"]),
            "₮",
            note=against(notation.tugrik(row["country_wage"])),
            link="district_months",
        ),
        Figure(
            page.say("figure_coverage"),
            notation.percent(row["coverage_share"]),
            "%",
            note=against(f"{notation.percent(row['country_coverage_share'])}\u00a0%"),
            link="density",
        ),
        Figure(page.say("figure_pensioners"), texts["pensioners"], link="district_pensions"),
    )
    return screen(page, _sentence(page, row, texts), row, figures)
