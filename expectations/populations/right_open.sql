-- title.mn: Нээлттэй болзол, хуулийн хувилбараар
-- title.en: Condition open to a person, by version of the law
-- key: person_id, asked_on, reading, condition, way, holds_from
-- person: person_id
-- materialise: true
-- in_parts: true
-- The law as known on the day asked: a version whose successor was not known yet goes on. One row for each year where
-- the months asked, or by the setting risen_age_basis the age, rise with the year of claim; risen_age_basis names the
-- basis where the age has risen. law_risen_age holds the rows of the basis chosen only.
WITH version AS (
    SELECT valid_from, known_on, lead(valid_from) OVER (ORDER BY valid_from) AS next_from,
        lead(known_on) OVER (ORDER BY valid_from) AS next_known_on
    FROM (SELECT DISTINCT valid_from, known_on FROM law_old_age_condition)
), required AS (
    SELECT valid_from, known_on, value, lead(valid_from) OVER (ORDER BY valid_from) AS next_from,
        lead(known_on) OVER (ORDER BY valid_from) AS next_known_on
    FROM law_value
    WHERE name = 'required_months_full'
), day AS (
    SELECT DISTINCT asked_on FROM right_asked
), held AS (
    SELECT
        d.asked_on, c.condition, c.way, c.sex, c.age_months, c.risen, c.condition_months, c.basis, v.valid_from,
        CASE WHEN v.next_known_on <= d.asked_on THEN v.next_from ELSE DATE '9999-12-31' END AS holds_until,
        c.service_months
    FROM day d
    JOIN version v ON v.known_on <= d.asked_on
    JOIN law_old_age_condition c ON c.valid_from = v.valid_from
    WHERE c.age_months IS NOT NULL
), asked AS (
    SELECT asked_on, condition, way, sex, age_months, risen, condition_months, basis, valid_from, holds_until,
        CAST(service_months AS DECIMAL(18,6)) AS service_months
    FROM held
    WHERE service_months IS NOT NULL
    UNION ALL
    SELECT
        h.asked_on, h.condition, h.way, h.sex, h.age_months, h.risen, h.condition_months, h.basis,
        greatest(h.valid_from, r.valid_from),
        least(h.holds_until, CASE WHEN r.next_known_on <= h.asked_on THEN r.next_from ELSE DATE '9999-12-31' END),
        r.value
    FROM held h
    JOIN required r ON r.known_on <= h.asked_on AND r.valid_from < h.holds_until
        AND (r.next_from IS NULL OR r.next_from > h.valid_from OR r.next_known_on > h.asked_on)
    WHERE h.service_months IS NULL
), risen AS (
    SELECT basis, sex, base_year, months_per_year, least_months, most_months, valid_from, valid_to,
        NULL AS claim_year, DATE '1900-01-01' AS year_begins, DATE '9999-12-31' AS year_ends
    FROM law_risen_age
    WHERE basis = 'birth_year'
    UNION ALL
    SELECT s.basis, s.sex, s.base_year, s.months_per_year, s.least_months, s.most_months, s.valid_from, s.valid_to,
        EXTRACT(YEAR FROM y.period), y.period, add_months(y.period, 12)
    FROM law_risen_age s
    JOIN calendar_month y ON add_months(y.period, 12) > s.valid_from AND y.period < s.valid_to
    WHERE s.basis = 'claim_year' AND EXTRACT(MONTH FROM y.period) = 1
), due AS (
    SELECT
        l.asked_on, l.condition, l.way, l.sex, l.basis, l.valid_from, l.service_months, l.condition_months,
        greatest(l.valid_from, coalesce(s.year_begins, l.valid_from)) AS holds_from,
        least(l.holds_until, coalesce(s.year_ends, l.holds_until)) AS holds_until,
        l.age_months, l.risen, s.basis AS risen_age_basis, s.base_year, s.months_per_year, s.least_months,
        s.most_months, s.claim_year, param('child_service_months', l.valid_from) AS months_per_child,
        param('child_service_least_months', l.valid_from) AS child_least_months
    FROM asked l
    LEFT JOIN risen s
        ON l.risen = 1 AND s.sex = l.sex AND s.valid_from <= l.valid_from AND l.valid_from < s.valid_to
        AND s.year_begins < l.holds_until AND s.year_ends > l.valid_from AND s.year_begins <= add_months(l.asked_on, 36)
), aged AS (
    SELECT
        a.person_id, a.asked_on, a.reading, a.children, a.children_raised_on, a.open_since, l.condition, l.way, l.basis,
        l.holds_from, l.holds_until, l.service_months, l.condition_months, l.risen_age_basis,
        CASE WHEN l.risen = 1 THEN least(l.most_months, greatest(l.least_months, l.least_months + l.months_per_year
            * (coalesce(l.claim_year, EXTRACT(YEAR FROM a.birth_date)) - l.base_year)))
            ELSE l.age_months END AS age_months,
        a.birth_date, CASE WHEN a.sex = 'F' AND l.months_per_child IS NOT NULL THEN a.children * l.months_per_child ELSE 0 END
            AS child_months,
        l.child_least_months
    FROM right_asked a
    JOIN due l ON l.asked_on = a.asked_on AND l.sex = a.sex
), reached AS (
    SELECT a.*, add_months(birth_date, age_months) AS age_on
    FROM aged a
)
SELECT
    person_id, asked_on, reading, condition, way, basis, holds_from, holds_until,
    CAST(service_months AS BIGINT) AS service_months, condition_months,
    CAST(age_months AS BIGINT) AS age_months, risen_age_basis,
    CASE WHEN condition = 'mother' AND children_raised_on > age_on THEN children_raised_on ELSE age_on END AS age_on,
    CAST(child_months AS BIGINT) AS child_months, CAST(child_least_months AS BIGINT) AS child_least_months,
    CASE WHEN condition = 'mother' THEN children_raised_on IS NOT NULL ELSE TRUE END AS is_recorded,
    open_since IS NOT NULL AS has_open_job
FROM reached
WHERE age_on < holds_until AND holds_from <= add_months(asked_on, 36)
