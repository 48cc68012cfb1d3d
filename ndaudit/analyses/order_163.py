"""Order 163 clause by clause, each an indicator derived from the rules that cite it; duties likewise."""

from collections.abc import Mapping

import polars as pl

from ndaudit.analyses.outcomes import SUMMED, accusing, with_rates
from ndaudit.clauses import read_clauses
from ndaudit.reading import Reading

ACT = "order_163"
DUTIES = "job_description"
_LISTS: Mapping[str, str] = {ACT: "clauses.toml", DUTIES: "duties.toml"}
"""Where `expectations/` lists the clauses of an act."""


def citations(reading: Reading, act: str = ACT) -> pl.DataFrame:
    """Return which rule of the catalogue cites which clause of an act: rule_id, clause."""
    pairs = {
        (rule.id, criterion.clause)
        for rule in reading.catalogue.rules.values()
        for criterion in rule.criterion
        if criterion.act == act
    }
    return pl.DataFrame(sorted(pairs), schema={"rule_id": pl.String, "clause": pl.String}, orient="row")


def indicators(reading: Reading, rules: pl.DataFrame, act: str = ACT) -> pl.DataFrame:
    """Return one row per clause in the order of the procedure (or of the duties), from `outcomes.by_rule`.

    Columns: clause, rules (how many speak of it, leads aside), the counts of `by_rule`, decided, rate,
    country_rate. A clause no rule speaks of has rules = 0; where nothing was checked counts are NULL. A rule
    that cites two clauses counts in both, so the rows do not add up to the total.
    """
    cited = citations(reading, act)
    declared = list(read_clauses(reading.run.folder / "expectations" / _LISTS[act]))
    numbers = [*declared, *sorted(set(cited["clause"]) - set(declared))]
    order = pl.DataFrame({"clause": numbers}, schema={"clause": pl.String}).with_row_index("place")
    # a rule that found nothing to check has no results, and speaks of its clause nevertheless
    leads = [rule.id for rule in reading.catalogue.rules.values() if rule.is_lead]
    spoken = (
        cited.filter(~pl.col("rule_id").is_in(leads)).group_by("clause").agg(rules=pl.len().cast(pl.Int64))
    )
    summed = accusing(rules).join(cited, on="rule_id").group_by("clause").agg(pl.col(SUMMED).sum())
    known = order.join(spoken, on="clause", how="left")
    joined = known.join(summed, on="clause", how="left").sort("place").drop("place")
    return with_rates(joined.with_columns(pl.col("rules").fill_null(0)))


def citing(reading: Reading, rules: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `outcomes.by_rule` that cite Order 163 and accuse, each once."""
    cited = citations(reading).select("rule_id").unique()
    return (
        accusing(rules)
        .join(cited, on="rule_id", how="semi")
        .sort("exceptions", "rule_id", descending=[True, False])
    )
