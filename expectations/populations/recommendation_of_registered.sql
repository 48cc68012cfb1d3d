-- title.mn: Бүртгэлд байгаа иргэнд өгсөн зөвлөмжийн хуудас
-- title.en: Recommendation sheet of a person on the register
-- key: office_code, sheet_year, sheet_no
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
WITH entry AS (
    SELECT e.delivered_by, e.person_id, e.eligible_on,
        coalesce(r.drawn_up_on, make_date(e.register_year - 1, 12, 31)) AS drawn_up_on
    FROM register_entry e
    LEFT JOIN register r ON r.delivered_by = e.delivered_by AND r.register_year = e.register_year
        AND r.office_code = e.office_code AND r.listed_under = e.listed_under
        AND r.listed_name = e.listed_name
), ranked AS (
    -- the entry drawn up last before the sheet; where every entry came later, the first of those
    SELECT s.*, e.eligible_on,
        row_number() OVER (
            PARTITION BY s.delivered_by, s.office_code, s.sheet_year, s.sheet_no, s.person_id, s.issued_on
            ORDER BY CASE WHEN e.drawn_up_on <= s.dated_on THEN 0 ELSE 1 END,
                CASE WHEN e.drawn_up_on <= s.dated_on THEN -days_between(DATE '1990-01-01', e.drawn_up_on)
                    ELSE days_between(DATE '1990-01-01', e.drawn_up_on) END,
                e.eligible_on DESC NULLS LAST
        ) AS place
    FROM recommendation_sheet s
    JOIN entry e ON e.delivered_by = s.delivered_by AND e.person_id = s.person_id
)
SELECT office_code, sheet_year, sheet_no, delivered_by, person_id, issued_on, handed_over_on, bring_by, as_of,
    dated_on, eligible_on, param('recommendation_lead_months', dated_on) AS lead_months,
    add_months(eligible_on, -param('recommendation_lead_months', dated_on)) AS last_day
FROM ranked
WHERE place = 1
