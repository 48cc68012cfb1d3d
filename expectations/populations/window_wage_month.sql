-- title.mn: Цалин авсан хугацааны сарын тооцох цалин
-- title.en: Counted wage of a month inside a reference window
-- key: person_id, period
-- person: person_id
-- period: period
-- materialise: true
-- in_parts: true
-- From the first window of the person to the end of the last.
WITH span AS (
    SELECT person_id, min(window_from) AS starts_on, max(ends_before) AS ends_before
    FROM award_window
    GROUP BY person_id
)
SELECT m.person_id, m.period, m.wage, m.ceiling, m.is_paid, m.counted_wage, m.counted_otherwise
FROM counted_wage_month m
JOIN span s ON s.person_id = m.person_id
WHERE m.period >= s.starts_on AND m.period < s.ends_before
