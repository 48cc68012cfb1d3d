"""The first screens of the reports on districts, contributions, benefits, payments, and access."""

import polars as pl

from ndaudit import notation
from ndaudit.reporting.blocks import Block
from ndaudit.reporting.openings import screen
from ndaudit.reporting.page import Figure, Page, written


def _sentence(page: Page, row: dict[str, object], texts: dict[str, str]) -> str:
    return page.say(f"{page.subject}_{row['verdict']}", **texts)


def access(page: Page, conclusion: pl.DataFrame) -> Block:
    """Return the first screen on access and duties, from `analyses.access.conclusion`."""
    row = conclusion.row(0, named=True)
    texts = written(row)
    figures = (
        Figure(page.say("figure_accounts"), texts["accounts"], note=page.say("figure_noted", **texts)),
        Figure(page.say("figure_both_duties"), texts["both_duties"], alarm=row["both_duties"] > 0),
        Figure(page.say("figure_entries"), texts["entries"], alarm=row["entries"] > 0),
        Figure(page.say("figure_messages"), texts["messages"]),
        Figure(page.say("figure_undetermined"), texts["undetermined"]),
    )
    return screen(page, _sentence(page, row, texts), row["verdict"], figures)


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
        ),
        Figure(
            page.say("figure_doubled"),
            texts["doubled_sum"],
            "₮",
            note=page.say("figure_times", times=texts["doubled"]),
            alarm=row["doubled"] > 0,
        ),
        Figure(page.say("figure_unmatched"), texts["unmatched"]),
        Figure(page.say("figure_lead_accounts"), texts["accounts"]),
        Figure(page.say("figure_undetermined"), texts["undetermined"]),
    )
    return screen(page, _sentence(page, row, texts), row["verdict"], figures)


def benefits(page: Page, conclusion: pl.DataFrame) -> Block:
    """Return the first screen on benefits, from `analyses.benefits.conclusion`."""
    row = conclusion.row(0, named=True)
    texts = written(row)
    figures = (
        Figure(page.say("figure_benefits"), texts["benefits"], note=page.say("figure_noted", **texts)),
        Figure(page.say("figure_overpaid"), texts["over"], "₮"),
        Figure(page.say("figure_underpaid"), texts["under"], "₮"),
        Figure(page.say("figure_late_funerals"), texts["late"], alarm=row["late"] > 0),
        Figure(page.say("figure_undetermined"), texts["undetermined"]),
    )
    return screen(page, _sentence(page, row, texts), row["verdict"], figures)


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
        ),
        Figure(page.say("figure_late"), texts["late"]),
        Figure(page.say("figure_gaps"), texts["gaps"], alarm=row["gaps"] > 0),
        Figure(page.say("figure_underpaid_rate"), texts["underpaid"]),
        Figure(page.say("figure_undetermined"), texts["undetermined"]),
    )
    return screen(page, _sentence(page, row, texts), row["verdict"], figures)


def district(page: Page, conclusion: pl.DataFrame) -> Block:
    """Return the first screen of the district analysis, from `analyses.district.conclusion`."""
    row = conclusion.row(0, named=True)
    texts = written(row)

    def against(value: str) -> str | None:
        return page.say("figure_against", country=value) if row["office"] else None

    figures = (
        Figure(page.say("figure_insured"), texts["insured"]),
        Figure(page.say("figure_employer_count"), texts["employers"]),
        Figure(
            page.say("figure_mean_wage"),
            notation.money(row["mean_wage"]),
            "₮",
            note=against(notation.tugrik(row["country_wage"])),
        ),
        Figure(
            page.say("figure_coverage"),
            notation.percent(row["coverage_share"]),
            "%",
            note=against(f"{notation.percent(row['country_coverage_share'])}\u00a0%"),
        ),
        Figure(page.say("figure_pensioners"), texts["pensioners"]),
    )
    return screen(page, _sentence(page, row, texts), row["verdict"], figures)
