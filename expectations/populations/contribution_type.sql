-- title.mn: Шимтгэлийн бичилт, нас, тэтгэврийн хамт
-- title.en: Contribution row, with the age and the pension of the person
-- key: contribution_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
-- not_needed: pension_book
-- asked_type is what the pension asks for from the month after it began, and after it was decided: until then no
-- employer could know. Service pensioners, second jobs (40) and voluntary insured (90) keep their type.
WITH closed AS (
    SELECT delivered_by, file_no, min(closed_on) AS closed_on
    FROM pension_book
    WHERE closed_reason IN ('stopped', 'other_pension') AND file_no IS NOT NULL
    GROUP BY delivered_by, file_no
), award AS (
    SELECT
        d.person_id, f.pension_type, f.regime,
        greatest(month_of(d.effective_from), month_of(coalesce(CAST(d.entered_at AS DATE), d.effective_from))) AS begins,
        coalesce(b.closed_on, DATE '9999-12-31') AS ends
    FROM determination d
    JOIN pension_file f ON f.delivered_by = d.delivered_by AND f.file_no = d.file_no
    LEFT JOIN closed b ON b.delivered_by = d.delivered_by AND b.file_no = d.file_no
    WHERE d.kind = 'initial' AND d.effective_from IS NOT NULL
), pension AS (
    SELECT
        person_id,
        min(CASE WHEN pension_type = 'old_age' THEN begins END) AS old_age_from,
        max(CASE WHEN pension_type = 'old_age' THEN ends END) AS old_age_until,
        min(CASE WHEN pension_type = 'disability' THEN begins END) AS disability_from,
        max(CASE WHEN pension_type = 'disability' THEN ends END) AS disability_until
    FROM award
    GROUP BY person_id
    HAVING max(CASE WHEN pension_type = 'military' OR regime = 'military' THEN 1 ELSE 0 END) = 0
), holder AS (
    SELECT
        i.person_id, i.birth_date,
        add_months(i.birth_date, param('working_age_months', i.birth_date)) AS works_from,
        p.old_age_from, p.old_age_until, p.disability_from, p.disability_until
    FROM insured i
    LEFT JOIN pension p ON p.person_id = i.person_id
)
SELECT
    c.contribution_id, c.delivered_by, c.person_id, c.employer_no, c.period, c.insured_type, c.wage, h.birth_date,
    h.works_from, month_of(h.works_from) <= c.period AS is_of_age,
    coalesce(CASE WHEN c.period > h.old_age_from AND c.period <= h.old_age_until THEN h.old_age_from END,
        CASE WHEN c.period > h.disability_from AND c.period <= h.disability_until THEN h.disability_from END)
        AS pension_from,
    CASE
        WHEN c.insured_type IN ('40', '90') THEN NULL
        WHEN c.period > h.old_age_from AND c.period <= h.old_age_until THEN '22'
        WHEN c.period > h.disability_from AND c.period <= h.disability_until THEN '70'
    END AS asked_type
FROM contribution c
JOIN holder h ON h.person_id = c.person_id
