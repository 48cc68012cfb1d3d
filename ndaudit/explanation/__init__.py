"""How the law applies to one person, step by step, as an inspector would write it on paper."""

from ndaudit.explanation.amount_steps import amounts, decided, unknown
from ndaudit.explanation.facts import gather
from ndaudit.explanation.right_steps import children, right, service, who
from ndaudit.explanation.told import Explanation
from ndaudit.lexicon import Lexicon
from ndaudit.masking import Masker
from ndaudit.reading import Reading
from ndaudit.wording import Language

PURPOSE = "person"
"""The purpose under which insured numbers are masked, as in the data dictionary."""

__all__ = ["Explanation", "explain_person"]


def explain_person(reading: Reading, person: str, key: bytes, lang: Language) -> Explanation:
    """Return the explanation for the person of that insured number, by the run that is read.

    Raises:
        UsageError: it is no insured number.
        RefusedError: no office delivered such a person.
    """
    facts = gather(reading, person)
    masker = Masker(key, PURPOSE)
    office = Lexicon(reading, lang).office_in_full(facts.person["office_code"])
    sections = [who(facts, masker, office), service(facts)]
    sections += [section for section in (children(facts),) if section]
    sections += [right(facts), *amounts(facts)]
    sections += [section for section in (unknown(sections),) if section]
    titles = reading.catalogue.rules
    found = [
        (row["rule_id"], titles[row["rule_id"]].title.within(lang), row["outcome"]) for row in facts.findings
    ]
    sections.append(decided(found))
    return Explanation(masker.mask(person), facts.on, tuple(sections), lang)
