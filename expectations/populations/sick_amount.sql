-- title.mn: Ердийн шалтгаант өвчний тэтгэмжийн хэмжээ
-- title.en: Amount of a sickness benefit of ordinary cause
-- key: benefit_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: dated_on
-- materialise: true
-- not_needed: bought_service
-- Daily wage × rate by service × days beyond those the employer bears. Where the ledger leaves the step of the rate open,
-- each rate it allows is lawful.
WITH spell AS (
    -- one sickness paid by two employers is one spell of days
    SELECT person_id, event_from, event_to, max(days) AS days
    FROM benefit_case
    WHERE kind = 'sickness' AND cause = 'ordinary'
    GROUP BY person_id, event_from, event_to
), in_year AS (
    SELECT person_id, event_from, days, EXTRACT(YEAR FROM event_from) AS year,
        CASE WHEN EXTRACT(YEAR FROM event_to) = EXTRACT(YEAR FROM event_from) THEN days ELSE 0 END AS sure_days
    FROM spell
    UNION ALL
    SELECT person_id, event_from, days, EXTRACT(YEAR FROM event_to), 0
    FROM spell
    WHERE EXTRACT(YEAR FROM event_to) > EXTRACT(YEAR FROM event_from)
), used AS (
    SELECT s.person_id, s.event_from, sum(o.sure_days) AS days_before, sum(o.days) AS most_days_before
    FROM (SELECT DISTINCT person_id, event_from, EXTRACT(YEAR FROM event_from) AS year FROM spell) s
    JOIN in_year o ON o.person_id = s.person_id AND o.year = s.year AND o.event_from < s.event_from
    GROUP BY s.person_id, s.event_from
), continued AS (
    -- a sheet that goes on from another one: the employer has borne its days already, or some of them
    SELECT b.delivered_by, b.benefit_id, max(o.days) AS days_continued
    FROM benefit_case b
    JOIN benefit_case o ON o.delivered_by = b.delivered_by AND o.person_id = b.person_id
        AND o.employer_no = b.employer_no AND o.kind = 'sickness'
        AND o.event_to < b.event_from AND days_between(o.event_to, b.event_from) <= 4
    WHERE b.kind = 'sickness'
    GROUP BY b.delivered_by, b.benefit_id
), asked AS (
    SELECT b.delivered_by, b.benefit_id, b.person_id, b.employer_no, b.insured_type, b.event_from, b.event_to,
        b.days, b.employer_days, b.base_wage, b.base_days, b.amount, b.period, b.dated_on,
        coalesce(b.insured_type = '90', FALSE) OR b.employer_no IS NULL AS voluntary,
        coalesce(u.days_before, 0) AS days_before, coalesce(u.most_days_before, 0) AS most_days_before,
        coalesce(c.days_continued, 0) AS days_continued,
        s.service_months, s.most_months, s.wage_of_3,
        CAST(param('sick_employer_days', b.dated_on) AS INTEGER) AS employer_days_asked,
        CAST(param('sick_days_a_year', b.dated_on) AS INTEGER) AS days_a_year,
        CAST(param('sick_qualifying_months', b.dated_on) AS INTEGER) AS months_asked
    FROM benefit_case b
    LEFT JOIN used u ON u.person_id = b.person_id AND u.event_from = b.event_from
    LEFT JOIN continued c ON c.delivered_by = b.delivered_by AND c.benefit_id = b.benefit_id
    LEFT JOIN benefit_service s ON s.person_id = b.person_id AND s.event_from = b.event_from
    WHERE b.kind = 'sickness' AND b.cause = 'ordinary'
), own AS (
    SELECT b.delivered_by, b.benefit_id, sum(c.base) AS employer_wage_of_3, count(DISTINCT c.period) AS own_months
    FROM asked b
    JOIN contribution c ON c.person_id = b.person_id AND c.employer_no = b.employer_no
        AND c.period < month_of(b.event_from) AND c.period >= add_months(month_of(b.event_from), -3)
    GROUP BY b.delivered_by, b.benefit_id
), based AS (
    SELECT a.*,
        -- the wages of every employer, or of the one that pays; another sum is not what contributions were paid on
        CASE WHEN a.wage_of_3 IS NULL OR abs(a.base_wage - a.wage_of_3) <= 1
                OR abs(a.base_wage - o.employer_wage_of_3) <= 1 THEN a.base_wage
            WHEN o.own_months = 3 THEN o.employer_wage_of_3 ELSE a.wage_of_3 END AS lawful_base,
        CASE WHEN a.days > days_between(a.event_from, a.event_to) + 1
            THEN days_between(a.event_from, a.event_to) + 1 ELSE a.days END AS possible_days
    FROM asked a
    LEFT JOIN own o ON o.delivered_by = a.delivered_by AND o.benefit_id = a.benefit_id
), payable AS (
    SELECT b.*,
        CASE WHEN days_before + possible_days <= days_a_year OR possible_days IS NULL THEN possible_days
            WHEN days_before < days_a_year THEN days_a_year - days_before ELSE 0 END AS days_payable,
        CASE WHEN EXTRACT(YEAR FROM event_to) = EXTRACT(YEAR FROM event_from) AND days_before + days > days_a_year
            THEN FALSE
            WHEN most_days_before + days <= days_a_year THEN TRUE END AS within_year
    FROM based b
), reading AS (
    -- either sum is lawful where what was recorded is neither
    SELECT delivered_by, benefit_id, lawful_base AS base FROM payable
    UNION
    SELECT delivered_by, benefit_id, wage_of_3 FROM payable WHERE base_wage IS DISTINCT FROM lawful_base
), stepped AS (
    SELECT p.delivered_by, p.benefit_id, r.rate, r.from_months,
        half_up(g.base * CAST(r.rate AS DECIMAL(6, 4)) * (CASE
            WHEN p.days_payable <= p.employer_days_asked THEN 0 ELSE p.days_payable - p.employer_days_asked END)
            / p.base_days) AS lawful,
        half_up(g.base * CAST(r.rate AS DECIMAL(6, 4)) * (CASE
            WHEN p.days_continued >= p.employer_days_asked THEN p.days_payable
            WHEN p.days_payable <= p.employer_days_asked - p.days_continued THEN 0
            ELSE p.days_payable - p.employer_days_asked + p.days_continued END)
            / p.base_days) AS lawful_continued
    FROM payable p
    JOIN reading g ON g.delivered_by = p.delivered_by AND g.benefit_id = p.benefit_id
    JOIN law_sick_rate r ON r.valid_from <= p.dated_on AND p.dated_on < r.valid_to
        AND r.from_months <= p.most_months AND r.below_months > p.service_months
    WHERE p.base_days > 0 AND NOT p.voluntary
), lawful AS (
    SELECT s.delivered_by, s.benefit_id, min(s.rate) AS lawful_rate, max(s.rate) AS highest_rate,
        min(s.lawful) AS lawful_amount, max(s.lawful_continued) AS most_lawful,
        max(CASE WHEN abs(p.amount - s.lawful) <= 1 OR abs(p.amount - s.lawful_continued) <= 1
            THEN 1 ELSE 0 END) AS agreeing
    FROM stepped s
    JOIN payable p ON p.delivered_by = s.delivered_by AND p.benefit_id = s.benefit_id
    GROUP BY s.delivered_by, s.benefit_id
), in_force AS (
    SELECT DISTINCT valid_from, valid_to FROM law_sick_rate
)
SELECT p.benefit_id, p.delivered_by, p.person_id, p.employer_no, p.insured_type, p.event_from, p.event_to, p.days,
    p.base_wage, p.base_days, p.lawful_base, p.amount, p.period, p.dated_on, p.employer_days_asked, p.days_a_year,
    p.months_asked, p.service_months, p.most_months, p.days_before, p.days_payable, p.within_year, p.voluntary,
    l.lawful_rate, l.highest_rate,
    CASE WHEN p.most_months < p.months_asked THEN 0 ELSE l.lawful_amount END AS lawful_amount,
    CASE WHEN p.most_months < p.months_asked THEN 0 ELSE l.most_lawful END AS most_lawful,
    CASE WHEN p.service_months >= p.months_asked THEN TRUE WHEN p.most_months < p.months_asked THEN FALSE END
        AS qualifies,
    l.agreeing = 1 AS agrees,
    -- the formula for the voluntary insured is not on file
    CASE WHEN f.valid_from IS NOT NULL AND NOT p.voluntary THEN TRUE END AS law_known
FROM payable p
LEFT JOIN lawful l ON l.delivered_by = p.delivered_by AND l.benefit_id = p.benefit_id
LEFT JOIN in_force f ON f.valid_from <= p.dated_on AND p.dated_on < f.valid_to
