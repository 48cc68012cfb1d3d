"""Who reaches the right to an old-age pension by the end of the coming year, what is missing, what it brings.

The populations are asked another question than in a run: not what was known on the eve of a year, but what is
known on the day of the export, and which window of wages the law offers on the day the right arises.
"""

import polars as pl

from ndaudit.reading import Reading
from ndaudit.recomputing import recompute
from ndaudit.scope import Scope
from ndaudit.store import literal


def asked_years(further: int) -> str:
    """Return the SQL of the years asked about, this one and `further` ones, all by what is known today."""
    values = ", ".join(f"({n})" for n in range(further + 1))
    return f"""
SELECT a.office_code, CAST(EXTRACT(YEAR FROM a.as_of) AS BIGINT) + t.n AS register_year,
    make_date(CAST(EXTRACT(YEAR FROM a.as_of) AS BIGINT) + t.n, 1, 1) AS year_begins, a.as_of AS asked_on
FROM as_of a
CROSS JOIN (VALUES {values}) AS t(n)
"""


_COMING = """
SELECT p.*, y.asked_on AS as_of,
    k.months_before + k.months_after
        + greatest(coalesce(months_between(k.ahead_from, month_of(p.right_on)), 0), 0) AS own_months,
    a.sex = 'F' AS may_add_children, a.children * param('child_service_months', y.asked_on) AS child_months,
    param('child_service_least_months', y.asked_on) AS child_least_months, k.months_before
FROM prospective_pensioner p
JOIN register_year y ON y.office_code = p.office_code AND y.register_year = p.register_year
JOIN right_asked a ON a.person_id = p.person_id AND a.asked_on = y.asked_on AND a.reading = 'proven'
JOIN service_known k
    ON k.person_id = p.person_id AND k.asked_on = y.asked_on AND k.reading = 'proven' AND k.work = 'all'
LEFT JOIN pension_known n ON n.person_id = p.person_id
WHERE p.right_on > y.asked_on AND n.pension_from IS NULL
"""
"""One row per person whose right is still to come, with the months that will be there on that day."""

_WINDOW = f"""
WITH coming AS ({_COMING}), law AS (
    SELECT c.*, param('reference_window_months', c.right_on) AS months_asked,
        param('reference_window_within_months', c.right_on) AS within_months
    FROM coming c
)
SELECT CAST(person_id AS VARCHAR) AS determination_id, office_code AS delivered_by, person_id,
    CAST(NULL AS VARCHAR) AS file_no, 'initial' AS kind, 'old_age' AS pension_type, 'civil' AS regime,
    condition, right_on AS effective_from, add_months(month_of(as_of), -months_asked) AS window_from,
    CAST(months_asked AS BIGINT) AS window_months, right_on AS awarded_on, 0 AS months_outside,
    FALSE AS is_made_again, months_asked, add_months(month_of(right_on), -within_months) AS earliest_from
FROM law
"""
"""Instead of the windows inspectors chose: the last months on record, to hold the best window against."""

_WEIGHT = f"""
WITH coming AS ({_COMING}), months AS (
    SELECT person_id, office_code, right_on, condition,
        CAST(own_months + CASE WHEN may_add_children AND own_months >= child_least_months
            THEN coalesce(child_months, 0) ELSE 0 END AS BIGINT) AS months_at_right
    FROM coming
)
SELECT CAST(m.person_id AS VARCHAR) AS determination_id, m.office_code AS delivered_by, m.person_id,
    m.right_on AS effective_from, CAST(NULL AS DECIMAL(18,6)) AS window_sum, m.months_at_right,
    CASE WHEN m.condition = 'proportional' THEN param('base_rate', m.right_on) * m.months_at_right
        ELSE pension_rate(m.months_at_right, m.right_on) * 240 END AS weight,
    n.minimum_pension, n.certain_from, 0 AS months_paid
FROM months m
LEFT JOIN pension_minimum n
    ON n.effective_from = m.right_on AND n.is_proportional = (m.condition = 'proportional')
"""
_INSTEAD = {"register_year": asked_years(1), "window_asked": _WINDOW, "pension_weight": _WEIGHT}

_FOUND = f"""
WITH coming AS ({_COMING}), claimed AS (
    SELECT person_id, sum(months_between(starts_on, ends_before)) AS months
    FROM (SELECT DISTINCT person_id, starts_on, ends_before FROM proven_period WHERE reading = 'claimed')
    GROUP BY person_id
), entry AS (
    SELECT person_id, register_year, max(missing_papers) AS missing_papers
    FROM register_entry WHERE papers = 'incomplete' GROUP BY person_id, register_year
), sheet AS (
    SELECT person_id, max(coalesce(issued_on, handed_over_on)) AS sheet_on
    FROM recommendation GROUP BY person_id
)
SELECT c.person_id, c.office_code, c.register_year, c.as_of, c.condition, c.way, c.right_on, c.is_listed,
    w.months_at_right, e.missing_papers,
    CAST(greatest(coalesce(q.months, 0) - c.months_before, 0) AS BIGINT) AS unproven_months,
    CASE WHEN s.sheet_on >= add_months(c.as_of, -12) THEN s.sheet_on END AS sheet_on,
    add_months(c.right_on, -param('recommendation_lead_months', c.as_of)) AS sheet_due,
    b.best_from, add_months(b.best_from, b.window_months - 1) AS best_to, b.best_mean, b.chosen_mean,
    CASE WHEN b.best_from = b.window_from THEN 0 WHEN b.wages_known THEN b.monthly_difference END AS gain,
    CASE WHEN half_up(b.best_least * w.weight / (240 * b.window_months)) >= w.certain_from
        THEN half_up(b.best_least * w.weight / (240 * b.window_months)) ELSE w.minimum_pension END AS pension
FROM coming c
LEFT JOIN pension_weight w ON w.person_id = c.person_id
LEFT JOIN best_window b ON b.person_id = c.person_id
LEFT JOIN claimed q ON q.person_id = c.person_id
LEFT JOIN entry e ON e.person_id = c.person_id AND e.register_year = c.register_year
LEFT JOIN sheet s ON s.person_id = c.person_id
ORDER BY c.right_on, c.person_id
"""
_BUILT = (
    "prospective_pensioner",
    "best_window",
    "pension_weight",
    "pension_minimum",
    "pension_known",
    "proven_period",
    "service_known",
)
_UNPAID = """
SELECT CAST(person AS BIGINT) AS person_id, count(*) AS unpaid_months
FROM run.finding WHERE rule_id = $rule AND outcome = 'exception' AND person IS NOT NULL GROUP BY person
"""
RESTS_ON = ("REG-01", "DET-06")
"""The rules that decide by the same populations: what they take for granted these forecasts take too."""
UNPAID_RULE = "SIB-03"
"""The rule that names the months of an open employment without a contribution."""


