-- title.mn: Байцаагчийн ажилласан хугацаа
-- title.en: Time an inspector was in post
-- key: staff_id, office_code, active_from
-- office: office_code
-- Postings of one inspector at one office that overlap are one: a day lies in one of them or in none.
WITH posting AS (
    SELECT staff_id, office_code, active_from, coalesce(active_to, DATE '9999-12-31') AS active_to
    FROM staff
    WHERE role = 'inspector' AND active_from <= coalesce(active_to, DATE '9999-12-31')
), ordered AS (
    SELECT p.*, max(active_to) OVER (PARTITION BY staff_id, office_code ORDER BY active_from, active_to
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until
    FROM posting p
), numbered AS (
    SELECT o.*, sum(CASE WHEN until >= active_from THEN 0 ELSE 1 END) OVER (PARTITION BY staff_id, office_code
        ORDER BY active_from, active_to RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS place
    FROM ordered o
)
SELECT staff_id, office_code, min(active_from) AS active_from, max(active_to) AS active_to
FROM numbered
GROUP BY staff_id, office_code, place
