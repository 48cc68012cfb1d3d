"""What the person earned year by year, beside the years before and beside colleagues of the same employer."""

import polars as pl

from ndaudit.analyses.dossier.record import Dossier
from ndaudit.analyses.shares import fraction

PEERS_LEAST = 5
"""Fewer colleagues than this are not shown: their median would tell what one of them earned."""

_OWN = """
WITH job AS (
    SELECT CAST(extract(year FROM period) AS BIGINT) AS year, employer_no, count(DISTINCT period) AS months,
        sum(wage) AS wages
    FROM contribution
    WHERE wage IS NOT NULL AND period IS NOT NULL
    GROUP BY ALL
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY year ORDER BY months DESC, wages DESC, employer_no NULLS LAST)
        AS place
    FROM job
)
SELECT year, employer_no, months, CAST(wages / months AS DECIMAL(38,2)) AS wage
FROM placed WHERE place = 1 AND wages > 0 ORDER BY year
"""
_PEERS = """
WITH colleague AS (
    SELECT CAST(extract(year FROM period) AS BIGINT) AS year, employer_no, person_id,
        CAST(sum(wage) / count(DISTINCT period) AS DECIMAL(38,2)) AS wage
    FROM snapshot.contribution
    WHERE employer_no IN (SELECT unnest($employers)) AND person_id <> $person AND insured_type = '01'
        AND wage > 0
    GROUP BY ALL
)
SELECT year, employer_no, count(*) AS peers, quantile_disc(wage, 0.25) AS peers_low,
    quantile_disc(wage, 0.5) AS peers_median, quantile_disc(wage, 0.75) AS peers_high
FROM colleague GROUP BY ALL HAVING count(*) >= $least ORDER BY ALL
"""


def wages(dossier: Dossier, months: pl.DataFrame) -> pl.DataFrame:
    """Return one row per year with a wage, in order: what a month brought at the employer of most months.

    Args:
        months: `months.months`, which numbers the employers.

    Columns: year, employer_no, months, wage (₮ a month), change (from the year before, a fraction), peers
    (how many colleagues), peers_low, peers_median, peers_high (₮ a month; None under `PEERS_LEAST`),
    to_peers (wage ÷ median), ordinal (of the employer).
    """
    own = dossier.frame(_OWN)
    employers = own["employer_no"].drop_nulls().unique().sort().to_list()
    peers = dossier.reading.frame(_PEERS, employers=employers, person=dossier.person, least=PEERS_LEAST)
    joined = own.join(peers, on=["year", "employer_no"], how="left").sort("year")
    before = pl.when(pl.col("year").shift() == pl.col("year") - 1).then(pl.col("wage").shift())
    numbered = months.select("employer_no", "ordinal").drop_nulls().unique()
    joined = joined.join(numbered, on="employer_no", how="left").sort("year")
    told = joined.with_columns(rise=pl.col("wage") - before, before=before)
    return told.with_columns(
        change=fraction("rise", "before"), to_peers=fraction("wage", "peers_median")
    ).drop("rise", "before")
