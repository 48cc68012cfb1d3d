-- title.mn: Тэтгэвэр бодсон хугацааны цалин, бусад үеийн цалингийн хамт
-- title.en: Wages of the reference window beside those of other times
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- materialise: true
-- Only windows with wages after them can fall after: medians and peers are looked up for those alone, peers only where
-- the wage stands out. Sums are compared crosswise, so nothing is divided.
WITH sheet AS (
    SELECT d.determination_id, d.delivered_by, coalesce(f.deceased_person_id, d.person_id) AS insured_id,
        d.person_id, d.dated_on, d.window_from, add_months(d.window_from, d.window_months) AS window_end
    FROM determination_grounds d
    LEFT JOIN pension_file f ON f.delivered_by = d.delivered_by AND f.file_no = d.file_no
    WHERE d.sets_window AND d.method = 'wage' AND d.window_from IS NOT NULL AND d.window_months > 0
), known AS (
    -- keys of its own: two offices may have numbered a sheet alike
    SELECT s.*, row_number() OVER (ORDER BY s.delivered_by, s.determination_id, s.window_from) AS sheet_key FROM sheet s
), followed AS (
    SELECT DISTINCT k.sheet_key
    FROM known k
    JOIN contribution c ON c.person_id = k.insured_id
    WHERE c.period >= k.window_end AND c.period < add_months(k.window_end, 12)
), concerned AS (
    SELECT DISTINCT k.insured_id FROM followed f JOIN known k ON k.sheet_key = f.sheet_key
), earned AS (
    SELECT c.person_id, c.period, sum(c.wage) AS wage
    FROM contribution c
    JOIN concerned n ON n.insured_id = c.person_id
    GROUP BY c.person_id, c.period
    HAVING sum(c.wage) > 0
), month AS (
    SELECT k.sheet_key, k.insured_id, k.window_from, k.window_end, e.period, e.wage
    FROM followed f
    JOIN known k ON k.sheet_key = f.sheet_key
    JOIN earned e ON e.person_id = k.insured_id
), inside AS (
    SELECT sheet_key, CAST(count(*) AS INTEGER) AS months, CAST(sum(wage) AS DECIMAL(14,2)) AS wages
    FROM month WHERE period >= window_from AND period < window_end GROUP BY sheet_key
), after AS (
    SELECT sheet_key, CAST(count(*) AS INTEGER) AS months, CAST(sum(wage) AS DECIMAL(14,2)) AS wages
    FROM month WHERE period >= window_end AND period < add_months(window_end, 12) GROUP BY sheet_key
), outside AS (
    SELECT sheet_key, wage, row_number() OVER (PARTITION BY sheet_key ORDER BY wage, period) AS place,
        count(*) OVER (PARTITION BY sheet_key) AS months
    FROM month
    WHERE period < window_from OR period >= window_end
), median AS (
    -- the middle wage, or the two in the middle
    SELECT sheet_key, CAST(count(*) AS INTEGER) AS middles, CAST(sum(wage) AS DECIMAL(14,2)) AS wages
    FROM outside
    WHERE 2 * place >= months AND 2 * place <= months + 2
    GROUP BY sheet_key
), striking AS (
    SELECT
        k.*, i.months AS window_paid_months, i.wages AS window_wages, m.wages AS middle_wages, m.middles,
        a.months AS months_after, a.wages AS wages_after
    FROM known k
    JOIN inside i ON i.sheet_key = k.sheet_key
    JOIN median m ON m.sheet_key = k.sheet_key
    JOIN after a ON a.sheet_key = k.sheet_key
    WHERE i.wages * m.middles > CAST(threshold('window_wage_multiple') AS DECIMAL(6,2)) * m.wages * i.months
        AND a.wages * i.months < i.wages * a.months
), place AS (
    SELECT DISTINCT s.sheet_key, s.insured_id, c.employer_no, c.period
    FROM striking s
    JOIN contribution c ON c.person_id = s.insured_id
    WHERE c.period >= s.window_from AND c.period < s.window_end AND c.employer_no IS NOT NULL
), peer AS (
    SELECT p.sheet_key, CAST(count(*) AS INTEGER) AS peer_months, CAST(sum(c.wage) AS DECIMAL(16,2)) AS peer_wages
    FROM place p
    JOIN contribution c ON c.employer_no = p.employer_no AND c.period = p.period
    WHERE c.person_id <> p.insured_id AND c.wage > 0 AND c.insured_type = '01'
    GROUP BY p.sheet_key
)
SELECT
    k.determination_id, k.delivered_by, k.person_id, k.dated_on, k.window_from, k.window_end,
    s.sheet_key IS NOT NULL AS stands_out, coalesce(p.peer_months, 0) AS peer_months,
    CASE WHEN p.peer_months > 0 THEN s.window_wages * p.peer_months > p.peer_wages * s.window_paid_months END
        AS is_above_peers,
    half_up(s.window_wages / s.window_paid_months) AS wage_inside, half_up(s.middle_wages / s.middles) AS wage_outside,
    half_up(s.wages_after / s.months_after) AS wage_after, half_up(p.peer_wages / p.peer_months) AS wage_of_peers
FROM known k
LEFT JOIN striking s ON s.sheet_key = k.sheet_key
LEFT JOIN peer p ON p.sheet_key = k.sheet_key
