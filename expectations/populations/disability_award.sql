-- title.mn: Ердийн өвчний улмаас тахир дутуугийн тэтгэврийн хувийн хэрэг
-- title.en: Disability file, cause ordinary
-- key: file_no
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- not_needed: book_entry, bought_service
-- Service on the day the pension took effect: what the sheet counts before 1995, and each month from 1995 on that was
-- paid, exempted, bought back or proven by books and papers, once. Months of military rows, and those of a ledger
-- nobody delivered, may count: they decide nothing against the citizen.
WITH award AS (
    SELECT delivered_by, file_no, min(effective_from) AS effective_from,
        max(service_months_before_1995) AS months_before_1995, max(bonus_months) AS bonus_months
    FROM determination
    WHERE kind = 'initial'
    GROUP BY delivered_by, file_no
), file AS (
    SELECT f.delivered_by, f.file_no, f.person_id, f.capacity_loss_percent, f.opened_on, w.effective_from,
        w.months_before_1995, w.bonus_months, coalesce(w.effective_from, f.opened_on, f.applied_on, a.as_of) AS dated_on,
        month_of(coalesce(w.effective_from, f.opened_on, f.applied_on, a.as_of)) AS until
    FROM pension_file f
    JOIN as_of a ON a.office_code = f.delivered_by
    LEFT JOIN award w ON w.delivered_by = f.delivered_by AND w.file_no = f.file_no
    WHERE f.pension_type = 'disability' AND f.cause = 'ordinary' AND (f.regime IS NULL OR f.regime = 'civil')
), law AS (
    SELECT dated_on, param('disability_loss_percent', dated_on) AS loss_asked,
        param('disability_service_months', dated_on) AS months_asked,
        param('disability_recent_months', dated_on) AS recent_asked,
        param('disability_recent_window_months', dated_on) AS recent_window,
        param('disability_recent_continuous_months', dated_on) AS continuous_asked
    FROM (SELECT DISTINCT dated_on FROM file)
), concerned AS (
    SELECT person_id, max(until) AS until FROM file GROUP BY person_id
), exempted AS (
    SELECT e.delivered_by, e.employer_no, x.valid_from, x.valid_to
    FROM (SELECT delivered_by, employer_no, max(registered_on) AS registered_on, min(sector) AS sector
        FROM employer GROUP BY delivered_by, employer_no) e
    JOIN law_exempted_months x ON x.sector = e.sector AND e.registered_on < x.registered_before
), ledger AS (
    SELECT c.person_id, c.period,
        CASE WHEN c.insured_type = '11' THEN 0 WHEN c.paid_on IS NOT NULL OR x.employer_no IS NOT NULL THEN 1 ELSE 0 END
            AS is_paid,
        CASE WHEN c.insured_type = '11' THEN 1 ELSE 0 END AS is_military,
        coalesce(c.wage, 0) + coalesce(c.employer_amount, 0) + coalesce(c.insured_amount, 0) AS amount
    FROM contribution c
    JOIN concerned n ON n.person_id = c.person_id
    LEFT JOIN exempted x
        ON x.delivered_by = c.delivered_by AND x.employer_no = c.employer_no
        AND c.period >= x.valid_from AND c.period < x.valid_to
    WHERE c.period >= DATE '1995-01-01' AND c.period < n.until
), proof AS (
    SELECT person_id, period, max(is_paid) AS is_paid, max(is_military) AS is_military
    FROM ledger
    GROUP BY person_id, period
    -- a month whose rows took each other back altogether was not paid
    HAVING NOT (min(amount) < 0 AND sum(amount) = 0)
    UNION ALL
    SELECT b.person_id, m.period, 1, 0
    FROM bought_service b
    JOIN concerned n ON n.person_id = b.person_id
    JOIN calendar_month m ON m.period >= month_of(b.covers_from) AND m.period <= b.covers_to
    WHERE b.paid_on IS NOT NULL AND m.period >= DATE '1995-01-01' AND m.period < n.until
    UNION ALL
    SELECT b.person_id, b.period, 1, 0
    FROM book_entry b
    JOIN concerned n ON n.person_id = b.person_id
    WHERE b.certified_on IS NOT NULL AND b.period >= DATE '1995-01-01' AND b.period < n.until
    UNION ALL
    SELECT p.person_id, m.period, 1, 0
    FROM document p
    JOIN concerned n ON n.person_id = p.person_id
    JOIN calendar_month m ON m.period >= month_of(p.covers_from) AND m.period <= p.covers_to
    WHERE p.kind IN ('office_archive_reference', 'court_decision') AND m.period >= DATE '1995-01-01'
        AND m.period < n.until
), month AS (
    SELECT f.delivered_by, f.file_no, p.period, max(p.is_paid) AS is_paid, max(p.is_military) AS is_military,
        max(CASE WHEN p.period >= add_months(f.until, -l.recent_window) THEN 1 ELSE 0 END) AS is_recent
    FROM file f
    JOIN law l ON l.dated_on = f.dated_on
    JOIN proof p ON p.person_id = f.person_id AND p.period < f.until
    GROUP BY f.delivered_by, f.file_no, p.period
), stretch AS (
    -- months in a row keep one distance from their number
    SELECT delivered_by, file_no, add_months(period, -row_number() OVER (PARTITION BY delivered_by, file_no ORDER BY period))
        AS anchor
    FROM month
    WHERE is_paid = 1 AND is_recent = 1
), longest AS (
    SELECT delivered_by, file_no, max(months) AS months_in_a_row
    FROM (SELECT delivered_by, file_no, anchor, count(*) AS months FROM stretch GROUP BY delivered_by, file_no, anchor)
    GROUP BY delivered_by, file_no
), summed AS (
    SELECT delivered_by, file_no, sum(is_paid) AS months_paid, sum(is_paid * is_recent) AS months_recent,
        sum(CASE WHEN is_paid = 0 THEN is_military ELSE 0 END) AS months_military
    FROM month
    GROUP BY delivered_by, file_no
), unsearched AS (
    SELECT DISTINCT f.delivered_by, f.file_no
    FROM file f
    JOIN unsearched_ledger u ON u.person_id = f.person_id
    WHERE u.starts_on < f.until
)
SELECT
    f.file_no, f.delivered_by, f.person_id, f.dated_on, f.effective_from, f.capacity_loss_percent, l.loss_asked,
    f.months_before_1995, coalesce(s.months_paid, 0) AS months_from_1995, f.bonus_months,
    f.months_before_1995 + coalesce(s.months_paid, 0) + coalesce(f.bonus_months, 0) AS service_months, l.months_asked,
    coalesce(s.months_recent, 0) AS months_recent, l.recent_asked, l.recent_window,
    coalesce(g.months_in_a_row, 0) AS months_in_a_row, l.continuous_asked,
    coalesce(s.months_military, 0) AS months_military,
    f.bonus_months IS NULL AND f.dated_on >= DATE '2017-01-01' AS may_have_bonus,
    CASE WHEN u.file_no IS NULL THEN TRUE END AS ledger_searched
FROM file f
JOIN law l ON l.dated_on = f.dated_on
LEFT JOIN summed s ON s.delivered_by = f.delivered_by AND s.file_no = f.file_no
LEFT JOIN longest g ON g.delivered_by = f.delivered_by AND g.file_no = f.file_no
LEFT JOIN unsearched u ON u.delivered_by = f.delivered_by AND u.file_no = f.file_no
