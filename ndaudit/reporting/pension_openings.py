"""The first screens of the reports on pensions: recomputed, and to come."""

import polars as pl

from ndaudit import notation
from ndaudit.reporting.blocks import Block
from ndaudit.reporting.openings import screen
from ndaudit.reporting.page import Figure, Page, written


def reperformance(page: Page, conclusion: pl.DataFrame) -> Block:
    """Return the first screen of the recomputed pensions, from `analyses.reperformance.conclusion`."""
    row = conclusion.row(0, named=True)
    texts = written(row)
    figures = (
        Figure(page.say("figure_recomputed"), texts["recomputed"], link="recomputed_versions"),
        Figure(
            page.say("figure_differ"),
            texts["exceptions"],
            alarm=row["exceptions"] > 0,
            link="recomputed_causes",
        ),
        Figure(page.say("figure_overpaid"), notation.money(row["over"]), "₮", link="recomputed_amounts"),
        Figure(page.say("figure_underpaid"), notation.money(row["under"]), "₮", link="recomputed_amounts"),
        Figure(page.say("figure_undetermined"), texts["undetermined"], link="undecided"),
    )
    sentence = page.say(f"reperformance_{row['verdict']}", **texts)
    if row["undetermined"] and row["decided"]:
        sentence = f"{sentence} {page.say('reperformance_left', **texts)}"
    return screen(page, sentence, row, figures)


def prospective(page: Page, conclusion: pl.DataFrame) -> Block:
    """Return the first screen of the rights to come, from `analyses.prospective.conclusion`."""
    row = conclusion.row(0, named=True)
    year = row["year"]
    texts = written(row) | {"year": str(year), "following": str(year + 1)} if year else written(row)
    figures = (
        Figure(page.say("figure_rights"), texts["rights"], link="coming_rights"),
        Figure(page.say("figure_lacking"), texts["lacking"], alarm=row["lacking"] > 0, link="coming_rights"),
        Figure(
            page.say("figure_unlisted"), texts["unlisted"], alarm=row["unlisted"] > 0, link="coming_rights"
        ),
        Figure(
            page.say("figure_sheets"),
            texts["sheets_due"],
            note=page.say("figure_overdue", overdue=texts["overdue"]) if row["overdue"] else None,
            alarm=row["overdue"] > 0,
            link="coming_sheets",
        ),
        Figure(page.say("figure_gain"), notation.money(row["gain"]), "₮", link="coming_windows"),
    )
    return screen(page, page.say(f"prospective_{row['verdict']}", **texts), row, figures)
