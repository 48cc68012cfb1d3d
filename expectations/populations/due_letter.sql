-- title.mn: Хугацаа нь болсон өргөдөл, гомдол, зар мэдээ
-- title.en: Letter that is due
-- key: letter_id
-- office: delivered_by
-- law_date: due_on
SELECT l.letter_id, l.delivered_by, l.kind, l.received_on, l.due_on, l.handled_by, l.handled_on, a.as_of
FROM letter l
JOIN as_of a ON a.office_code = l.delivered_by
WHERE l.due_on IS NULL OR l.due_on <= a.as_of
