-- title.mn: Нийгмийн даатгалын дэвтрийн сарын бичилт
-- title.en: Month written in the insurance book
-- key: person_id, employer_no, period
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
-- The ledger is searched in every office; a month whose ledger no office delivered is not known to be missing.
WITH compared AS (
    SELECT
        b.person_id, b.employer_no, b.period, b.delivered_by, b.wage, b.contribution,
        l.row_count, l.wage AS found_wage, l.contribution AS found_contribution,
        -- what does not differ stands in the ledger as it stands in the book
        l.employer_key IS NULL AND b.person_id IS NOT NULL AND b.period IS NOT NULL AS agrees
    FROM book_entry b
    LEFT JOIN book_difference l
        ON l.person_id = b.person_id AND l.employer_key = coalesce(b.employer_no, '') AND l.period = b.period
)
SELECT
    b.person_id, b.employer_no, b.period, b.delivered_by, b.wage, b.contribution,
    CASE WHEN b.agrees THEN 1 ELSE b.row_count END AS ledger_rows,
    -- what stands nowhere in a delivered ledger is zero
    CASE WHEN b.agrees THEN b.wage WHEN b.row_count IS NOT NULL THEN b.found_wage
        WHEN d.covers_from <= b.period THEN 0 END AS ledger_wage,
    CASE WHEN b.agrees THEN b.contribution WHEN b.row_count IS NOT NULL THEN b.found_contribution
        WHEN d.covers_from <= b.period THEN 0 END AS ledger_contribution,
    r.person_id IS NOT NULL AS has_reference
FROM compared b
LEFT JOIN known_employer k ON k.employer_no = b.employer_no
LEFT JOIN ledger_delivered d ON d.office_code = coalesce(k.office_code, b.delivered_by)
LEFT JOIN referenced_month r ON r.person_id = b.person_id AND r.period = b.period
