-- title.mn: Хуваарьт дуут мессеж
-- title.en: Scheduled voice message
-- key: message_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: scheduled_on
SELECT m.message_id, m.delivered_by, m.person_id, m.scheduled_at, m.sent_at, m.outcome, a.as_of,
    CAST(m.scheduled_at AS DATE) AS scheduled_on, CAST(m.sent_at AS DATE) AS sent_on,
    month_of(CAST(m.scheduled_at AS DATE)) AS period
FROM voice_message m
JOIN as_of a ON a.office_code = m.delivered_by
WHERE m.scheduled_at IS NULL OR CAST(m.scheduled_at AS DATE) <= a.as_of
