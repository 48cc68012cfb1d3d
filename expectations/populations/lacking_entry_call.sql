-- title.mn: Баримт нь дутуу бүртгэгдсэн иргэн ба дуут мессеж
-- title.en: Register entry with papers missing, and the calls made
-- key: register_year, office_code, listed_under, listed_name, person_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- Nobody could be called before the office had its call service: rights of before its first message are left out.
WITH first_call AS (
    SELECT delivered_by, min(CAST(coalesce(sent_at, scheduled_at) AS DATE)) AS begun_on
    FROM voice_message
    GROUP BY delivered_by
), listed AS (
    SELECT e.*
    FROM lacking_entry e
    LEFT JOIN first_call f ON f.delivered_by = e.delivered_by
    WHERE f.begun_on IS NULL OR e.due_by >= f.begun_on
), called AS (
    SELECT
        l.register_year, l.office_code, l.listed_under, l.listed_name, l.person_id, l.delivered_by,
        count(*) AS calls, max(m.sent_at) AS last_call_at,
        count(*) FILTER (WHERE m.outcome = 'delivered') AS calls_delivered,
        count(*) FILTER (WHERE m.outcome IS NULL AND m.sent_at IS NOT NULL) AS open_calls
    FROM listed l
    JOIN voice_message m ON m.person_id = l.person_id
        AND CAST(coalesce(m.sent_at, m.scheduled_at) AS DATE) >= l.dated_on
        AND CAST(coalesce(m.sent_at, m.scheduled_at) AS DATE) < l.due_by
    GROUP BY l.register_year, l.office_code, l.listed_under, l.listed_name, l.person_id, l.delivered_by
)
SELECT l.*, coalesce(c.calls, 0) AS calls, c.last_call_at, coalesce(c.calls_delivered, 0) AS calls_delivered,
    coalesce(c.open_calls, 0) AS open_calls
FROM listed l
LEFT JOIN called c ON c.delivered_by = l.delivered_by AND c.register_year = l.register_year
    AND c.office_code = l.office_code AND c.listed_under = l.listed_under AND c.listed_name = l.listed_name
    AND c.person_id = l.person_id
