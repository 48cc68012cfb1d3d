"""The first screen of the report on the catalogue of rules."""

import polars as pl

from ndaudit import notation
from ndaudit.reporting.blocks import Block
from ndaudit.reporting.openings import screen
from ndaudit.reporting.page import Figure, Page, written


def catalogue(page: Page, conclusion: pl.DataFrame) -> Block:
    """Return the first screen of the catalogue, from `analyses.catalogue.conclusion`."""
    row = conclusion.row(0, named=True)
    texts = written(row)
    judged = page.say("figure_of", part=texts["confirmed"], whole=texts["judged"])
    figures = (
        Figure(
            page.say("figure_rules"),
            texts["rules"],
            note=page.say("figure_leads", leads=texts["leads"]),
            link="catalogue",
        ),
        Figure(page.say("figure_finding"), texts["finding"], link="catalogue"),
        Figure(
            page.say("figure_exceptions"),
            texts["exceptions"],
            note=page.say("figure_of_critical", critical=texts["critical"]),
            alarm=row["critical"] > 0,
            link="catalogue",
        ),
        Figure(page.say("figure_undetermined"), texts["undetermined"], link="undecided"),
        Figure(
            page.say("figure_confirmed"),
            judged if row["judged"] else notation.NOTHING,
            note=None if row["judged"] else page.say("figure_not_judged"),
            link="yields",
        ),
    )
    return screen(page, page.say(f"catalogue_{row['verdict']}", **texts), row, figures)
