"""Employers and pensioners far from their peers, or from their own path: leads, beside what a rule found.

Sources: Iglewicz and Hoaglin, *How to Detect and Handle Outliers* (1993), for the modified z and its limit;
Liu, Ting and Zhou, *Isolation Forest* (2008). The forest only orders: what is far, and how far, is told by
the feature with the largest z. Nothing is named that no rule has a finding about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from ndaudit import notation
from ndaudit.reading import Reading
from ndaudit.scope import Scope

MONTHS = 12
FAR = 3.5
"""A modified z beyond this is far."""
PEERS_LEAST = 20
"""An office with fewer is compared with the country."""
OWN_LEAST = 6
"""Fewer months are no path of one's own."""
NAMED = 4
"""Rules named beside how many there are."""
TREES = 100
SEED = 163
REFERENCE = 20_000
"""So many, taken by hash, stand for all where the forest ranks."""
_TOLD = """
WITH told AS (
    SELECT office_code, CAST(date_trunc('month', max(exported_at)) AS DATE) AS month
    FROM snapshot.batch GROUP BY office_code
)
"""
_EMPLOYER_ROWS = f"""{_TOLD}
SELECT c.delivered_by AS office_code, c.employer_no AS item_key, c.period, t.month, c.person_id, c.wage
FROM snapshot.contribution c JOIN told t ON t.office_code = c.delivered_by
WHERE c.employer_no IS NOT NULL AND c.wage > 0 AND c.period < t.month
    AND c.period >= t.month - to_months($months)
"""
_EMPLOYER_MONTHS = """
    SELECT office_code, item_key, period, month, count(DISTINCT person_id) AS heads, sum(wage) AS money,
        median(wage) AS middle, max(wage) AS top
    FROM recent_row WHERE office_code = $office GROUP BY ALL
"""
_EMPLOYER_FEATURES = """CAST(sum(money) AS DOUBLE) / sum(heads) AS mean_wage, avg(heads) AS heads,
        max(CAST(top AS DOUBLE) / nullif(CAST(middle AS DOUBLE), 0)) AS top_to_middle,
        avg(heads) FILTER (WHERE period >= month - INTERVAL 3 MONTH)
            / nullif(avg(heads) FILTER (WHERE period < month - INTERVAL 3 MONTH), 0) AS change_of_heads"""
_PENSIONER_ROWS = f"""{_TOLD}
SELECT p.delivered_by AS office_code, CAST(p.person_id AS VARCHAR) AS item_key, p.period, p.amount,
    p.account_no
FROM snapshot.payment p JOIN told t ON t.office_code = p.delivered_by
WHERE p.person_id IS NOT NULL AND p.amount > 0 AND (p.status IS NULL OR p.status <> 'stopped')
    AND p.period <= t.month AND p.period > t.month - to_months($months)
"""
_PENSIONER_MONTHS = """
    SELECT office_code, item_key, period, sum(amount) AS money, count(*) AS payments,
        count(DISTINCT account_no) AS accounts
    FROM recent_row WHERE office_code = $office GROUP BY ALL
"""
_PENSIONER_FEATURES = """CAST(median(money) AS DOUBLE) AS usual_pension,
        CAST(max(money) AS DOUBLE) / nullif(CAST(median(money) AS DOUBLE), 0) AS top_to_usual,
        avg(payments) AS payments_a_month, CAST(max(accounts) AS DOUBLE) AS accounts"""


def _compared(monthly: str, features: str) -> str:
    """Return the SQL of the features of everybody at an office, and of the month farthest from their path.

    Args:
        monthly: rows of office_code, item_key, period and money, one a month.
        features: SQL over the months of one of them.
    """
    return f"""
WITH monthly AS ({monthly}), own AS (
    SELECT office_code, item_key, median(money) AS usual, mad(money) AS moves, count(*) AS months
    FROM monthly GROUP BY ALL
), path AS (
    SELECT m.office_code, m.item_key, arg_max(m.period, (abs(m.money - o.usual), m.period)) AS month,
        max(abs(m.money - o.usual)) AS gap
    FROM monthly m JOIN own o USING (office_code, item_key) GROUP BY ALL
), whole AS (
    SELECT office_code, item_key, {features}
    FROM monthly GROUP BY ALL
)
SELECT w.*, p.month,
    CASE WHEN o.months >= $own AND o.moves > 0
        THEN 0.6745 * CAST(p.gap AS DOUBLE) / CAST(o.moves AS DOUBLE) END AS month_distance
FROM whole w JOIN own o USING (office_code, item_key) JOIN path p USING (office_code, item_key)
ORDER BY w.office_code, w.item_key
"""


