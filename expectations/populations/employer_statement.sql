-- title.mn: Бүртгэлд байгаа иргэнд ажил олгогчийн гаргасан цалин хөлсний тодорхойлолт
-- title.en: Wage statement an employer issued to a person on a register
-- key: statement_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- not_needed: determination
-- A statement that came between the award and a later change of it was drawn up for the change.
WITH entry AS (
    SELECT person_id, count(*) AS entries, max(eligible_on) AS eligible_on
    FROM register_entry
    GROUP BY person_id
), awarded AS (
    SELECT
        person_id, min(CASE WHEN kind = 'initial' THEN CAST(entered_at AS DATE) END) AS awarded_on,
        max(CASE WHEN kind = 'change' THEN CAST(entered_at AS DATE) END) AS changed_on
    FROM determination
    GROUP BY person_id
)
SELECT s.statement_id, s.delivered_by, s.person_id, s.employer_no, s.issued_on, e.eligible_on,
    coalesce(s.issued_on, e.eligible_on, a.as_of) AS dated_on
FROM wage_statement s
JOIN as_of a ON a.office_code = s.delivered_by
JOIN entry e ON e.person_id = s.person_id
LEFT JOIN awarded d ON d.person_id = s.person_id
WHERE s.issued_by = 'employer' AND NOT coalesce(s.issued_on > d.awarded_on AND s.issued_on <= d.changed_on, FALSE)
