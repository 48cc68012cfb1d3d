"""The first screen of the dossier of one person."""

import re
from decimal import Decimal
from typing import Any

import polars as pl

from ndaudit import notation
from ndaudit.analyses.dossier import money, papers
from ndaudit.analyses.outcomes import COUNTED_EFFECTS
from ndaudit.reporting.blocks import Block
from ndaudit.reporting.dossier import PersonPage
from ndaudit.reporting.openings import joined
from ndaudit.reporting.page import Figure

YEAR = 12


def dossier(page: PersonPage, months: pl.DataFrame, asked: pl.DataFrame, found: pl.DataFrame) -> Block:
    """Return the first screen: who, the conclusion in one sentence, five figures.

    Args:
        months: `analyses.dossier.months.months`.
        asked: `analyses.dossier.papers.papers`.
        found: `analyses.dossier.found.findings`.
    """
    counts = _counts(found)
    sentence = page.say(
        f"found_{_verdict(counts)}",
        standing=_standing(page),
        **{name: notation.count(number) for name, number in counts.items()},
    )
    figures = (
        _service(page),
        _gaps(page, months),
        _papers(page, asked),
        _pension(page),
        _findings(page, counts, found),
    )
    verdict = "insufficient" if counts["exceptions"] else "sufficient"
    return joined((page.cover(), page.page.lead(sentence, verdict), page.page.figures(figures)))


def _counts(found: pl.DataFrame) -> dict[str, int]:
    broken = found.filter(pl.col("outcome") == "exception")
    accusing = broken.filter(pl.col("severity") != "I")
    return {
        "exceptions": accusing.height,
        "critical": accusing.filter(pl.col("severity") == "C").height,
        "leads": broken.height - accusing.height,
        "undetermined": found.height - broken.height,
    }


def _verdict(counts: dict[str, int]) -> str:
    for name, verdict in (("exceptions", "broken"), ("leads", "lead"), ("undetermined", "open")):
        if counts[name]:
            return verdict
    return "kept"


def _standing(page: PersonPage) -> str:
    """Return in a clause whether and since when the person draws a pension."""
    who = page.dossier.who
    if who["deceased_on"] is not None:
        return page.say("standing_dead", day=notation.day(who["deceased_on"], page.lang))
    filed = papers.files(page.dossier)
    awards = papers.determinations(page.dossier).filter(pl.col("kind") == "initial")
    kind = page.say(f"pension_{filed['pension_type'][0] or 'unknown'}") if filed.height else ""
    if awards.height and awards["effective_from"][0] is not None:
        since = notation.month(awards["effective_from"][0], page.lang)
        return page.say("standing_pension", month=since, pension=kind or page.say("pension_unknown"))
    return page.say("standing_file", pension=kind) if kind else page.say("standing_none")


def _length(page: PersonPage, months: int | None) -> str:
    if months is None:
        return notation.NOTHING
    years, rest = divmod(months, YEAR)
    return (
        page.say("years_months", years=years, months=rest) if years else page.say("months_only", months=rest)
    )


def _service(page: PersonPage) -> Figure:
    whole = papers.service(page.dossier).filter(pl.col("part") == "whole")
    counted, evidenced = whole.select("counted", "evidenced").row(0) if whole.height else (None, None)
    differs = counted is not None and counted != evidenced
    note = page.say("figure_service_counted", counted=_length(page, counted)) if differs else None
    return Figure(page.say("figure_service"), _length(page, evidenced), note=note, alarm=differs)


def _gaps(page: PersonPage, months: pl.DataFrame) -> Figure:
    gaps = months.filter(pl.col("kind").is_in(["gap", "unpaid"])).height
    return Figure(page.say("figure_gaps"), notation.count(gaps), alarm=gaps > 0)


def _papers(page: PersonPage, asked: pl.DataFrame) -> Figure:
    wanted = asked.filter(pl.col("standing") != "beside").height
    missing = asked.filter(pl.col("standing") == "missing").height
    if not wanted:
        return Figure(page.say("figure_papers"), notation.NOTHING, note=page.say("figure_no_file"))
    note = page.say("figure_papers_of", asked=notation.count(wanted))
    return Figure(page.say("figure_papers"), notation.count(missing), note=note, alarm=missing > 0)


def _pension(page: PersonPage) -> Figure:
    paid = money.payments(page.dossier).filter(pl.col("last_amount").is_not_null())
    last = paid["last_amount"][0] if paid.height else None
    return Figure(page.say("figure_pension"), notation.money(last), "₮" if last is not None else None)


def _findings(page: PersonPage, counts: dict[str, int], found: pl.DataFrame) -> Figure:
    """Return how many exceptions there are, with their tögrög, one money counted once."""
    accusing = found.filter((pl.col("outcome") == "exception") & (pl.col("severity") != "I"))
    effects: list[Any] = [
        effect
        for rule, effect in accusing.select("rule_id", "effect").iter_rows()
        if effect is not None and re.search(COUNTED_EFFECTS, rule)
    ]
    total = sum(effects, Decimal(0))
    note = f"{page.say('figure_effect')} {notation.tugrik(total, sign=True)}" if total else None
    return Figure(
        page.say("figure_findings"),
        notation.count(counts["exceptions"]),
        note=note,
        alarm=counts["exceptions"] > 0,
    )
