-- title.mn: Хувийн хэрэгт шаардсан баримт
-- title.en: Paper asked of a pension file
-- key: file_no, asked_by, paper
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- not_needed: determination_service
-- The matrix of the law (asked_paper) laid over the files. is_asked is NULL where what decides it is not recorded.
-- Papers of benefits are no papers of the file; those received before it was opened have no file number.
WITH file AS (
    SELECT f.delivered_by, f.file_no, f.person_id, f.regime, f.pension_type, f.condition, f.cause, f.opened_on,
        f.dated_on, coalesce(s.counted, 'presumed') AS counted,
        CASE WHEN s.file_no IS NULL THEN FALSE ELSE s.counts_before_1995 END AS counts_before_1995,
        CASE WHEN s.file_no IS NULL THEN FALSE ELSE s.counts_from_1995 END AS counts_from_1995
    FROM opened_file f
    LEFT JOIN file_service s ON s.delivered_by = f.delivered_by AND s.file_no = f.file_no
), asked AS (
    SELECT f.*, m.asked_by, m.paper, m.or_paper, m.circumstance,
        (m.regime IS NULL OR m.regime = f.regime)
            AND (m.pension_type IS NULL OR m.pension_type = f.pension_type)
            AND (m.condition IS NULL OR m.condition = f.condition)
            AND (m.cause IS NULL OR m.cause = f.cause)
            AND CASE m.circumstance
                WHEN 'before_1995' THEN f.counts_before_1995
                WHEN 'served_before_1995' THEN f.counts_before_1995
                WHEN 'served_from_1995' THEN f.counts_from_1995
                ELSE TRUE END AS is_asked
    FROM file f
    JOIN law_asked_paper m ON f.dated_on >= m.valid_from AND f.dated_on < m.valid_to
    WHERE m.circumstance IS NULL
        OR m.circumstance IN ('file_opened', 'before_1995', 'served_before_1995', 'served_from_1995')
), held AS (
    SELECT d.delivered_by, d.file_no, d.person_id, d.kind, count(*) AS papers,
        count(*) FILTER (WHERE d.covers_from < DATE '1995-01-01') AS early,
        count(*) FILTER (WHERE d.covers_to >= DATE '1995-01-01') AS late,
        count(*) FILTER (WHERE d.covers_from IS NULL OR d.covers_to IS NULL) AS undated
    FROM document d
    JOIN (SELECT DISTINCT paper FROM accepted_paper) k ON k.paper = d.kind
    WHERE d.benefit_id IS NULL
    GROUP BY d.delivered_by, d.file_no, d.person_id, d.kind
), filed AS (
    SELECT delivered_by, file_no, kind, sum(papers) AS papers, sum(early) AS early, sum(late) AS late,
        sum(undated) AS undated
    FROM held
    WHERE file_no IS NOT NULL
    GROUP BY delivered_by, file_no, kind
), loose AS (
    SELECT * FROM held WHERE file_no IS NULL
), accepted AS (
    SELECT a.*, a.paper AS kind FROM asked a WHERE a.is_asked IS NOT FALSE
    UNION ALL
    SELECT a.*, a.or_paper FROM asked a WHERE a.is_asked IS NOT FALSE AND a.or_paper IS NOT NULL
), found AS (
    SELECT a.delivered_by, a.file_no, a.asked_by, a.paper, coalesce(a.circumstance, '') AS circumstance,
        sum(coalesce(f.papers, 0) + coalesce(o.papers, 0)) AS papers,
        sum(coalesce(f.early, 0) + coalesce(o.early, 0)) AS early,
        sum(coalesce(f.late, 0) + coalesce(o.late, 0)) AS late,
        sum(coalesce(f.undated, 0) + coalesce(o.undated, 0)) AS undated
    FROM accepted a
    LEFT JOIN filed f ON f.delivered_by = a.delivered_by AND f.file_no = a.file_no AND f.kind = a.kind
    LEFT JOIN loose o ON o.delivered_by = a.delivered_by AND o.person_id = a.person_id AND o.kind = a.kind
    GROUP BY a.delivered_by, a.file_no, a.asked_by, a.paper, coalesce(a.circumstance, '')
)
SELECT
    a.delivered_by, a.file_no, a.person_id, a.regime, a.pension_type, a.cause, a.opened_on, a.dated_on, a.counted,
    a.counts_before_1995, a.counts_from_1995, a.asked_by, a.paper, a.is_asked,
    -- a reference of the service must reach into the years it was counted for
    CASE WHEN a.circumstance = 'served_before_1995' THEN CASE WHEN n.early > 0 THEN TRUE WHEN n.undated > 0 THEN NULL
            ELSE FALSE END
        WHEN a.circumstance = 'served_from_1995' THEN CASE WHEN n.late > 0 THEN TRUE WHEN n.undated > 0 THEN NULL
            ELSE FALSE END
        ELSE n.papers > 0 END AS is_held
FROM asked a
JOIN found n ON n.delivered_by = a.delivered_by AND n.file_no = a.file_no AND n.asked_by = a.asked_by
    AND n.paper = a.paper AND n.circumstance = coalesce(a.circumstance, '')
WHERE a.is_asked IS NOT FALSE
