-- title.mn: Хөдөлмөрийн чадвар түр алдсаны тэтгэмж, давхардал
-- title.en: Sickness benefit and what it overlaps
-- key: benefit_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: dated_on
WITH known AS (
    SELECT person_id, max(deceased_on) AS deceased_on FROM person
    WHERE person_id IS NOT NULL GROUP BY person_id
), overlap AS (
    -- one sheet serves two employers; of two overlapping sickness benefits the later one is asked about
    SELECT b.delivered_by, b.benefit_id, count(*) AS other_benefits, max(days_between(
        CASE WHEN o.event_from > b.event_from THEN o.event_from ELSE b.event_from END,
        CASE WHEN o.event_to < b.event_to THEN o.event_to ELSE b.event_to END) + 1) AS days_twice
    FROM benefit_case b
    JOIN benefit_case o ON o.person_id = b.person_id AND o.event_from <= b.event_to AND o.event_to >= b.event_from
    WHERE b.kind = 'sickness' AND o.kind IN ('sickness', 'maternity')
        AND (o.delivered_by <> b.delivered_by OR o.benefit_id <> b.benefit_id)
        AND NOT (coalesce(o.hospital_sheet_no = b.hospital_sheet_no, FALSE)
            AND coalesce(o.employer_no <> b.employer_no, FALSE))
        AND (o.kind = 'maternity' OR o.event_from < b.event_from
            OR (o.event_from = b.event_from AND o.delivered_by || o.benefit_id < b.delivered_by || b.benefit_id))
    GROUP BY b.delivered_by, b.benefit_id
)
SELECT b.benefit_id, b.delivered_by, b.person_id, b.employer_no, b.hospital_sheet_no, b.event_from, b.event_to,
    b.amount, b.period, b.dated_on, k.deceased_on, k.person_id IS NOT NULL AS person_known,
    coalesce(o.other_benefits, 0) AS other_benefits, coalesce(o.days_twice, 0) AS days_twice,
    CASE WHEN k.deceased_on IS NULL OR b.event_to <= k.deceased_on THEN 0
        WHEN b.event_from > k.deceased_on THEN days_between(b.event_from, b.event_to) + 1
        ELSE days_between(k.deceased_on, b.event_to) END AS days_after_death,
    days_between(b.event_from, b.event_to) + 1 AS days_paid
FROM benefit_case b
LEFT JOIN known k ON k.person_id = b.person_id
LEFT JOIN overlap o ON o.delivered_by = b.delivered_by AND o.benefit_id = b.benefit_id
WHERE b.kind = 'sickness'
