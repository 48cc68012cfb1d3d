-- title.mn: Хэрэглэгчийн эрх
-- title.en: User account
-- key: username
-- office: delivered_by
-- law_date: in_force_on
-- not_needed: staff
WITH posting AS (
    SELECT u.delivered_by, u.staff_id, count(s.staff_id) AS postings,
        count(*) FILTER (WHERE s.active_from <= a.as_of
            AND (s.active_to IS NULL OR a.as_of <= s.active_to)) AS running,
        count(*) FILTER (WHERE s.staff_id IS NOT NULL
            AND (s.active_to IS NULL OR a.as_of <= s.active_to)) AS not_ended,
        max(s.active_to) AS last_day
    FROM (SELECT DISTINCT delivered_by, staff_id FROM user_account WHERE staff_id IS NOT NULL) u
    JOIN as_of a ON a.office_code = u.delivered_by
    LEFT JOIN staff s ON s.delivered_by = u.delivered_by AND s.staff_id = u.staff_id
        AND (s.office_code IS NULL OR s.office_code = u.delivered_by)
    GROUP BY u.delivered_by, u.staff_id
), dated AS (
    SELECT u.*, a.as_of, u.closed_on IS NULL OR u.closed_on > a.as_of AS is_open
    FROM user_account u
    JOIN as_of a ON a.office_code = u.delivered_by
), held AS (
    SELECT delivered_by, staff_id, count(*) AS open_accounts
    FROM dated
    WHERE is_open AND staff_id IS NOT NULL
    GROUP BY delivered_by, staff_id
)
SELECT d.username, d.delivered_by, d.staff_id, d.rights, d.requested_on, d.approved_by, d.approved_on,
    d.created_on, d.closed_on, d.password_changed_on, d.last_login_at, d.reported_on, d.as_of, d.is_open,
    p.postings, p.running > 0 AS in_post, CASE WHEN p.not_ended = 0 THEN p.last_day END AS left_on,
    coalesce(h.open_accounts, 0) AS open_accounts,
    days_between(coalesce(d.password_changed_on, d.created_on), d.as_of) AS password_age_days,
    days_between(coalesce(CAST(d.last_login_at AS DATE), d.created_on), d.as_of) AS unused_days,
    CASE WHEN d.closed_on <= d.as_of AND (d.created_on IS NULL OR d.closed_on > d.created_on) THEN d.closed_on
        ELSE d.created_on END AS changed_on,
    -- the last day it could be used decides whether a clause of a certain date speaks of it
    CASE WHEN d.is_open THEN d.as_of ELSE d.closed_on END AS in_force_on
FROM dated d
LEFT JOIN posting p ON p.delivered_by = d.delivered_by AND p.staff_id = d.staff_id
LEFT JOIN held h ON h.delivered_by = d.delivered_by AND h.staff_id = d.staff_id