def nearing(reading: Reading, scope: Scope, months: int = 24) -> str:
    """Return the SQL of who can reach a right within `months`: old enough by any condition of the law."""
    law = reading.catalogue.law["old_age_condition"]
    place = list(law.columns).index("age_months")
    least = min(row[place] for value in law.values for row in value.rows if row[place] is not None)
    near = f"birth_date <= (SELECT max(exported_at) FROM snapshot.batch) - to_months({least - months})"
    code = literal(scope.office or "")
    office = f"(delivered_by = {code} OR office_code = {code})" if scope.office else "TRUE"
    return f"SELECT person_id FROM snapshot.person WHERE {office} AND {near}"


def rights(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return one row per person without a pension whose right arises by the end of the coming year.

    Columns: person_id, office_code, register_year, as_of, condition, way, right_on, is_listed (on the
    register of that year), months_at_right (service by then), unproven_months (before 1995),
    unpaid_months (since then), missing_papers, sheet_on, sheet_due, best_from, best_to and best_mean (the
    best window of wages known today), chosen_mean (of the last months known), gain (₮ a month, the best
    over the last), pension (₮ a month by the best window; NULL where the minimum is not on file and could
    decide), is_lacking.
    """
    with recompute(reading, nearing(reading, scope), _BUILT, _INSTEAD) as made:
        found = made.frame(_FOUND)
    if scope.office:
        found = found.filter(pl.col("office_code") == scope.office)
    unpaid = reading.frame(_UNPAID, rule=UNPAID_RULE)
    joined = found.join(unpaid, on="person_id", how="left").with_columns(pl.col("unpaid_months").fill_null(0))
    lacking = (pl.col("unproven_months") > 0) | (pl.col("unpaid_months") > 0)
    return joined.with_columns(is_lacking=lacking | pl.col("missing_papers").is_not_null())


def sheets(found: pl.DataFrame) -> pl.DataFrame:
    """Return those who lack something and have no sheet yet, by the day the sheet is due."""
    return found.filter(pl.col("is_lacking") & pl.col("sheet_on").is_null()).sort("sheet_due", "person_id")


def windows(found: pl.DataFrame) -> pl.DataFrame:
    """Return best window and pension of each, the largest gain first."""
    ordered = found.filter(pl.col("best_from").is_not_null())
    return ordered.sort("gain", "right_on", "person_id", descending=[True, False, False], nulls_last=True)


def by_quarter(found: pl.DataFrame) -> pl.DataFrame:
    """Return how many rights arise in each quarter, and of them how many lack something."""
    quarter = pl.col("right_on").dt.truncate("1q").alias("quarter")
    counts = (
        pl.len().cast(pl.Int64).alias("rights"),
        pl.col("is_lacking").sum().cast(pl.Int64).alias("lacking"),
    )
    return found.group_by(quarter).agg(*counts).sort("quarter")


def conclusion(found: pl.DataFrame) -> pl.DataFrame:
    """Return one row of counts, and its `verdict`.

    Columns: rights, this_year and next_year (of them), lacking, unlisted (not on the register of their year),
    sheets_due (lacking and without a sheet), overdue (of them past their day), better (a better window than
    the last months), gain (₮ a month), year, verdict (`none`, `lacking`, `advised`, `ready`).
    """
    first = pl.col("register_year") == pl.col("as_of").dt.year()
    due = pl.col("is_lacking") & pl.col("sheet_on").is_null()
    row = found.select(
        pl.len().cast(pl.Int64).alias("rights"),
        first.sum().cast(pl.Int64).alias("this_year"),
        (~first).sum().cast(pl.Int64).alias("next_year"),
        pl.col("is_lacking").sum().cast(pl.Int64).alias("lacking"),
        (first & ~pl.col("is_listed")).sum().cast(pl.Int64).alias("unlisted"),
        due.sum().cast(pl.Int64).alias("sheets_due"),
        (due & (pl.col("sheet_due") < pl.col("as_of"))).sum().cast(pl.Int64).alias("overdue"),
        (pl.col("gain") > 0).sum().cast(pl.Int64).alias("better"),
        pl.col("gain").filter(pl.col("gain") > 0).sum().alias("gain"),
        pl.col("as_of").max().dt.year().cast(pl.Int64).alias("year"),
    )
    return row.with_columns(
        verdict=pl.when(pl.col("rights") == 0)
        .then(pl.lit("none"))
        .when(pl.col("sheets_due") > 0)
        .then(pl.lit("lacking"))
        .when(pl.col("lacking") > 0)
        .then(pl.lit("advised"))
        .otherwise(pl.lit("ready"))
    )
