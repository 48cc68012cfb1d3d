-- title.mn: Хэрэглэгчийн эрхийн зөвшөөрөл
-- title.en: Approval of a user account
-- key: username
-- office: delivered_by
-- law_date: in_force_on
WITH head AS (
    SELECT u.delivered_by, u.username,
        count(*) FILTER (WHERE s.active_from <= u.approved_on
            AND (s.active_to IS NULL OR u.approved_on <= s.active_to)) AS held,
        count(*) FILTER (WHERE s.staff_id IS NOT NULL AND s.active_from IS NULL) AS undated
    FROM user_account u
    LEFT JOIN staff s ON s.delivered_by = u.delivered_by AND s.staff_id = u.approved_by AND s.role = 'office_head'
    GROUP BY u.delivered_by, u.username
)
SELECT a.username, a.delivered_by, a.staff_id, a.requested_on, a.approved_by, a.approved_on, a.created_on,
    a.in_force_on, CASE WHEN h.held > 0 THEN TRUE WHEN h.undated > 0 THEN NULL ELSE FALSE END AS by_head
FROM account a
LEFT JOIN head h ON h.delivered_by = a.delivered_by AND h.username = a.username
