"""What was paid to the person: pensions year by year, and benefits."""

import polars as pl

from ndaudit.analyses.dossier.record import Dossier

_PAYMENTS = """
SELECT CAST(extract(year FROM period) AS BIGINT) AS year, delivered_by AS office_code,
    pension_book_no, account_no,
    count(*) FILTER (WHERE status = 'paid') AS payments,
    coalesce(sum(amount) FILTER (WHERE status = 'paid'), 0) AS amount,
    arg_max(amount, period) FILTER (WHERE status = 'paid') AS last_amount,
    count(*) FILTER (WHERE status <> 'paid') AS not_paid
FROM payment WHERE period IS NOT NULL
GROUP BY ALL ORDER BY year DESC, office_code, pension_book_no, account_no
"""
_BENEFITS = """
SELECT benefit_id, kind, cause, event_from, event_to, days, amount, fund,
    coalesce(CAST(paid_at AS DATE), employer_paid_on, settled_on) AS paid_on, delivered_by AS office_code
FROM benefit ORDER BY event_from DESC NULLS LAST, benefit_id
"""


def payments(dossier: Dossier) -> pl.DataFrame:
    """Return the pension payments by year, book and account, the latest year first.

    Columns: year, office_code, pension_book_no, account_no, payments, amount (₮), last_amount (₮ of the last
    month paid), not_paid (returned or stopped).
    """
    return dossier.frame(_PAYMENTS)


def benefits(dossier: Dossier) -> pl.DataFrame:
    """Return the benefits, the latest first.

    Columns: benefit_id, kind, cause, event_from, event_to, days, amount (₮), fund, paid_on, office_code.
    """
    return dossier.frame(_BENEFITS)
