-- title.mn: Цалингийн цонх, бусад үеийн цалин
-- title.en: Window of wages beside the wages of other times
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- materialise: true
-- Only windows with wages after them can fall after: medians are looked up where the wage fell. Sums are compared
-- crosswise, so nothing is divided. A table of its own: few windows stand out, and peers are looked up for those alone.
WITH sheet AS (
    SELECT d.determination_id, d.delivered_by, coalesce(f.deceased_person_id, d.person_id) AS insured_id,
        d.person_id, d.dated_on, d.window_from, add_months(d.window_from, d.window_months) AS window_end
    FROM dated_determination d
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
), near AS (
    SELECT k.sheet_key, c.period, c.period >= k.window_end AS is_after, sum(c.wage) AS wage
    FROM followed f
    JOIN known k ON k.sheet_key = f.sheet_key
    JOIN contribution c ON c.person_id = k.insured_id
    WHERE c.period >= k.window_from AND c.period < add_months(k.window_end, 12)
    GROUP BY k.sheet_key, c.period, c.period >= k.window_end
    HAVING sum(c.wage) > 0
), sums AS (
    SELECT sheet_key, is_after, CAST(count(*) AS INTEGER) AS months, CAST(sum(wage) AS DECIMAL(14,2)) AS wages
    FROM near GROUP BY sheet_key, is_after
), fallen AS (
    SELECT k.*, i.months AS window_paid_months, i.wages AS window_wages, a.months AS months_after,
        a.wages AS wages_after
    FROM known k
    JOIN sums i ON i.sheet_key = k.sheet_key AND NOT i.is_after
    JOIN sums a ON a.sheet_key = k.sheet_key AND a.is_after
    WHERE a.wages * i.months < i.wages * a.months
), concerned AS (
    SELECT DISTINCT insured_id FROM fallen
), earned AS (
    SELECT c.person_id, c.period, sum(c.wage) AS wage
    FROM contribution c
    JOIN concerned n ON n.insured_id = c.person_id
    GROUP BY c.person_id, c.period
    HAVING sum(c.wage) > 0
), outside AS (
    SELECT f.sheet_key, e.wage, row_number() OVER (PARTITION BY f.sheet_key ORDER BY e.wage, e.period) AS place,
        count(*) OVER (PARTITION BY f.sheet_key) AS months
    FROM fallen f
    JOIN earned e ON e.person_id = f.insured_id
    WHERE e.period < f.window_from OR e.period >= f.window_end
), median AS (
    -- the middle wage, or the two in the middle
    SELECT sheet_key, CAST(count(*) AS INTEGER) AS middles, CAST(sum(wage) AS DECIMAL(14,2)) AS wages
    FROM outside
    WHERE 2 * place >= months AND 2 * place <= months + 2
    GROUP BY sheet_key
), striking AS (
    SELECT f.*, m.wages AS middle_wages, m.middles
    FROM fallen f
    JOIN median m ON m.sheet_key = f.sheet_key
    WHERE f.window_wages * m.middles
        > CAST(threshold('window_wage_multiple') AS DECIMAL(6,2)) * m.wages * f.window_paid_months
)
SELECT k.sheet_key, k.determination_id, k.delivered_by, k.person_id, k.insured_id, k.dated_on, k.window_from,
    k.window_end, s.sheet_key IS NOT NULL AS stands_out, s.window_paid_months, s.window_wages, s.middles,
    s.middle_wages, s.months_after, s.wages_after
FROM known k
LEFT JOIN striking s ON s.sheet_key = k.sheet_key
