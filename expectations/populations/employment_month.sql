-- title.mn: Ажилласан бүтэн сар
-- title.en: Whole month of an employment
-- key: employment_id, period
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
SELECT
    s.employment_id, m.period, s.delivered_by, s.person_id, s.employer_no, s.hired_on, s.released_on, s.as_of,
    m.due_on,
    -- NULL while only the holidays of the year, which are not on file, could have moved the due day past the export
    CASE WHEN m.due_latest_on <= s.as_of THEN m.due_on END AS due_certain_on,
    g.span_no IS NULL AS is_contributed,
    w.person_id IS NOT NULL AS is_maternity,
    CASE
        WHEN NOT m.has_exemption THEN FALSE
        WHEN s.sector IS NULL THEN NULL
        WHEN x.sector IS NULL THEN FALSE
        ELSE s.registered_on < x.registered_before
    END AS is_exempted
FROM employment_span s
JOIN reporting_month m ON m.period >= s.first_month AND m.period <= s.last_month
LEFT JOIN employment_gap g ON g.span_no = s.span_no AND g.period = m.period
LEFT JOIN law_exempted_months x
    ON x.sector = s.sector AND x.valid_from <= m.period AND m.period < x.valid_to
LEFT JOIN maternity_month w ON w.person_id = s.person_id AND w.period = m.period
LEFT JOIN bought_month b ON b.person_id = s.person_id AND b.period = m.period
WHERE b.person_id IS NULL
