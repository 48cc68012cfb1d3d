-- title.mn: Банкинд дамжуулсан цахим баримт
-- title.en: Electronic document passed to the bank
-- key: transmission_id
-- office: delivered_by
-- period: period
-- law_date: period
SELECT t.transmission_id, t.delivered_by, t.bank, t.period, t.due_at, t.prepared_by, t.received_at, t.sent_at,
    t.sent_by, t.acknowledged_at, a.exported_at,
    -- a term without an hour lasts to the end of its day
    CASE WHEN t.due_at = date_trunc('day', t.due_at) THEN add_hours(t.due_at, 24) ELSE t.due_at END AS due_by
FROM bank_transmission t
JOIN as_of a ON a.office_code = t.delivered_by
