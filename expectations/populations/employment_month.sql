-- title.mn: Ажилласан бүтэн сар
-- title.en: Whole month of an employment
-- key: employment_id, period
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
WITH marked AS (
    -- few months differ: marked by the span they lie in, so that the months themselves meet one small table
    SELECT g.span_no, g.period, 1 AS is_gap, 0 AS is_maternity, 0 AS is_bought FROM employment_gap g
    UNION ALL
    SELECT s.span_no, w.period, 0, 1, 0
    FROM maternity_month w
    JOIN employment_span s ON s.person_id = w.person_id
    WHERE w.period >= s.first_month AND w.period <= s.last_month
    UNION ALL
    SELECT s.span_no, b.period, 0, 0, 1
    FROM bought_month b
    JOIN employment_span s ON s.person_id = b.person_id
    WHERE b.period >= s.first_month AND b.period <= s.last_month
), mark AS (
    SELECT span_no, period, max(is_gap) AS is_gap, max(is_maternity) AS is_maternity, max(is_bought) AS is_bought
    FROM marked
    GROUP BY span_no, period
)
SELECT
    s.employment_id, m.period, s.delivered_by, s.person_id, s.employer_no, s.hired_on, s.released_on, s.as_of,
    m.due_on,
    -- NULL while only the holidays of the year, which are not on file, could have moved the due day past the export
    CASE WHEN m.due_latest_on <= s.as_of THEN m.due_on END AS due_certain_on,
    coalesce(k.is_gap, 0) = 0 AS is_contributed,
    coalesce(k.is_maternity, 0) = 1 AS is_maternity,
    CASE
        WHEN NOT m.has_exemption THEN FALSE
        WHEN s.sector IS NULL THEN NULL
        WHEN x.sector IS NULL THEN FALSE
        ELSE s.registered_on < x.registered_before
    END AS is_exempted
FROM employment_span s
JOIN reporting_month m ON m.period >= s.first_month AND m.period <= s.last_month
LEFT JOIN mark k ON k.span_no = s.span_no AND k.period = m.period
LEFT JOIN law_exempted_months x
    ON x.sector = CASE WHEN m.has_exemption THEN s.sector END AND x.valid_from <= m.period AND m.period < x.valid_to
WHERE coalesce(k.is_bought, 0) = 0
