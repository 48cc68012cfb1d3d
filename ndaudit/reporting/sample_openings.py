"""The first screen of the working paper on audit samples."""

import polars as pl

from ndaudit.reporting.blocks import Block
from ndaudit.reporting.openings import screen
from ndaudit.reporting.page import Figure, Page, written


def samples(page: Page, conclusion: pl.DataFrame) -> Block:
    """Return the first screen on audit samples, from `analyses.samples.conclusion`."""
    row = conclusion.row(0, named=True)
    texts = written(row)
    figures = [
        Figure(page.say("figure_samples"), texts["planned"], note=page.say("figure_evaluated", **texts)),
        Figure(page.say("figure_drawn"), texts["items"], note=page.say("figure_examined", **texts)),
        Figure(page.say("figure_sample_errors"), texts["errors"], alarm=row["errors"] > 0),
        Figure(page.say("figure_over_rate"), texts["over_share"], "%"),
        Figure(page.say("figure_under_rate"), texts["under_share"], "%"),
    ]
    sentence = page.say(f"samples_{row['verdict']}", **texts)
    if row["broken"]:
        sentence = f"{sentence} {page.say('samples_broken', **texts)}"
    return screen(page, sentence, row, figures)
