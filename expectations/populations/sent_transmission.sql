-- title.mn: Банкинд дамжуулсан цахим баримт ба дамжуулсан хүн
-- title.en: Electronic document sent to the bank, and who sent it
-- key: transmission_id
-- office: delivered_by
-- period: period
-- law_date: period
WITH sender AS (
    SELECT t.delivered_by, t.transmission_id,
        count(*) FILTER (WHERE s.active_from <= CAST(t.sent_at AS DATE)
            AND (s.active_to IS NULL OR CAST(t.sent_at AS DATE) <= s.active_to)) AS held,
        count(*) FILTER (WHERE s.staff_id IS NOT NULL AND s.active_from IS NULL) AS undated
    FROM transmission t
    LEFT JOIN staff s ON s.delivered_by = t.delivered_by AND s.staff_id = t.sent_by
        AND s.role IN ('it_specialist', 'payment_officer')
    GROUP BY t.delivered_by, t.transmission_id
), account_then AS (
    SELECT t.delivered_by, t.transmission_id,
        count(*) FILTER (WHERE u.created_on <= CAST(t.sent_at AS DATE)
            AND (u.closed_on IS NULL OR CAST(t.sent_at AS DATE) <= u.closed_on)) AS accounts,
        count(*) FILTER (WHERE u.username IS NOT NULL AND u.created_on IS NULL) AS undated
    FROM transmission t
    LEFT JOIN user_account u ON u.delivered_by = t.delivered_by AND u.staff_id = t.sent_by
    GROUP BY t.delivered_by, t.transmission_id
)
SELECT t.transmission_id, t.delivered_by, t.bank, t.period, t.prepared_by, t.sent_by, t.sent_at,
    CASE WHEN p.held > 0 THEN TRUE WHEN p.undated > 0 THEN NULL ELSE FALSE END AS in_post,
    CASE WHEN c.accounts > 0 THEN TRUE WHEN c.undated > 0 THEN NULL ELSE FALSE END AS had_account
FROM transmission t
JOIN sender p ON p.delivered_by = t.delivered_by AND p.transmission_id = t.transmission_id
JOIN account_then c ON c.delivered_by = t.delivered_by AND c.transmission_id = t.transmission_id
WHERE t.sent_at IS NOT NULL
