"""How the law applies to one person, step by step, as an inspector would write it on paper."""

from ndaudit.explanation.amount_steps import amounts, decided, unknown
from ndaudit.explanation.facts import Facts, gather
from ndaudit.explanation.right_steps import children, right, service, who
from ndaudit.explanation.told import Explanation
from ndaudit.lexicon import Lexicon
from ndaudit.masking import Masker
from ndaudit.reading import Reading
from ndaudit.roles import current_standing
from ndaudit.unmasking import unmasked
from ndaudit.wording import Language

PURPOSE = "person"
"""The purpose under which insured numbers are masked, as in the data dictionary."""

__all__ = ["Explanation", "explain_person"]


def _name(facts: Facts) -> str:
    """Return number, names and register number of the person, as far as they are on record."""
    parts = (facts.person[name] for name in ("person_id", "surname", "given_name", "register_no"))
    return ", ".join(str(part) for part in parts if part)


def explain_person(
    reading: Reading,
    person: str,
    key: bytes,
    lang: Language,
    *,
    unmask: bool = False,
    reason: str | None = None,
) -> Explanation:
    """Return the explanation for the person of that insured number, by the run that is read.

    Args:
        unmask: name the person, for a reason, instead of giving a pseudonym.

    Raises:
        UsageError: it is no insured number, or only one of `unmask` and `reason` is given.
        RefusedError: no office delivered such a person, or the account may not see the person's office or
            who people are.
    """
    facts = gather(reading, person)
    current_standing(reading.workbench).require_office(facts.person["office_code"])
    named = Masker(key, PURPOSE).mask(person)
    if unmasked(reading.workbench, "explain", asked=unmask, reason=reason, person=named):
        named = _name(facts)
    office = Lexicon(reading, lang).office_in_full(facts.person["office_code"])
    sections = [who(facts, named, office), service(facts)]
    sections += [section for section in (children(facts),) if section]
    sections += [right(facts), *amounts(facts)]
    sections += [section for section in (unknown(sections),) if section]
    titles = reading.catalogue.rules
    found = [
        (row["rule_id"], titles[row["rule_id"]].title.within(lang), row["outcome"]) for row in facts.findings
    ]
    sections.append(decided(found))
    return Explanation(named, facts.on, tuple(sections), lang)
