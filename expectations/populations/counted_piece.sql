-- title.mn: Тогтоолтоор тооцсон бичилтийн хугацаа
-- title.en: Part of a labour book entry a determination counted
-- key: employment_id, file_no, determination_id, starts_on
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- materialise: true
-- not_needed: determination_service, pension_file
-- What the sheet lists; where an office never delivered that table, every entry of the insured before the effective date
-- is presumed counted. The insured of a survivors' pension is the deceased.
WITH sheet AS (
    SELECT
        d.delivered_by, d.determination_id, d.file_no, d.effective_from,
        coalesce(f.deceased_person_id, d.person_id) AS person_id,
        coalesce(f.opened_on, d.effective_from, CAST(d.entered_at AS DATE), a.as_of) AS dated_on,
        t.office_code IS NOT NULL AS is_listed
    FROM determination d
    JOIN as_of a ON a.office_code = d.delivered_by
    LEFT JOIN pension_file f ON f.delivered_by = d.delivered_by AND f.file_no = d.file_no
    LEFT JOIN delivered t ON t.office_code = d.delivered_by AND t.table_name = 'determination_service'
    WHERE d.kind IN ('initial', 'change')
)
SELECT
    s.delivered_by, e.employment_id, e.person_id, e.kind, s.determination_id, s.file_no, s.dated_on,
    'listed' AS counted, coalesce(l.counted_from, e.hired_on) AS starts_on,
    coalesce(l.counted_to, e.released_on, CAST(s.effective_from - INTERVAL 1 DAY AS DATE)) AS ends_on
FROM sheet s
JOIN determination_service l ON l.delivered_by = s.delivered_by AND l.determination_id = s.determination_id
JOIN employment e ON e.delivered_by = l.delivered_by AND e.employment_id = l.employment_id
UNION ALL
SELECT
    s.delivered_by, e.employment_id, e.person_id, e.kind, s.determination_id, s.file_no, s.dated_on,
    'presumed', e.hired_on,
    least(coalesce(e.released_on, s.effective_from), CAST(s.effective_from - INTERVAL 1 DAY AS DATE))
FROM sheet s
JOIN employment e ON e.delivered_by = s.delivered_by AND e.person_id = s.person_id
WHERE NOT s.is_listed AND e.hired_on < s.effective_from
