-- title.mn: НД-1 бүртгэлийн мөр ба эрх үүсэх өдөр
-- title.en: Entry of a register (ND-1) and the day the right arises
-- key: register_year, office_code, listed_under, listed_name, person_id
-- office: delivered_by
-- person: person_id
-- law_date: year_begins
-- materialise: true
-- A condition is open to an entry when its columns 5 and 6 support it; a column left empty supports what is on record.
-- computed_on is the day nearest to the one written; stated_only: the day follows from the service the entry states,
-- which the records delivered do not show.
WITH who AS (
    SELECT person_id, CASE WHEN min(sex) = max(sex) THEN min(sex) END AS sex
    FROM person
    GROUP BY person_id
), entry AS (
    SELECT e.*, g.drawn_up_on, i.birth_date AS birth_on_card, w.sex AS sex_on_card
    FROM register_entry e
    LEFT JOIN register g
        ON g.delivered_by = e.delivered_by AND g.register_year = e.register_year AND g.office_code = e.office_code
        AND g.listed_under = e.listed_under AND g.listed_name = e.listed_name
    LEFT JOIN insured i ON i.person_id = e.person_id
    LEFT JOIN who w ON w.person_id = e.person_id
), supported AS (
    SELECT condition, CASE condition WHEN 'toxic_hot' THEN 'toxic' ELSE condition END AS work
    FROM law_old_age_condition
    WHERE age_months IS NOT NULL
    UNION
    SELECT 'toxic_hot', 'hot'
), compared AS (
    SELECT
        e.delivered_by, e.register_year, e.office_code, e.listed_under, e.listed_name, e.person_id,
        d.condition, d.basis, d.risen_age_basis, d.right_on,
        e.eligible_on BETWEEN
            greatest(d.holds_from, d.age_on, add_months(d.service_on, -threshold('service_tolerance_months')))
            AND greatest(d.holds_from, d.age_on,
                CASE WHEN d.service_on > DATE '1900-01-01' THEN CAST(add_months(month_of(d.service_on),
                    threshold('service_tolerance_months') + 1) - INTERVAL 1 DAY AS DATE) ELSE d.service_on END)
            AS is_lawful,
        row_number() OVER (
            PARTITION BY e.delivered_by, e.register_year, e.office_code, e.listed_under, e.listed_name, e.person_id
            ORDER BY abs(days_between(d.right_on, e.eligible_on)), d.reading DESC, d.condition, d.way
        ) AS place
    FROM entry e
    JOIN right_date d ON d.person_id = e.person_id AND d.asked_on = e.drawn_up_on
    JOIN supported s ON s.condition = d.condition
    WHERE d.condition IN ('general', 'proportional', 'herder')
        OR d.condition = 'mother' AND (
            e.children >= param('mother_children_least', e.drawn_up_on) OR e.children IS NULL AND d.is_recorded)
        OR e.work_condition = s.work
        OR e.work_condition IS NULL AND d.condition IN ('underground', 'toxic_hot', 'heavy')
), best AS (
    SELECT delivered_by, register_year, office_code, listed_under, listed_name, person_id,
        max(CASE WHEN is_lawful THEN 1 ELSE 0 END) AS lawful,
        max(CASE WHEN place = 1 THEN right_on END) AS computed_on,
        max(CASE WHEN place = 1 THEN condition END) AS computed_condition,
        max(CASE WHEN place = 1 THEN basis END) AS computed_basis,
        max(CASE WHEN place = 1 THEN risen_age_basis END) AS risen_age_basis
    FROM compared
    GROUP BY delivered_by, register_year, office_code, listed_under, listed_name, person_id
), stated AS (
    SELECT DISTINCT e.delivered_by, e.register_year, e.office_code, e.listed_under, e.listed_name, e.person_id
    FROM entry e
    JOIN right_open o ON o.person_id = e.person_id AND o.asked_on = e.drawn_up_on
    WHERE (o.condition IN ('general', 'proportional')
            OR o.condition = 'mother' AND e.children >= param('mother_children_least', e.drawn_up_on))
        AND e.eligible_on = greatest(o.holds_from, o.age_on)
        AND e.eligible_on < o.holds_until
        AND e.service_months + o.child_months + months_between(e.drawn_up_on, e.eligible_on) >= o.service_months
)
SELECT
    e.register_year, e.office_code, e.listed_under, e.listed_name, e.person_id, e.delivered_by, e.drawn_up_on,
    CAST(e.register_year || '-01-01' AS DATE) AS year_begins, e.birth_on_card, e.sex_on_card, e.children,
    e.work_condition, e.service_months, e.eligible_on,
    b.computed_on, b.computed_condition, b.computed_basis, b.risen_age_basis,
    coalesce(b.lawful, 0) = 1 AS is_lawful, s.person_id IS NOT NULL AS stated_only
FROM entry e
LEFT JOIN best b
    ON b.delivered_by = e.delivered_by AND b.register_year = e.register_year AND b.office_code = e.office_code
    AND b.listed_under = e.listed_under AND b.listed_name = e.listed_name AND b.person_id = e.person_id
LEFT JOIN stated s
    ON s.delivered_by = e.delivered_by AND s.register_year = e.register_year AND s.office_code = e.office_code
    AND s.listed_under = e.listed_under AND s.listed_name = e.listed_name AND s.person_id = e.person_id
