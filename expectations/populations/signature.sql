-- title.mn: Тогтоолтын хуудас, тэтгэврийн дэвтэр дээрх гарын үсэг
-- title.en: Signature on a determination sheet or a pension book
-- key: source, id, role
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
WITH signed AS (
    SELECT 'determination' AS source, delivered_by, determination_id AS id, role, staff_id, person_id,
        CAST(signed_at AS DATE) AS signed_on, dated_on
    FROM determination_signature
    UNION ALL
    SELECT 'pension_book', b.delivered_by, b.book_no, 'office_head', b.office_head, b.person_id, b.opened_on,
        coalesce(b.opened_on, a.as_of)
    FROM pension_book b
    JOIN as_of a ON a.office_code = b.delivered_by
    WHERE b.office_head IS NOT NULL
)
SELECT s.source, s.id, s.role, s.delivered_by, s.staff_id, s.person_id, s.signed_on, s.dated_on,
    CASE WHEN s.signed_on IS NULL THEN NULL
        WHEN count(*) FILTER (WHERE t.active_from <= s.signed_on
            AND (t.active_to IS NULL OR s.signed_on <= t.active_to)) > 0 THEN TRUE
        WHEN count(*) FILTER (WHERE t.staff_id IS NOT NULL AND t.active_from IS NULL
            AND (t.active_to IS NULL OR s.signed_on <= t.active_to)) > 0 THEN NULL
        ELSE FALSE END AS in_post
FROM signed s
LEFT JOIN staff t ON t.delivered_by = s.delivered_by AND t.staff_id = s.staff_id AND t.role = s.role
    AND (t.office_code IS NULL OR t.office_code = s.delivered_by)
GROUP BY s.source, s.id, s.role, s.delivered_by, s.staff_id, s.person_id, s.signed_on, s.dated_on
