-- title.mn: Олон хүүхэдтэй эхийн болзлоор нээсэн хувийн хэрэг
-- title.en: File on the mother's condition
-- key: file_no
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- not_needed: determination
WITH counted AS (
    SELECT delivered_by, file_no, count(*) AS children,
        sum(CASE WHEN qualifies THEN 1 ELSE 0 END) AS qualifying,
        sum(CASE WHEN qualifies AND has_certificate THEN 1 ELSE 0 END) AS proven,
        sum(CASE WHEN qualifies IS NULL AND has_certificate THEN 1 ELSE 0 END) AS undecided
    FROM mother_child
    GROUP BY delivered_by, file_no
)
SELECT
    f.file_no, f.delivered_by, f.person_id, f.opened_on, f.dated_on,
    param('mother_children_least', f.dated_on) AS children_asked, coalesce(c.children, 0) AS children,
    coalesce(c.qualifying, 0) AS qualifying, coalesce(c.proven, 0) AS proven, coalesce(c.undecided, 0) AS undecided
FROM opened_file f
LEFT JOIN counted c ON c.delivered_by = f.delivered_by AND c.file_no = f.file_no
WHERE f.condition = 'mother' AND f.pension_type = 'old_age'
