-- title.mn: Баримтаар нотлогдсон хугацаа
-- title.en: Period covered by papers of one kind without a gap
-- key: person_id, kind, covers_from
-- person: person_id
-- materialise: true
-- The union of the periods of a person's papers of one kind, whoever received them.
WITH dated AS (
    SELECT
        person_id, kind, covers_from, covers_to,
        max(covers_to) OVER (
            PARTITION BY person_id, kind ORDER BY covers_from, covers_to, document_id, delivered_by
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS covered_before
    FROM document
    WHERE covers_from <= covers_to AND person_id IS NOT NULL
), begun AS (
    SELECT
        d.*,
        sum(CASE WHEN d.covered_before IS NOT NULL
            AND d.covers_from <= CAST(d.covered_before + INTERVAL 1 DAY AS DATE) THEN 0 ELSE 1 END) OVER (
            PARTITION BY d.person_id, d.kind ORDER BY d.covers_from, d.covers_to
            RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS stretch
    FROM dated d
)
SELECT person_id, kind, min(covers_from) AS covers_from, max(covers_to) AS covers_to
FROM begun
GROUP BY person_id, kind, stretch
