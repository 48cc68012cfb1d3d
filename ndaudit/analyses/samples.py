"""Audit samples as they lie in a workbench: what was planned, drawn, found, and what it says of a year."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from ndaudit.analyses.shares import fraction
from ndaudit.periods import read_period
from ndaudit.reading import Reading
from ndaudit.sampling.plan import Plan
from ndaudit.sampling.result import audited_value, is_wrong
from ndaudit.sampling.sides import OVER, SIDES, UNDER
from ndaudit.sampling.standing import Standing, standings
from ndaudit.sampling.story import plan_sentences, result_sentences
from ndaudit.sampling.yearly import yearly_rates
from ndaudit.scope import Scope
from ndaudit.wording import Language

METHODS = ("attribute", "mus")
VERDICTS = ("right", "wrong", "undecided", "open")
"""What an item was found to be; `open`: the sample has not been evaluated."""
_MONEY = pl.Decimal(38, 2)


def found(reading: Reading, scope: Scope) -> list[Standing]:
    """Return the samples of an office and of the whole country, of periods that meet the one asked for."""
    return standings(reading.workbench, lambda made: _concerns(made, scope))


def _concerns(made: Plan, scope: Scope) -> bool:
    aim = made.aim
    if scope.office and aim.office and aim.office != scope.office:
        return False
    if scope.period is None or aim.period is None:
        return True
    period = read_period(aim.period)
    return period.first < scope.period.end and scope.period.first < period.end


def overview(samples: Sequence[Standing]) -> pl.DataFrame:
    """Return one row per sample.

    Columns: sample, table_name, office_code, period, method, state, items, apart (cannot be drawn), size,
    drawn, examined, errors.
    """
    rows = [
        {
            "sample": one.plan.aim.name,
            "table_name": one.plan.aim.table,
            "office_code": one.plan.aim.office,
            "period": one.plan.aim.period,
            "method": one.plan.aim.method,
            "state": one.state,
            "items": one.plan.items,
            "apart": sum(one.plan.set_apart.values()),
            "size": one.plan.size,
            "drawn": len(one.drawn.hits) if one.drawn else None,
            "examined": one.result.examined if one.result else None,
            "errors": one.result.errors if one.result else None,
        }
        for one in samples
    ]
    texts = ("sample", "table_name", "office_code", "period", "method", "state")
    counts = ("items", "apart", "size", "drawn", "examined", "errors")
    return pl.DataFrame(rows, schema=dict.fromkeys(texts, pl.String) | dict.fromkeys(counts, pl.Int64))


def proofs(samples: Sequence[Standing]) -> pl.DataFrame:
    """Return what anybody needs to draw again: sample, snapshot, seed, population_sha256."""
    rows = [(s.plan.aim.name, s.plan.snapshot, s.plan.aim.seed, s.plan.population_sha256) for s in samples]
    names = ("sample", "snapshot", "seed", "population_sha256")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def reasons(samples: Sequence[Standing], title: Callable[[str], str], lang: Language) -> pl.DataFrame:
    """Return the plan of each sample in sentences: sample, sentence.

    Args:
        title: gives a table its title.
    """
    told = [(s.plan.aim.name, plan_sentences(s.plan, title(s.plan.aim.table), lang)[:-1]) for s in samples]
    return _sentences(told)


def conclusions(samples: Sequence[Standing], lang: Language) -> pl.DataFrame:
    """Return what each evaluated sample proves, and why one cannot be relied on: sample, sentence."""
    told = []
    for one in samples:
        if one.fault:
            told.append((one.plan.aim.name, [one.fault.within(lang)]))
        elif one.result:
            told.append((one.plan.aim.name, result_sentences(one.plan, one.result, lang)))
    return _sentences(told)


def _sentences(told: Sequence[tuple[str, Sequence[str]]]) -> pl.DataFrame:
    rows = [(name if not place else "", text) for name, texts in told for place, text in enumerate(texts)]
    return pl.DataFrame(rows, schema={"sample": pl.String, "sentence": pl.String}, orient="row")


def drawn_items(samples: Sequence[Standing]) -> pl.DataFrame:
    """Return every drawn item.

    Columns: sample, number, item_key (to be masked), stratum, value (₮), times, certain, verdict (one of
    `VERDICTS`), audited and difference (₮, book − audited).
    """
    rows = [row for one in samples if one.drawn for row in _rows(one)]
    return pl.DataFrame(rows, schema=_DRAWN)


_DRAWN: dict[str, Any] = {
    "sample": pl.String,
    "number": pl.Int64,
    "item_key": pl.String,
    "stratum": pl.String,
    "value": _MONEY,
    "times": pl.Int64,
    "certain": pl.Boolean,
    "verdict": pl.String,
    "audited": _MONEY,
    "difference": _MONEY,
}


def _rows(one: Standing) -> list[dict[str, Any]]:
    has_value = one.plan.aim.value is not None
    rows = []
    for number, hit in enumerate(one.drawn.hits if one.drawn else (), start=1):
        answer = one.answers.get(hit.item.key)
        audited = audited_value(hit.item, answer) if has_value else None
        word = "wrong" if answer and is_wrong(hit.item, answer, has_value) else "right"
        verdict = "open" if one.result is None else "undecided" if answer is None else word
        rows.append(
            {
                "sample": one.plan.aim.name,
                "number": number,
                "item_key": hit.item.key,
                "stratum": hit.item.stratum or None,
                "value": hit.item.value if has_value else None,
                "times": hit.times,
                "certain": hit.certain,
                "verdict": verdict,
                "audited": audited,
                "difference": None if audited is None else hit.item.value - audited,
            }
        )
    return rows


def yearly(samples: Sequence[Standing]) -> pl.DataFrame:
    """Return the error rate of each year in money, over- and understatement apart.

    Columns: year, table_name, office_code, samples, items, examined, errors, book_total, side (`over`,
    `under`), least, likely, most (₮), how, and least_share, likely_share, most_share of the book total.
    """
    rows = [
        {
            "year": None if rate.year is None else str(rate.year),
            "table_name": rate.table,
            "office_code": rate.office,
            "samples": ", ".join(rate.samples),
            "items": rate.items,
            "examined": rate.examined,
            "errors": rate.errors,
            "book_total": rate.book_total,
            "side": name,
            "least": rate.sides[name].found,
            "likely": rate.sides[name].likely,
            "most": rate.sides[name].upper,
            "how": rate.sides[name].how,
        }
        for rate in yearly_rates(samples)
        for name in SIDES
    ]
    texts = ("year", "table_name", "office_code", "samples", "side", "how")
    counts = ("items", "examined", "errors")
    money = ("book_total", "least", "likely", "most")
    schema: dict[str, Any] = dict.fromkeys(texts, pl.String)
    schema |= dict.fromkeys(counts, pl.Int64) | dict.fromkeys(money, _MONEY)
    frame = pl.DataFrame(rows, schema=schema)
    return frame.with_columns(
        fraction(name, "book_total").alias(f"{name}_share") for name in ("least", "likely", "most")
    )


def conclusion(samples: Sequence[Standing]) -> pl.DataFrame:
    """Return one row: how far the samples have come, and the rates of the latest year.

    Columns: planned, drawn, examined, errors, proven, not_proven, broken, items (drawn), over_share and
    under_share (most likely, of the latest year; NULL without one, or
    where several tables have rates), verdict (`none`, `planned`, `drawn`,
    `proven`, `not_proven`).
    """
    results = [one.result for one in samples if one.result]
    latest = yearly(samples)
    newest = latest.filter(pl.col("year").eq_missing(latest["year"].first() if latest.height else None))
    shares = {side: newest.filter(side=side)["likely_share"].to_list() for side in SIDES}
    not_proven = sum(not result.proven for result in results)
    items = sum(len(one.drawn.hits) for one in samples if one.drawn)
    verdict = "none" if not samples else "planned" if not items else "drawn"
    if results:
        verdict = "not_proven" if not_proven else "proven"
    row = {
        "planned": len(samples),
        "evaluated": len(results),
        "proven": len(results) - not_proven,
        "not_proven": not_proven,
        "broken": sum(one.fault is not None for one in samples),
        "items": items,
        "examined": sum(result.examined for result in results),
        "errors": sum(result.errors for result in results),
    }
    rate: dict[str, Decimal | None] = {
        "over_share": shares[OVER][0] if len(shares[OVER]) == 1 else None,
        "under_share": shares[UNDER][0] if len(shares[UNDER]) == 1 else None,
    }
    schema: dict[str, Any] = dict.fromkeys(row, pl.Int64) | dict.fromkeys(rate, pl.Decimal(38, 12))
    return pl.DataFrame([row | rate], schema=schema).with_columns(verdict=pl.lit(verdict))
