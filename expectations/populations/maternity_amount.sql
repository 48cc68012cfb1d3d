-- title.mn: Жирэмсний болон амаржсаны тэтгэмжийн хоног, хэмжээ
-- title.en: Days and amount of a maternity benefit
-- key: benefit_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: dated_on
-- materialise: true
-- not_needed: bought_service, child
-- A leave paid in two parts is one leave: its days are taken together, the amount of each part by its own days, on the
-- wages before the leave began. A later part computed on the wages before itself is let pass.
WITH leave AS (
    SELECT b.delivered_by, b.benefit_id, sum(o.days) AS leave_days, count(*) - count(o.days) AS undated_parts,
        min(o.event_from) AS leave_from
    FROM benefit_case b
    JOIN benefit_case o ON o.person_id = b.person_id AND o.kind = 'maternity'
        AND coalesce(o.employer_no, '') = coalesce(b.employer_no, '')
        AND o.event_from > b.event_from - 200 AND o.event_from < b.event_from + 200
    WHERE b.kind = 'maternity'
    GROUP BY b.delivered_by, b.benefit_id
), birth AS (
    SELECT person_id, birth_date, count(DISTINCT child_id) AS children
    FROM child
    WHERE adopted_on IS NULL
    GROUP BY person_id, birth_date
), born AS (
    SELECT b.delivered_by, b.benefit_id, max(c.children) AS children_born
    FROM benefit_case b
    JOIN birth c ON c.person_id = b.person_id AND c.birth_date > b.event_from - 140 AND c.birth_date <= b.event_to + 140
    WHERE b.kind = 'maternity'
    GROUP BY b.delivered_by, b.benefit_id
), asked AS (
    SELECT b.delivered_by, b.benefit_id, b.person_id, b.employer_no, b.insured_type, b.event_from, b.event_to,
        b.days, b.base_wage, b.amount, b.period, b.dated_on, b.as_of, c.children_born, l.undated_parts,
        coalesce(l.leave_days, b.days) AS leave_days, coalesce(l.leave_from, b.event_from) AS leave_from,
        p.wage_of_12 AS wage_before_part,
        s.service_months, s.most_months, s.last_in_a_row, s.most_last_in_a_row, s.wage_of_12,
        CASE WHEN b.insured_type = '90' OR b.employer_no IS NULL THEN param('maternity_rate_voluntary', b.dated_on)
            ELSE param('maternity_rate', b.dated_on) END AS lawful_rate,
        CAST(param('maternity_days', b.dated_on) AS INTEGER) AS days_of_one,
        CAST(param('maternity_days_twins', b.dated_on) AS INTEGER) AS days_of_twins,
        CAST(param('maternity_base_days', b.dated_on) AS INTEGER) AS base_days,
        CAST(param('maternity_qualifying_months', b.dated_on) AS INTEGER) AS months_asked,
        CAST(param('maternity_continuous_months', b.dated_on) AS INTEGER) AS last_months_asked
    FROM benefit_case b
    LEFT JOIN leave l ON l.delivered_by = b.delivered_by AND l.benefit_id = b.benefit_id
    LEFT JOIN born c ON c.delivered_by = b.delivered_by AND c.benefit_id = b.benefit_id
    LEFT JOIN benefit_service s ON s.person_id = b.person_id AND s.event_from = coalesce(l.leave_from, b.event_from)
    LEFT JOIN benefit_service p ON p.person_id = b.person_id AND p.event_from = b.event_from
    WHERE b.kind = 'maternity'
), own AS (
    SELECT b.delivered_by, b.benefit_id,
        sum(CASE WHEN c.period < month_of(b.leave_from) THEN c.base END) AS employer_wage_of_12,
        count(DISTINCT CASE WHEN c.period < month_of(b.leave_from) THEN c.period END) AS own_months,
        sum(CASE WHEN c.period >= add_months(month_of(b.event_from), -12) THEN c.base END)
            AS employer_wage_before_part
    FROM asked b
    JOIN contribution c ON c.person_id = b.person_id AND c.employer_no = b.employer_no
        AND c.period < month_of(b.event_from) AND c.period >= add_months(month_of(b.leave_from), -12)
    GROUP BY b.delivered_by, b.benefit_id
), based AS (
    SELECT a.*,
        CASE WHEN a.wage_of_12 IS NULL OR abs(a.base_wage - a.wage_of_12) <= 1
                OR abs(a.base_wage - o.employer_wage_of_12) <= 1 OR abs(a.base_wage - a.wage_before_part) <= 1
                OR abs(a.base_wage - o.employer_wage_before_part) <= 1
                THEN a.base_wage
            -- where it is neither, the sum that comes nearer to what was granted
            WHEN o.own_months = 12
                AND abs(a.base_days * a.amount - a.days * CAST(a.lawful_rate AS DECIMAL(6, 4)) * o.employer_wage_of_12)
                    <= abs(a.base_days * a.amount - a.days * CAST(a.lawful_rate AS DECIMAL(6, 4)) * a.wage_of_12)
                THEN o.employer_wage_of_12
            ELSE a.wage_of_12 END AS lawful_base,
        -- 140 days where nobody wrote down how many were born may be twins
        CASE WHEN a.children_born > 1 OR (a.children_born IS NULL AND a.leave_days = a.days_of_twins)
            THEN a.days_of_twins ELSE a.days_of_one END AS days_asked,
        CASE WHEN a.service_months >= a.months_asked AND a.last_in_a_row >= a.last_months_asked THEN TRUE
            WHEN a.most_months < a.months_asked OR a.most_last_in_a_row < a.last_months_asked THEN FALSE END
            AS qualifies
    FROM asked a
    LEFT JOIN own o ON o.delivered_by = a.delivered_by AND o.benefit_id = a.benefit_id
)
SELECT benefit_id, delivered_by, person_id, employer_no, insured_type, event_from, event_to, days, leave_days,
    children_born, days_asked, base_wage, base_days, lawful_base, lawful_rate, amount, period, dated_on, months_asked,
    last_months_asked, service_months, last_in_a_row, qualifies,
    CASE WHEN leave_days = days_asked THEN CASE WHEN days_asked = days_of_one OR children_born > 1 THEN TRUE END
        -- the other part of the leave may still be to come
        WHEN undated_parts > 0 OR (leave_days < days_asked AND event_from + 200 > as_of) THEN NULL
        WHEN leave_days <> days_asked THEN FALSE END AS days_lawful,
    half_up(lawful_base * CAST(lawful_rate AS DECIMAL(6, 4)) * days / base_days) AS amount_of_days,
    CASE WHEN NOT qualifies THEN 0
        ELSE half_up(lawful_base * CAST(lawful_rate AS DECIMAL(6, 4))
            * (CASE WHEN days + days_asked > leave_days THEN days + days_asked - leave_days ELSE 0 END)
            / base_days) END AS lawful_amount
FROM based
