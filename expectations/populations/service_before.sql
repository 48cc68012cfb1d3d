-- title.mn: 1995 оноос өмнөх хугацаа, хэзээ мэдэгдсэнээр
-- title.en: Months of service before 1995, as known on the day asked
-- key: person_id, asked_on, reading, work
-- person: person_id
-- materialise: true
-- in_parts: true
-- Overlaps count once; whole months of each unbroken stretch, left-over days summed and divided by the days of a month.
-- work `all` is everything; a working condition is what of it was worked in that condition.
WITH piece AS (
    SELECT a.person_id, a.asked_on, a.reading, w.work, p.starts_on, p.ends_before
    FROM right_asked a
    JOIN proven_period p ON p.person_id = a.person_id AND p.reading = a.reading AND p.known_on <= a.known_until
    CROSS JOIN (VALUES ('all'), ('underground'), ('toxic_hot'), ('heavy'), ('herder')) AS w(work)
    WHERE w.work = 'all' OR w.work = p.work
), reached AS (
    SELECT
        p.*,
        max(ends_before) OVER (
            PARTITION BY person_id, asked_on, reading, work ORDER BY starts_on, ends_before
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_before
    FROM piece p
), begun AS (
    SELECT
        r.*,
        sum(CASE WHEN reached_before >= starts_on THEN 0 ELSE 1 END) OVER (
            PARTITION BY person_id, asked_on, reading, work ORDER BY starts_on, ends_before
            RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS stretch
    FROM reached r
), stretch AS (
    SELECT person_id, asked_on, reading, work, min(starts_on) AS starts_on, max(ends_before) AS ends_before
    FROM begun
    GROUP BY person_id, asked_on, reading, work, stretch
), counted AS (
    SELECT
        s.*, months_between(starts_on, ends_before) AS months,
        days_between(add_months(starts_on, months_between(starts_on, ends_before)), ends_before) AS days
    FROM stretch s
)
SELECT
    person_id, asked_on, reading, work,
    CAST(sum(months) + floor(sum(days) / param('service_month_days', asked_on)) AS BIGINT) AS months
FROM counted
GROUP BY person_id, asked_on, reading, work
