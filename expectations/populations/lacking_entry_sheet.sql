-- title.mn: Баримт нь дутуу бүртгэгдсэн, эрх нь үүсэх дөхсөн иргэн
-- title.en: Register entry with papers missing whose right is near
-- key: register_year, office_code, listed_under, listed_name, person_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- A sheet without a day of its own, but handed over, may have been issued in time; one with neither day was not issued.
WITH lead AS (
    SELECT office_code, add_months(as_of, param('recommendation_lead_months', as_of)) AS near_until
    FROM as_of
), near AS (
    SELECT e.*
    FROM lacking_entry e
    JOIN lead l ON l.office_code = e.delivered_by
    WHERE e.due_by <= l.near_until
), issued AS (
    SELECT
        n.register_year, n.office_code, n.listed_under, n.listed_name, n.person_id, n.delivered_by,
        s.issued_on,
        CASE
            WHEN s.issued_on IS NULL AND s.handed_over_on IS NULL THEN FALSE
            WHEN s.issued_on IS NULL THEN CASE WHEN s.handed_over_on < n.drawn_up_on THEN FALSE END
            ELSE s.issued_on >= n.drawn_up_on AND s.issued_on < n.eligible_on
        END AS is_in_time
    FROM near n
    JOIN recommendation s ON s.delivered_by = n.delivered_by AND s.person_id = n.person_id
), counted AS (
    SELECT register_year, office_code, listed_under, listed_name, person_id, delivered_by,
        max(issued_on) AS last_issued_on,
        count(*) FILTER (WHERE is_in_time) AS sheets_in_time,
        count(*) FILTER (WHERE is_in_time IS NULL) AS open_sheets
    FROM issued
    GROUP BY register_year, office_code, listed_under, listed_name, person_id, delivered_by
)
SELECT n.*, c.last_issued_on, coalesce(c.sheets_in_time, 0) AS sheets_in_time,
    coalesce(c.open_sheets, 0) AS open_sheets
FROM near n
LEFT JOIN counted c ON c.delivered_by = n.delivered_by AND c.register_year = n.register_year
    AND c.office_code = n.office_code AND c.listed_under = n.listed_under AND c.listed_name = n.listed_name
    AND c.person_id = n.person_id