_OF_EMPLOYERS = """
SELECT json_extract_string(evidence, '$.employer_no') AS item_key,
    list_sort(list(DISTINCT rule_id)) AS rule_ids
FROM run.finding
WHERE outcome = 'exception' AND severity <> 'I'
    AND json_extract_string(evidence, '$.employer_no') IS NOT NULL
GROUP BY 1 ORDER BY 1
"""
_OF_PENSIONERS = """
SELECT person AS item_key, list_sort(list(DISTINCT rule_id)) AS rule_ids
FROM run.finding
WHERE outcome = 'exception' AND severity <> 'I' AND person IS NOT NULL
    AND regexp_matches(rule_id, '^(PAY|DET)-')
GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class Peers:
    """Who is compared, by what, and which findings stand beside them.

    Attributes:
        rows: SQL of what they were paid of late.
        sql: SQL of the features of one office's, from these rows as the table `recent_row`.
    """

    rows: str
    sql: str
    features: tuple[str, ...]
    findings: str


EMPLOYERS = Peers(
    _EMPLOYER_ROWS,
    _compared(_EMPLOYER_MONTHS, _EMPLOYER_FEATURES),
    ("mean_wage", "heads", "top_to_middle", "change_of_heads"),
    _OF_EMPLOYERS,
)
PENSIONERS = Peers(
    _PENSIONER_ROWS,
    _compared(_PENSIONER_MONTHS, _PENSIONER_FEATURES),
    ("usual_pension", "top_to_usual", "payments_a_month", "accounts"),
    _OF_PENSIONERS,
)
FEATURES = (*EMPLOYERS.features, *PENSIONERS.features)
_SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "office_code": pl.String,
    "item_key": pl.String,
    "rules": pl.Int64,
    "rule_ids": pl.List(pl.String),
    "feature": pl.String,
    "value": pl.String,
    "peers": pl.String,
    "distance": pl.String,
    "month": pl.Date,
    "month_distance": pl.String,
    "isolated": pl.Decimal(38, 12),
}


def modified_z(feature: str, over: str | None) -> pl.Expr:
    """Return how far a value lies from the median, in medians of such distances; NULL where all are alike.

    Args:
        over: the column peers share, or None: everybody.
    """

    def within(expression: pl.Expr) -> pl.Expr:
        return expression.over(over) if over else expression

    gap = pl.col(feature) - within(pl.col(feature).median())
    away = (pl.col(feature) - pl.col(feature).median()).abs()
    spread, mean = within(away.median()), within(away.mean())
    # where most are alike the median distance is nought: the mean one stands in
    return pl.when(spread > 0).then(0.6745 * gap / spread).when(mean > 0).then(gap / (1.253314 * mean))


def _distances(found: pl.DataFrame, features: tuple[str, ...]) -> pl.DataFrame:
    """Add, per feature, z_… and peers_…: against the office where it has peers enough, else the country."""
    enough = pl.len().over("office_code") >= PEERS_LEAST
    return found.with_columns(
        *(
            pl.when(enough)
            .then(modified_z(feature, "office_code"))
            .otherwise(modified_z(feature, None))
            .alias(f"z_{feature}")
            for feature in features
        ),
        *(
            pl.when(enough)
            .then(pl.col(feature).median().over("office_code"))
            .otherwise(pl.col(feature).median())
            .alias(f"peers_{feature}")
            for feature in features
        ),
    )


def isolation(reference: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return, for each row asked, the share of the reference isolated more easily: small is strange."""
    # imported here: it takes a second nobody else should wait for
    from sklearn.ensemble import IsolationForest

    forest = IsolationForest(n_estimators=TREES, max_samples=min(256, len(reference)), random_state=SEED)
    forest.fit(reference)
    known = np.sort(forest.score_samples(reference))
    placed: np.ndarray = np.searchsorted(known, forest.score_samples(asked), side="left") / len(known)
    return placed


