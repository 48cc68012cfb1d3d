"""Who may do what in the software: accounts, duties kept apart, entries, voice messages."""

import polars as pl

from ndaudit.analyses import subjects
from ndaudit.analyses.shares import fraction
from ndaudit.reading import Reading
from ndaudit.scope import Scope

_ACCOUNTS = """
WITH told AS (
    SELECT office_code, CAST(max(exported_at) AS DATE) AS as_of FROM snapshot.batch GROUP BY office_code
), broken AS (
    SELECT office_code, count(DISTINCT item_key) AS noted FROM run.finding
    WHERE outcome = 'exception' AND rule_id IN (SELECT unnest($rules)) GROUP BY office_code
)
SELECT u.delivered_by AS office_code, count(*) AS accounts,
    count(*) FILTER (WHERE u.closed_on IS NULL OR u.closed_on > t.as_of) AS open_accounts,
    count(DISTINCT u.staff_id) AS holders, coalesce(any_value(b.noted), 0) AS noted
FROM snapshot.user_account u
JOIN told t ON t.office_code = u.delivered_by
LEFT JOIN broken b ON b.office_code = u.delivered_by
WHERE $office IS NULL OR u.delivered_by = $office
GROUP BY u.delivered_by ORDER BY noted DESC, office_code
"""
_NOTED = """
SELECT office_code, item_key, list(DISTINCT rule_id ORDER BY rule_id) AS rule_ids,
    count(DISTINCT rule_id) AS rules
FROM run.finding
WHERE outcome = 'exception' AND rule_id IN (SELECT unnest($rules))
    AND ($office IS NULL OR office_code = $office)
GROUP BY office_code, item_key ORDER BY rules DESC, office_code, item_key LIMIT $most
"""
_ENTRIES = """
SELECT office_code, json_extract_string(evidence, '$.entered_by') AS entered_by, count(*) AS entries,
    CAST(min(json_extract_string(evidence, '$.entered_at')) AS TIMESTAMP) AS first_at,
    CAST(max(json_extract_string(evidence, '$.entered_at')) AS TIMESTAMP) AS last_at
FROM run.finding
WHERE outcome = 'exception' AND rule_id IN ('ACC-08', 'SIB-11')
    AND ($office IS NULL OR office_code = $office)
GROUP BY ALL ORDER BY entries DESC, office_code, entered_by LIMIT $most
"""
_MESSAGES = """
SELECT CAST(date_trunc('year', scheduled_at) AS DATE) AS year, count(*) AS messages,
    count(*) FILTER (WHERE CAST(sent_at AS DATE) = CAST(scheduled_at AS DATE)) AS in_time,
    count(*) FILTER (WHERE sent_at IS NULL) AS unsent,
    count(*) FILTER (WHERE outcome = 'delivered') AS reached
FROM snapshot.voice_message
WHERE scheduled_at IS NOT NULL AND ($office IS NULL OR delivered_by = $office)
GROUP BY year ORDER BY year DESC
"""


def _account_rules(reading: Reading) -> list[str]:
    """Return the accusing rules whose item is an account."""
    catalogue = reading.catalogue
    return [
        rule.id
        for rule in catalogue.rules.values()
        if catalogue.populations[rule.population].key == ("username",) and not rule.is_lead
    ]


def accounts(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return, per office, how many accounts there are.

    Columns: office_code, accounts, open_accounts, holders, noted (accounts with an exception), share (of
    accounts).
    """
    found = reading.frame(_ACCOUNTS, rules=_account_rules(reading), office=scope.office)
    return found.with_columns(share=fraction("noted", "accounts"))


def noted_accounts(reading: Reading, scope: Scope, most: int = 20) -> pl.DataFrame:
    """Return the accounts with exceptions of the most rules: office_code, item_key, rule_ids, rules."""
    return reading.frame(_NOTED, rules=_account_rules(reading), office=scope.office, most=most)


def entries(reading: Reading, scope: Scope, most: int = 20) -> pl.DataFrame:
    """Return who entered something without an open account then, most entries first.

    Columns: office_code, entered_by (to be masked), entries, first_at, last_at.
    """
    return reading.frame(_ENTRIES, office=scope.office, most=most)


def messages(reading: Reading, scope: Scope) -> pl.DataFrame:
    """Return voice messages by year scheduled: messages, in_time, unsent, reached, share (in time)."""
    found = reading.frame(_MESSAGES, office=scope.office)
    return found.with_columns(share=fraction("in_time", "messages"))


def conclusion(reading: Reading, scope: Scope, rules: pl.DataFrame) -> pl.DataFrame:
    """Return `subjects.conclusion` of the rules of access and duties, with what the first screen says.

    Further columns: accounts and noted (of them with an exception), both_duties (one account may do both
    sides of a duty, or a bank file was sent by whom it must not), entries (without an open account),
    messages (not sent on their day).
    """
    counted = accounts(reading, scope)
    return subjects.conclusion(reading, scope, rules).with_columns(
        accounts=pl.lit(counted["accounts"].sum(), pl.Int64),
        noted=pl.lit(counted["noted"].sum(), pl.Int64),
        both_duties=pl.lit(subjects.found_by(rules, "ACC-05", "PAY-09"), pl.Int64),
        entries=pl.lit(subjects.found_by(rules, "ACC-08", "SIB-11"), pl.Int64),
        messages=pl.lit(subjects.found_by(rules, "VOI-01"), pl.Int64),
    )
