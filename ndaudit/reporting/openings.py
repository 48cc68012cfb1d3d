"""The first screen of each report: the conclusion in one sentence, and three to five figures."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from ndaudit import notation
from ndaudit.reporting.blocks import Block, part
from ndaudit.reporting.page import Figure, Page, written

_LIMITS = ("tables_missing", "rows_rejected", "values_rejected", "totals_differ", "missing")


def screen(page: Page, sentence: str, row: dict[str, Any], figures: Sequence[Figure]) -> Block:
    """Return the cover, the conclusion and the figures of a report.

    Args:
        row: the conclusion in figures: its `verdict`, and the rule to begin with where it names one.
    """
    first = (row["first_rule"], row["first_exceptions"]) if row.get("first_rule") else None
    return joined((page.cover(), page.lead(sentence, row["verdict"], first), page.figures(figures)))


def joined(parts: Sequence[Block]) -> Block:
    """Return blocks as one, with what each says in parts for paper."""
    told = {name: value for one in parts for _, form in one.forms for name, value in form.items()}
    html, plain = ("\n".join(getattr(one, name) for one in parts) for name in ("html", "plain"))
    return Block(html, plain, part(**told))


def _reliability_sentence(page: Page, row: dict[str, Any]) -> str:
    texts = written(row)
    broken = ["rows_in"] if not row["rows_in"] else [name for name in _LIMITS if row[name]]
    limits = notation.listed([page.say(f"limit_{name}", **texts) for name in broken], page.lang)
    return page.say(f"reliability_{row['verdict']}", limits=limits, **texts)


def reliability(page: Page, conclusion: pl.DataFrame) -> Block:
    """Return the first screen of the data reliability report, from `analyses.reliability.conclusion`."""
    row = conclusion.row(0, named=True)
    texts = written(row)

    def of(part: int, whole: int) -> str:
        return page.say("figure_of", part=notation.count(part), whole=notation.count(whole))

    figures = (
        Figure(
            page.say("figure_tables"),
            of(row["tables_delivered"], row["tables"]),
            alarm=row["tables_missing"] > 0,
            link="delivered_tables",
        ),
        Figure(page.say("figure_rows_loaded"), texts["rows_loaded"], link="delivered_tables"),
        Figure(
            page.say("figure_rejected"),
            notation.count(row["rows_rejected"] + row["values_rejected"]),
            alarm=row["rows_rejected"] + row["values_rejected"] > 0,
            link="rejected_values",
        ),
        Figure(page.say("figure_missing"), texts["missing_share"], "%", link="missing_values"),
        Figure(
            page.say("figure_totals"),
            of(row["totals"] - row["totals_differ"], row["totals"]),
            alarm=row["totals_differ"] > 0,
            link="control_totals",
        ),
    )
    return screen(page, _reliability_sentence(page, row), row, figures)


def monitoring(page: Page, conclusion: pl.DataFrame) -> Block:
    """Return the first screen of the Order 163 report, from `analyses.monitoring.conclusion`."""
    row = conclusion.row(0, named=True)
    texts = written(row)
    against = page.say("figure_against", country=texts["country_rate"]) if page.scope.office else None
    figures = (
        Figure(page.say("figure_exceptions"), texts["exceptions"], link="rules"),
        Figure(page.say("figure_critical"), texts["critical"], alarm=row["critical"] > 0, link="rules"),
        Figure(page.say("figure_rate"), texts["rate"], note=against, link="indicators"),
        Figure(page.say("figure_over"), notation.money(row["over"]), "₮", link="findings"),
        Figure(page.say("figure_under"), notation.money(row["under"]), "₮", link="findings"),
    )
    sentence = page.say(f"monitoring_{row['verdict']}", **texts)
    return screen(page, sentence, row, figures)
