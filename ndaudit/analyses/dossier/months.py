"""The person's months: paid, exempted, bought back, missing; and the stretches they make."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from ndaudit.analyses.dossier.record import Dossier

KINDS = ("paid", "bought", "exempted", "unpaid", "gap", "proven", "claimed", "pension")
"""What a month can be, the first that holds: contribution paid, bought back, exempted by law, reported but
not paid, worked by the labour book without a contribution, before 1995 proven or claimed, pension paid."""
_MONTHS = """
WITH ledger AS (
    SELECT period, employer_no, insured_type, wage, paid_on,
        row_number() OVER (PARTITION BY period ORDER BY CASE WHEN paid_on IS NULL THEN 1 ELSE 0 END,
            wage DESC NULLS LAST, contribution_id) AS place,
        sum(wage) OVER (PARTITION BY period ORDER BY contribution_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS month_wage
    FROM contribution WHERE period IS NOT NULL
), taken AS (
    SELECT period FROM contribution GROUP BY period HAVING min(wage) < 0 AND sum(wage) = 0
), bought AS (
    SELECT DISTINCT m.period FROM bought_service b
    JOIN calendar_month m ON m.period >= month_of(b.covers_from) AND m.period <= b.covers_to
    WHERE b.paid_on IS NOT NULL
), early AS (
    SELECT first + CAST(n AS INTEGER) * INTERVAL 1 MONTH AS period, reading
    FROM (SELECT reading, CAST(month_of(starts_on) AS DATE) AS first, ends_before FROM proven_period),
        range(600) AS t(n)
    WHERE first + CAST(n AS INTEGER) * INTERVAL 1 MONTH < ends_before
), known AS (
    SELECT period, CASE WHEN paid_on IS NULL THEN 'unpaid' ELSE 'paid' END AS kind, employer_no, insured_type,
        month_wage AS wage
    FROM ledger WHERE place = 1 AND period NOT IN (SELECT period FROM taken)
    UNION ALL
    SELECT period, 'bought', NULL, NULL, NULL FROM bought
    UNION ALL
    SELECT s.period, 'exempted', NULL, NULL, NULL FROM service_month s
    UNION ALL
    SELECT period, 'gap', min(employer_no), NULL, NULL FROM employment_month
    WHERE NOT is_contributed AND NOT is_maternity AND is_exempted IS NOT TRUE AND due_certain_on <= as_of
    GROUP BY period
    UNION ALL
    SELECT CAST(period AS DATE), CASE reading WHEN 'proven' THEN 'proven' ELSE 'claimed' END, NULL, NULL, NULL
    FROM early
    UNION ALL
    SELECT period, 'pension', NULL, NULL, NULL FROM payment WHERE status = 'paid' AND period IS NOT NULL
)
SELECT period, kind, employer_no, insured_type, wage
FROM (
    SELECT *, row_number() OVER (PARTITION BY period ORDER BY list_position($kinds, kind)) AS place FROM known
)
WHERE place = 1
ORDER BY period
"""
_MARKS = {
    "mn": "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЭЮЯ",
    "en": "ABCDEFGHJKLMNPQRSTUVWXYZ",
}


def months(dossier: Dossier) -> pl.DataFrame:
    """Return one row per month that something is known of, in order.

    Columns: period, kind (one of `KINDS`), employer_no, insured_type, wage (₮ of all employers), ordinal of
    the employer by first appearance (0 the first; None without employer).
    """
    found = dossier.frame(_MONTHS, kinds=list(KINDS))
    employers = found.filter(pl.col("employer_no").is_not_null())["employer_no"].unique(maintain_order=True)
    order = {name: place for place, name in enumerate(employers)}
    ordinal = [order.get(name) for name in found["employer_no"]]
    return found.with_columns(ordinal=pl.Series(ordinal, dtype=pl.Int64))


def mark(ordinal: int | None, lang: str) -> str:
    """Return the letter an employer goes by on the page; the twenty-eighth and later share a dot."""
    letters = _MARKS[lang]
    if ordinal is None:
        return ""
    return letters[ordinal] if ordinal < len(letters) else "•"


def _runs(found: pl.DataFrame) -> Iterator[list[dict[str, object]]]:
    run: list[dict[str, object]] = []
    for row in found.iter_rows(named=True):
        day: date = row["period"]
        alike = run and all(run[-1][name] == row[name] for name in ("kind", "employer_no", "insured_type"))
        if run and not (alike and _next(run[-1]["period"]) == day):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _next(month: object) -> date:
    assert isinstance(month, date)  # noqa: S101 - the frame holds days only
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def stretches(found: pl.DataFrame) -> pl.DataFrame:
    """Return the months of `months` joined where kind, employer and insured type stay the same.

    Columns: first_month, last_month, months, kind, ordinal, employer_no, insured_type, wage (a month’s mean).
    """
    rows = []
    for run in _runs(found):
        frame = pl.DataFrame(run, schema=found.schema)
        paid = frame["wage"].drop_nulls()
        mean = paid.sum() / len(paid) if len(paid) else None
        one = run[0]
        rows.append(
            (
                one["period"],
                run[-1]["period"],
                len(run),
                one["kind"],
                one["ordinal"],
                one["employer_no"],
                one["insured_type"],
                mean,
            )
        )
    schema: dict[str, Any] = {
        "first_month": pl.Date,
        "last_month": pl.Date,
        "months": pl.Int64,
        "kind": pl.String,
        "ordinal": pl.Int64,
        "employer_no": pl.String,
        "insured_type": pl.String,
        "wage": pl.Decimal(38, 2),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
