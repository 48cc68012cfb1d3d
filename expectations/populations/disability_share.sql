-- title.mn: Тахир дутуугийн тэтгэвэр авагчдын эзлэх хувь, сум, хороогоор
-- title.en: Share of disability pensioners, by subdistrict
-- key: office_code, subdistrict
-- office: office_code
-- not_needed: pension_book
-- Funnel of the share k/n around the country's K/N: outside where (kN − nK)² > z² K (N − K) n, which needs no root.
WITH resident AS (
    SELECT
        p.person_id, coalesce(p.office_code, p.delivered_by) AS office_code, p.subdistrict,
        row_number() OVER (
            PARTITION BY p.person_id
            ORDER BY CASE WHEN p.office_code = p.delivered_by THEN 0 ELSE 1 END, p.delivered_by
        ) AS place
    FROM person p
    JOIN insured i ON i.person_id = p.person_id
    WHERE i.first_death IS NULL
), ended AS (
    SELECT delivered_by, file_no, max(CASE WHEN closed_on IS NULL THEN 1 ELSE 0 END) AS open_books
    FROM pension_book
    GROUP BY delivered_by, file_no
), drawn AS (
    SELECT DISTINCT f.person_id
    FROM pension_file f
    JOIN determination d ON d.delivered_by = f.delivered_by AND d.file_no = f.file_no AND d.kind = 'initial'
    JOIN as_of a ON a.office_code = f.delivered_by
    LEFT JOIN ended b ON b.delivered_by = f.delivered_by AND b.file_no = f.file_no
    WHERE f.pension_type = 'disability' AND d.effective_from <= a.as_of AND coalesce(b.open_books, 1) = 1
), place AS (
    SELECT r.office_code, r.subdistrict, count(*) AS insured, count(d.person_id) AS pensioners
    FROM resident r
    LEFT JOIN drawn d ON d.person_id = r.person_id
    WHERE r.place = 1 AND r.subdistrict IS NOT NULL
    GROUP BY r.office_code, r.subdistrict
), country AS (
    SELECT CAST(sum(insured) AS BIGINT) AS insured, CAST(sum(pensioners) AS BIGINT) AS pensioners FROM place
)
SELECT
    p.office_code, p.subdistrict, p.insured, p.pensioners, c.insured AS insured_everywhere,
    c.pensioners AS pensioners_everywhere,
    CAST(p.pensioners * 100.00 / p.insured AS DECIMAL(5,2)) AS share_percent,
    CAST(c.pensioners * 100.00 / c.insured AS DECIMAL(5,2)) AS share_percent_everywhere,
    CAST(p.pensioners * c.insured - p.insured * c.pensioners AS DECIMAL(19,0))
        * CAST(p.pensioners * c.insured - p.insured * c.pensioners AS DECIMAL(19,0))
        > CAST(threshold('funnel_deviations') AS DECIMAL(4,2)) * CAST(threshold('funnel_deviations') AS DECIMAL(4,2))
        * CAST(c.pensioners * (c.insured - c.pensioners) * p.insured AS DECIMAL(30,0)) AS is_outside
FROM place p CROSS JOIN country c
WHERE p.insured >= threshold('funnel_least_insured')
