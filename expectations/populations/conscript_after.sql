-- title.mn: 1995 оноос хойш хаасан, тооцсон хугацаат цэргийн алба
-- title.en: Counted conscript service from 1995 on
-- key: employment_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- not_needed: bought_service, determination_service, pension_file
-- A month is proven by a month of the book, whoever wrote it, or by the office archive's reference for its counted days.
-- An office that only ever sent single months of the book has delivered nothing before the first of them.
WITH piece AS (
    SELECT delivered_by, employment_id, person_id, dated_on, counted, greatest(starts_on, DATE '1995-01-01') AS starts_on,
        ends_on
    FROM counted_piece
    WHERE kind = 'conscript' AND ends_on >= DATE '1995-01-01' AND starts_on <= ends_on
), counted AS (
    SELECT
        p.delivered_by, p.employment_id, p.person_id, p.counted, p.dated_on, m.period,
        greatest(p.starts_on, m.period) AS since,
        least(p.ends_on, CAST(add_months(m.period, 1) - INTERVAL 1 DAY AS DATE)) AS until
    FROM piece p
    JOIN calendar_month m ON m.period >= month_of(p.starts_on) AND m.period <= p.ends_on
), written AS (
    SELECT DISTINCT b.person_id, b.period
    FROM book_entry b
    JOIN (SELECT DISTINCT person_id FROM piece) p ON p.person_id = b.person_id
), undated AS (
    SELECT DISTINCT p.person_id
    FROM proving_document p
    JOIN law_proving_paper l ON l.paper = p.kind
    WHERE l.need = 'insurance_book'
        AND (p.covers_from IS NULL OR p.covers_to IS NULL OR p.covers_from > p.covers_to)
), proven AS (
    SELECT
        c.delivered_by, c.employment_id, c.person_id, c.counted, c.dated_on, c.since, c.until,
        max(CASE WHEN w.person_id IS NOT NULL OR p.person_id IS NOT NULL THEN 1
            WHEN u.person_id IS NULL AND d.covers_from <= c.period THEN 0 END) AS is_proven,
        max(CASE WHEN w.person_id IS NOT NULL THEN 1 ELSE 0 END) AS is_written
    FROM counted c
    LEFT JOIN written w ON w.person_id = c.person_id AND w.period = c.period
    LEFT JOIN paper_period p
        ON p.person_id = c.person_id AND p.need = 'insurance_book' AND c.dated_on >= p.known_from
        AND c.dated_on < p.known_to AND p.covers_from <= c.since AND p.covers_to >= c.until
    LEFT JOIN undated u ON u.person_id = c.person_id
    LEFT JOIN table_delivered d ON d.office_code = c.delivered_by AND d.table_name = 'book_entry'
    GROUP BY c.delivered_by, c.employment_id, c.person_id, c.counted, c.dated_on, c.since, c.until
)
SELECT
    delivered_by, employment_id, person_id, max(dated_on) AS dated_on, min(counted) AS counted,
    min(since) AS counted_from, max(until) AS counted_to, count(*) AS months, sum(is_written) AS months_written,
    CASE WHEN min(is_proven) = 0 THEN FALSE WHEN count(is_proven) < count(*) THEN NULL ELSE TRUE END AS is_proven
FROM proven
GROUP BY delivered_by, employment_id, person_id
