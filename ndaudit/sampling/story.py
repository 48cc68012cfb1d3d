"""A plan and its result in the sentences an auditor signs, in both languages."""

from decimal import Decimal
from fractions import Fraction

from ndaudit.notation import count, exact, percent, tugrik
from ndaudit.sampling.plan import Plan, size_of
from ndaudit.sampling.result import ESTIMATES, Result
from ndaudit.sampling.sides import LEAST_DIFFERENCES
from ndaudit.wording import Language, say


def share(value: Fraction) -> str:
    """Return an exact share as per cent, with every digit it was given with."""
    return exact((Decimal(value.numerator) * 100 / Decimal(value.denominator)).normalize())


def plan_sentences(plan: Plan, title: str, lang: Language) -> list[str]:
    """Return what is sampled, how, why so many, and how anybody can check it.

    Args:
        title: the name of the table in the language asked for.
    """
    aim = plan.aim
    lines = [
        say("sampling.about_population", lang, table=title, items=count(plan.items), snapshot=plan.snapshot)
    ]
    if plan.book_total is not None:
        lines.append(say("sampling.about_total", lang, total=tugrik(plan.book_total)))
    for why, items in plan.set_apart.items():
        lines.append(say(f"sampling.apart_{why}", lang, items=count(items)))
    planned, _ = size_of(aim, plan.items)
    lines.append(
        say(
            f"sampling.about_{aim.method}",
            lang,
            size=count(planned),
            confidence=share(aim.confidence),
            tolerable=share(aim.tolerable),
            expected=share(aim.expected),
            how=say(f"sampling.{aim.distribution if aim.method == 'attribute' else aim.selection}", lang),
        )
    )
    if plan.size > planned:
        lines.append(say("sampling.about_more", lang, more=count(plan.size - planned)))
    if plan.errors_allowed is not None:
        lines.append(say("sampling.about_allowed", lang, errors=count(plan.errors_allowed)))
    lines.append(say("sampling.about_check", lang, seed=aim.seed, sha256=plan.population_sha256))
    return lines


def result_sentences(plan: Plan, result: Result, lang: Language) -> list[str]:
    """Return the conclusion first, then what it rests on."""
    money = plan.aim.method == "mus"
    limit, tolerable = (
        tugrik(value) if money else percent(value, 2) for value in (result.limit, result.tolerable)
    )
    verdict = "proven" if result.proven else "not_proven"
    lines = [
        say(
            f"sampling.{plan.aim.method}_{verdict}",
            lang,
            confidence=share(plan.aim.confidence),
            limit=limit,
            tolerable=tolerable,
        ),
        say(
            "sampling.found",
            lang,
            examined=count(result.examined),
            errors=count(result.errors),
        ),
    ]
    if result.undecided:
        lines.append(say("sampling.undecided", lang, items=count(result.undecided)))
    if result.beyond:
        lines.append(say("sampling.beyond", lang, items=count(result.beyond)))
    for side, ways in result.document()["bounds"].items():
        amounts = {
            f"{way}_{name}": tugrik(Decimal(value)) for way, b in ways.items() for name, value in b.items()
        }
        lines.append(say(f"sampling.bound_{side}", lang, **amounts))
    for way, total in result.totals.items():
        amounts = {name: tugrik(value) for name, value in vars(total).items()}
        lines.append(say(f"sampling.total_{way}", lang, **amounts))
    if result.totals and len(result.totals) < len(ESTIMATES):
        lines.append(say("sampling.few_differences", lang, least=count(LEAST_DIFFERENCES)))
    for name, side in result.sides.items() if not money else ():
        amounts = {part: tugrik(getattr(side, part)) for part in ("found", "likely", "upper")}
        lines.append(say(f"sampling.side_{name}", lang, how=say(f"sampling.how_{side.how}", lang), **amounts))
    return lines
