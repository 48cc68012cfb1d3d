"""What the rules decided: by rule, by area, by severity, beside the country; findings by tögrög; leads."""

import polars as pl

from ndaudit.analyses.shares import fraction
from ndaudit.reading import Reading
from ndaudit.scope import Scope

COUNTED_EFFECTS = "^(DET-06|PAY-0[1345678]|BEN-.*|SIB-04|SIB-05|SIB-08|CON-02)$"
"""Rules whose tögrög add up, one money once: the effects of the others explain these (spec 3).

PAY-02 sums by office, bank and month what PAY-03 says payment by payment, and is left out.
"""

_RULES = """
WITH chosen AS (SELECT * FROM run.rule_result WHERE $office IS NULL OR office_code = $office),
    own AS (
        SELECT rule_id, CAST(sum(population) AS BIGINT) AS population, CAST(sum(met) AS BIGINT) AS met,
            CAST(sum(exceptions) AS BIGINT) AS exceptions,
            CAST(sum(undetermined) AS BIGINT) AS undetermined,
            CAST(sum(missing_value) AS BIGINT) AS missing_value,
            CAST(sum(not_delivered) AS BIGINT) AS not_delivered,
            CAST(sum(law_value_unknown) AS BIGINT) AS law_value_unknown, sum(effect) AS effect
        FROM chosen GROUP BY rule_id
    ),
    country AS (
        SELECT rule_id, any_value(severity) AS severity, CAST(sum(met + exceptions) AS BIGINT)
            AS country_decided, CAST(sum(exceptions) AS BIGINT) AS country_exceptions
        FROM run.rule_result GROUP BY rule_id
    )
SELECT c.rule_id, c.severity, o.* EXCLUDE (rule_id), c.country_decided, c.country_exceptions
FROM country c LEFT JOIN own o ON o.rule_id = c.rule_id ORDER BY c.rule_id
"""
SUMMED = (
    "population",
    "met",
    "exceptions",
    "undetermined",
    "missing_value",
    "not_delivered",
    "law_value_unknown",
    "country_decided",
    "country_exceptions",
)
_EFFECTS = """
SELECT coalesce(sum(effect) FILTER (WHERE effect > 0), 0) AS over,
    coalesce(-sum(effect) FILTER (WHERE effect < 0), 0) AS under,
    count(*) FILTER (WHERE effect <> 0) AS findings
FROM run.finding
WHERE outcome = 'exception' AND severity <> 'I' AND regexp_matches(rule_id, $counted)
    AND rule_id IN (SELECT unnest($rules))
    AND ($office IS NULL OR office_code = $office)
"""
_FINDINGS = """
SELECT finding_id, rule_id, severity, office_code, item_key, period, effect
FROM run.finding
WHERE outcome = 'exception' AND severity <> 'I' AND effect <> 0
    AND rule_id IN (SELECT unnest($rules))
    AND ($office IS NULL OR office_code = $office)
ORDER BY abs(effect) DESC, rule_id, item_key LIMIT $most
"""


def with_rates(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame of counts with `decided` (met + exceptions), `rate` and `country_rate` of exceptions.

    The denominator is what could be decided: an item nobody could judge is neither good nor bad.
    """
    return frame.with_columns(decided=pl.col("met") + pl.col("exceptions")).with_columns(
        rate=fraction("exceptions", "decided"), country_rate=fraction("country_exceptions", "country_decided")
    )


def by_rule(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return one row per rule of the run, most exceptions first.

    Columns: rule_id, area, severity, population, met, exceptions, undetermined and its three reasons
    (missing_value, not_delivered, law_value_unknown), effect (₮), decided, rate, country_decided,
    country_exceptions, country_rate.
    """
    found = reading.frame(_RULES, office=scope.office)
    numbers = pl.col([name for name in SUMMED if not name.startswith("country")])
    counted = found.with_columns(numbers.fill_null(0), area=pl.col("rule_id").str.extract(r"^([A-Z]+)", 1))
    return with_rates(counted).sort("exceptions", "rule_id", descending=[True, False])


def accusing(rules: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `by_rule` that can be findings of fault: severity C and W."""
    return rules.filter(pl.col("severity") != "I")


def leads(rules: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `by_rule` that only rank where to look: severity I."""
    return rules.filter(pl.col("severity") == "I")


def by_area(rules: pl.DataFrame) -> pl.DataFrame:
    """Return `by_rule` summed per area of the catalogue, highest rate first.

    Columns: area, rules, the counts and rates of `by_rule`, critical and warning (exceptions).
    """
    part = pl.col("exceptions")
    summed = rules.group_by("area").agg(
        pl.len().cast(pl.Int64).alias("rules"),
        pl.col(SUMMED).sum(),
        part.filter(pl.col("severity") == "C").sum().alias("critical"),
        part.filter(pl.col("severity") == "W").sum().alias("warning"),
    )
    return with_rates(summed).sort("rate", "area", descending=[True, False], nulls_last=True)


def effects(reading: Reading, scope: Scope, rules: pl.DataFrame) -> pl.DataFrame:
    """Return one row: over (₮ overpaid or lost to the fund), under (₮ owed to citizens), findings with ₮.

    One money is counted once: of `rules`, only those of `COUNTED_EFFECTS`.
    """
    chosen = rules["rule_id"].to_list()
    return reading.frame(_EFFECTS, office=scope.office, counted=COUNTED_EFFECTS, rules=chosen)


def largest_findings(reading: Reading, scope: Scope, rules: pl.DataFrame, most: int = 20) -> pl.DataFrame:
    """Return the `most` findings of `rules` with the largest effect, either way.

    Columns: finding_id, rule_id, severity, office_code, item_key (to be masked), period, effect (₮).
    """
    chosen = rules["rule_id"].to_list()
    return reading.frame(_FINDINGS, office=scope.office, rules=chosen, most=most)


def begin_with(rules: pl.DataFrame) -> tuple[pl.Expr, pl.Expr]:
    """Return first_rule and first_exceptions: the critical rule with most exceptions, else such a warning."""
    broken = accusing(rules).filter(pl.col("exceptions") > 0)
    order = broken.sort(pl.col("severity") == "C", "exceptions", "rule_id", descending=[True, True, False])
    rule, exceptions = order.select("rule_id", "exceptions").row(0) if broken.height else (None, 0)
    return (
        pl.lit(rule, pl.String).alias("first_rule"),
        pl.lit(exceptions, pl.Int64).alias("first_exceptions"),
    )


def undecided(rules: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `by_rule` that have undetermined items, most first."""
    return rules.filter(pl.col("undetermined") > 0).sort("undetermined", "rule_id", descending=[True, False])
