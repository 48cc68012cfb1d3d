-- title.mn: Баримтаар нотлогдсон хугацаа
-- title.en: Period proven by papers without a gap
-- key: person_id, need, known_from, covers_from
-- person: person_id
-- materialise: true
-- not_needed: bought_service
-- The union of the periods of the papers that prove one thing, by each version of the list of such papers
-- (known_from, known_to), whoever received them. Time bought back needs no paper of contributions.
WITH claim AS (
    SELECT p.person_id, l.need, l.valid_from, l.valid_to, p.covers_from, p.covers_to
    FROM proving_document p
    JOIN law_proving_paper l ON l.paper = p.kind
    WHERE p.covers_from <= p.covers_to AND p.person_id IS NOT NULL
    UNION ALL
    SELECT b.person_id, l.need, l.valid_from, l.valid_to, b.covers_from, b.covers_to
    FROM bought_service b
    JOIN (SELECT DISTINCT need, valid_from, valid_to FROM law_proving_paper) l ON l.need = 'contribution'
    WHERE b.paid_on IS NOT NULL AND b.covers_from <= b.covers_to AND b.person_id IS NOT NULL
), dated AS (
    SELECT
        c.*,
        max(covers_to) OVER (
            PARTITION BY person_id, need, valid_from ORDER BY covers_from, covers_to
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS covered_before
    FROM claim c
), begun AS (
    SELECT
        d.*,
        sum(CASE WHEN d.covered_before IS NOT NULL
            AND d.covers_from <= CAST(d.covered_before + INTERVAL 1 DAY AS DATE) THEN 0 ELSE 1 END) OVER (
            PARTITION BY d.person_id, d.need, d.valid_from ORDER BY d.covers_from, d.covers_to
            RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS stretch
    FROM dated d
)
SELECT person_id, need, valid_from AS known_from, valid_to AS known_to, min(covers_from) AS covers_from,
    max(covers_to) AS covers_to
FROM begun
GROUP BY person_id, need, valid_from, valid_to, stretch
