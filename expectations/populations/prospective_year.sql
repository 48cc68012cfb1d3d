-- title.mn: Тэтгэвэргүй иргэн, тэтгэврийн насанд хүрсэн байж болох бүртгэлийн жил
-- title.en: Register year a person without a pension may reach a right in
-- key: register_year, person_id
-- office: office_code
-- person: person_id
-- law_date: year_begins
-- materialise: true
-- The office is that of residence; where two offices deliver a person, the one that is.
WITH resident AS (
    SELECT
        p.person_id, coalesce(p.office_code, p.delivered_by) AS office_code, i.birth_date, p.sex,
        i.first_death,
        row_number() OVER (
            PARTITION BY p.person_id
            ORDER BY CASE WHEN p.office_code = p.delivered_by THEN 0 ELSE 1 END, p.delivered_by
        ) AS place
    FROM person p
    JOIN insured i ON i.person_id = p.person_id
), worked AS (
    SELECT DISTINCT person_id,
        CASE WHEN kind = 'herder' THEN 'herder' WHEN work_condition IN ('toxic', 'hot') THEN 'toxic_hot'
            ELSE work_condition END AS condition
    FROM employment
    WHERE kind = 'herder' OR work_condition IN ('underground', 'toxic', 'hot', 'heavy')
    UNION
    SELECT DISTINCT person_id, 'mother' FROM raised_child
), least_age AS (
    SELECT condition, sex, min(age_months) AS age_months
    FROM law_old_age_condition
    WHERE age_months IS NOT NULL
    GROUP BY condition, sex
), earliest AS (
    SELECT r.person_id, r.office_code, r.birth_date, r.sex, r.first_death,
        add_months(r.birth_date, min(l.age_months)) AS earliest_on
    FROM resident r
    LEFT JOIN worked w ON w.person_id = r.person_id
    JOIN least_age l ON l.sex = r.sex AND (l.condition = 'general' OR l.condition = w.condition)
    WHERE r.place = 1
    GROUP BY r.person_id, r.office_code, r.birth_date, r.sex, r.first_death
)
SELECT y.register_year, e.person_id, e.office_code, e.birth_date, e.sex, y.year_begins, y.asked_on
FROM earliest e
JOIN register_year y ON y.office_code = e.office_code AND e.earliest_on < add_months(y.year_begins, 12)
LEFT JOIN pension_known k ON k.person_id = e.person_id
WHERE (e.first_death IS NULL OR e.first_death >= y.year_begins)
    AND (k.pension_from IS NULL OR k.pension_from >= y.year_begins)
