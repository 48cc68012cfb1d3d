-- title.mn: Нийгмийн даатгалын дэвтрийн сарын бичилт
-- title.en: Month written in the insurance book
-- key: person_id, employer_no, period
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
-- The ledger is searched in every office; a month whose ledger no office delivered is not known to be missing.
SELECT
    b.person_id, b.employer_no, b.period, b.delivered_by, b.wage, b.contribution,
    l.row_count AS ledger_rows,
    -- what stands nowhere in a delivered ledger is zero
    CASE WHEN l.row_count IS NOT NULL THEN l.wage WHEN d.covers_from <= b.period THEN 0 END AS ledger_wage,
    CASE WHEN l.row_count IS NOT NULL THEN l.contribution
        WHEN d.covers_from <= b.period THEN 0 END AS ledger_contribution,
    r.person_id IS NOT NULL AS has_reference
FROM book_entry b
LEFT JOIN ledger_month l
    ON l.person_id = b.person_id AND l.employer_key = coalesce(b.employer_no, '') AND l.period = b.period
LEFT JOIN known_employer k ON k.employer_no = b.employer_no
LEFT JOIN ledger_delivered d ON d.office_code = coalesce(k.office_code, b.delivered_by)
LEFT JOIN referenced_month r ON r.person_id = b.person_id AND r.period = b.period
