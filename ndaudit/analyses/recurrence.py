"""With whom findings repeat themselves: inspectors and employers their evidence names.

A rule names an official when one of its evidence columns is one the data dictionary keeps for staff. How
many findings somebody has depends on how much he handles, so a row says where to ask, never who is to blame.
"""

from collections.abc import Collection, Mapping

import polars as pl

from ndaudit.catalogue import Catalogue
from ndaudit.reading import Reading
from ndaudit.reviews.decisions import RETESTED
from ndaudit.scope import Scope

EMPLOYER = "employer_no"
LEAST = 2
"""Findings that make somebody worth a row."""
_NAMED = """
SELECT DISTINCT finding_id, json_extract_string(evidence, $path) AS who, office_code, rule_id
FROM run.finding
WHERE outcome = 'exception' AND severity <> 'I' AND rule_id IN (SELECT unnest($rules))
    AND ($office IS NULL OR office_code = $office)
    AND json_extract_string(evidence, $path) IS NOT NULL
ORDER BY ALL
"""


def _staff_columns(catalogue: Catalogue) -> set[str]:
    return {
        column.name
        for table in catalogue.tables.values()
        for column in table.columns
        if column.personal == "staff" and not column.name.endswith("_at")
    }


def _naming(
    catalogue: Catalogue, columns: set[str], without: Collection[str] = ()
) -> Mapping[str, list[str]]:
    """Return the rules whose evidence names one of `columns`, by the first such column of each.

    Args:
        without: columns none of which their evidence may name.
    """
    found: dict[str, list[str]] = {}
    for rule in catalogue.rules.values():
        named = [column for column in rule.evidence if column in columns]
        if named and not rule.is_lead and not set(without) & set(rule.evidence):
            found.setdefault(named[0], []).append(rule.id)
    return found


def by_inspector(reading: Reading, scope: Scope, found: pl.DataFrame, most: int = 15) -> pl.DataFrame:
    """Return the officials whose findings repeat themselves, the most findings first.

    Args:
        found: `followup.findings`.

    Columns: who (to be masked), office_code, findings (those dismissed left out), rules (that made them),
    stayed (found by an earlier full run too), confirmed (by two people), recurring (came back after a
    retest).
    """
    naming = _naming(reading.catalogue, _staff_columns(reading.catalogue))
    return _repeated(reading, scope, found, naming, most)


def by_employer(reading: Reading, scope: Scope, found: pl.DataFrame, most: int = 15) -> pl.DataFrame:
    """Return the employers whose findings repeat themselves, as `by_inspector` does.

    Findings whose evidence names an official are his matter, and left out.
    """
    naming = _naming(reading.catalogue, {EMPLOYER}, _staff_columns(reading.catalogue))
    return _repeated(reading, scope, found, naming, most)


def _repeated(
    reading: Reading, scope: Scope, found: pl.DataFrame, naming: Mapping[str, list[str]], most: int
) -> pl.DataFrame:
    parts = [pl.DataFrame(schema=dict.fromkeys(("finding_id", "who", "office_code", "rule_id"), pl.String))]
    for column, rules in sorted(naming.items()):
        parts.append(reading.frame(_NAMED, path=f"$.{column}", rules=rules, office=scope.office))
    known = found.select("finding_id", "state", "is_new")
    named = pl.concat(parts).join(known, on="finding_id").filter(pl.col("state") != "dismissed")
    faults = pl.col("state").is_in(RETESTED)
    grouped = named.group_by("who", "office_code").agg(
        pl.col("finding_id").n_unique().cast(pl.Int64).alias("findings"),
        pl.col("rule_id").n_unique().cast(pl.Int64).alias("rules"),
        pl.col("is_new").not_().sum().cast(pl.Int64).alias("stayed"),
        faults.sum().cast(pl.Int64).alias("confirmed"),
        (pl.col("state") == "recurring").sum().cast(pl.Int64).alias("recurring"),
    )
    repeated = grouped.filter(pl.col("findings") >= LEAST)
    return repeated.sort(
        "findings", "rules", "office_code", "who", descending=[True, True, False, False]
    ).head(most)
