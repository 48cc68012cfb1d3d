-- title.mn: Ажил олгогчийн төлөх хугацаа болсон сар
-- title.en: Employer month due
-- key: employer_no, period
-- office: delivered_by
-- period: period
-- law_date: period
-- Payments go to the oldest debt first: a month is open as far as the dues up to it exceed everything paid.
WITH due AS (
    SELECT
        r.employer_no, r.period, r.delivered_by, r.total_due, r.total_paid, r.submitted_on, r.paid_on, a.as_of,
        m.due_on, m.due_latest_on,
        -- a report or payment that has not come by the export comes later than it
        greatest(
            coalesce(r.submitted_on, a.as_of + 1),
            CASE WHEN r.total_due = 0 THEN m.due_on ELSE coalesce(r.paid_on, a.as_of + 1) END
        ) AS done_on
    FROM employer_report r
    JOIN as_of a ON a.office_code = r.delivered_by
    JOIN reporting_month m ON m.period = r.period AND m.due_on <= a.as_of
), paid AS (
    SELECT delivered_by, employer_no, sum(total_paid) AS paid
    FROM employer_report
    GROUP BY delivered_by, employer_no
), summed AS (
    SELECT
        d.*,
        sum(d.total_due) OVER (
            PARTITION BY d.delivered_by, d.employer_no ORDER BY d.period
            RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS due_to_month,
        sum(CASE WHEN d.total_due IS NULL THEN 1 ELSE 0 END) OVER (
            PARTITION BY d.delivered_by, d.employer_no ORDER BY d.period
            RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS unknown_dues
    FROM due d
)
SELECT
    s.employer_no, s.period, s.delivered_by, s.total_due, s.submitted_on, s.paid_on, s.as_of, s.due_on,
    s.due_latest_on, s.done_on,
    -- NULL where only the holidays of the year, which are not on file, decide whether it was late
    CASE WHEN s.done_on <= s.due_on OR s.done_on > s.due_latest_on THEN s.due_on END AS due_certain_on,
    -- NULL where they decide whether the due day has come by the export
    CASE WHEN s.due_latest_on <= s.as_of THEN s.due_on END AS due_passed_on,
    coalesce(p.paid, 0) AS paid_in_all,
    CASE WHEN s.unknown_dues = 0 THEN s.due_to_month END AS due_to_month,
    CASE WHEN s.unknown_dues = 0
        THEN greatest(least(s.total_due, s.due_to_month - coalesce(p.paid, 0)), 0) END AS open_amount,
    days_between(s.due_on, s.as_of) AS days_overdue
FROM summed s
LEFT JOIN paid p ON p.delivered_by = s.delivered_by AND p.employer_no = s.employer_no
