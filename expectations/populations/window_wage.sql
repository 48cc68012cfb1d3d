-- title.mn: Тэтгэвэр бодсон хугацааны цалин, бусад үеийн цалингийн хамт
-- title.en: Wages of the reference window beside those of other times
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- materialise: true
-- Peers are whoever else the same employers paid in the same months.
WITH place AS (
    SELECT DISTINCT s.sheet_key, s.insured_id, c.employer_no, c.period
    FROM striking_window s
    JOIN contribution c ON c.person_id = s.insured_id
    WHERE s.stands_out AND c.period >= s.window_from AND c.period < s.window_end AND c.employer_no IS NOT NULL
), peer AS (
    SELECT p.sheet_key, CAST(count(*) AS INTEGER) AS peer_months, CAST(sum(c.wage) AS DECIMAL(16,2)) AS peer_wages
    FROM place p
    JOIN contribution c ON c.employer_no = p.employer_no AND c.period = p.period
    WHERE c.person_id <> p.insured_id AND c.wage > 0 AND c.insured_type = '01'
    GROUP BY p.sheet_key
)
SELECT
    s.determination_id, s.delivered_by, s.person_id, s.dated_on, s.window_from, s.window_end, s.stands_out,
    coalesce(p.peer_months, 0) AS peer_months,
    CASE WHEN p.peer_months > 0 THEN s.window_wages * p.peer_months > p.peer_wages * s.window_paid_months END
        AS is_above_peers,
    half_up(s.window_wages / s.window_paid_months) AS wage_inside, half_up(s.middle_wages / s.middles) AS wage_outside,
    half_up(s.wages_after / s.months_after) AS wage_after, half_up(p.peer_wages / p.peer_months) AS wage_of_peers
FROM striking_window s
LEFT JOIN peer p ON p.sheet_key = s.sheet_key