def _everyone(reading: Reading, peers: Peers) -> pl.DataFrame:
    """Return the features of everybody in the country, office by office: medians are not spilled to disk."""
    reading.con.execute(f"CREATE TEMP TABLE recent_row AS {peers.rows}", {"months": MONTHS})
    try:
        offices = [reading.frame(peers.sql, office=code, own=OWN_LEAST) for code in reading.offices]
    finally:
        reading.con.execute("DROP TABLE recent_row")
    return pl.concat(offices)


def _outliers(reading: Reading, scope: Scope, peers: Peers, most: int) -> pl.DataFrame:
    everyone = _everyone(reading, peers)
    if everyone.height < PEERS_LEAST:
        return pl.DataFrame(schema=dict(_SCHEMA))
    everyone = _distances(everyone, peers.features)
    asked = everyone.join(reading.frame(peers.findings), on="item_key", maintain_order="left")
    if scope.office:
        asked = asked.filter(office_code=scope.office)
    far = pl.any_horizontal(
        *(pl.col(f"z_{feature}").abs() >= FAR for feature in peers.features), pl.col("month_distance") >= FAR
    )
    asked = asked.filter(far.fill_null(False))
    if not asked.height:
        return pl.DataFrame(schema=dict(_SCHEMA))
    filled = [pl.col(feature).fill_null(pl.col(feature).median()).fill_nan(0) for feature in peers.features]
    middle = [pl.col(feature).fill_null(pl.col(f"peers_{feature}")).fill_nan(0) for feature in peers.features]
    reference = everyone.sort(pl.col("item_key").hash(SEED), "office_code").head(REFERENCE).select(filled)
    placed = isolation(reference.to_numpy(), asked.select(middle).to_numpy())
    rows = [
        _told(row, float(share), peers.features)
        for row, share in zip(asked.iter_rows(named=True), placed, strict=True)
    ]
    frame = pl.DataFrame(rows, schema=dict(_SCHEMA))
    return frame.sort("isolated", "office_code", "item_key").head(most)


def _told(row: Mapping[str, Any], share: float, features: tuple[str, ...]) -> dict[str, object]:
    rules = list(row["rule_ids"])
    known = [(feature, row[f"z_{feature}"]) for feature in features]
    measured = [(feature, z) for feature, z in known if isinstance(z, float)]
    feature, z = max(measured, key=lambda one: abs(one[1]), default=(None, None))
    return {
        "office_code": row["office_code"],
        "item_key": row["item_key"],
        "rules": len(rules),
        "rule_ids": rules[:NAMED],
        "feature": feature,
        "value": _written(row[feature], 2) if feature else None,
        "peers": _written(row[f"peers_{feature}"], 2) if feature else None,
        "distance": _written(z, 1),
        "month": row["month"],
        "month_distance": _written(row["month_distance"], 1),
        "isolated": Decimal(repr(share)).quantize(Decimal("0.000001")),
    }


def _written(value: object, places: int) -> str | None:
    if not isinstance(value, float):
        return None
    return notation.exact(Decimal(repr(value)).quantize(Decimal(1).scaleb(-places)))


def employer_outliers(reading: Reading, scope: Scope, most: int = 20) -> pl.DataFrame:
    """Return employers with a finding who lie far from their peers or from their own months, strangest first.

    Columns: office_code, item_key (to be masked), rules (that have a finding) and rule_ids (the first of
    them), feature (one of `FEATURES`: where it lies farthest), value, peers (their median) and distance
    (modified z) as text, month and month_distance (the month farthest from its own), isolated (share of all
    who are stranger).
    """
    return _outliers(reading, scope, EMPLOYERS, most)


def pensioner_outliers(reading: Reading, scope: Scope, most: int = 20) -> pl.DataFrame:
    """Return pensioners with a finding of payment or determination, as `employer_outliers`."""
    return _outliers(reading, scope, PENSIONERS, most)
