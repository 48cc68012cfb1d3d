-- title.mn: Шимтгэл төлөх бүтэн саруудын хугацаа
-- title.en: Whole months of an employment for which contributions are due
-- key: employment_id
-- office: delivered_by
-- person: person_id
-- law_date: first_month
-- materialise: true
-- Kinds for which an employer owes contributions each month; conscripts are SIB-06, schooling and herding owe none.
-- Months whose ledger the employer's office never delivered are left out: nothing was searched for them.
WITH last_due AS (
    SELECT a.office_code, a.as_of, max(m.period) AS period
    FROM as_of a
    JOIN reporting_month m ON m.due_on <= a.as_of
    GROUP BY a.office_code, a.as_of
), span AS (
    SELECT
        e.employment_id, e.delivered_by, e.person_id, e.employer_no, coalesce(e.employer_no, '') AS employer_key,
        e.hired_on, e.released_on, a.as_of, a.period AS last_due_month, k.sector, k.registered_on,
        row_number() OVER (ORDER BY e.delivered_by, e.employment_id, e.source_file, e.source_row) AS span_no,
        greatest(e.hired_on, d.covers_from, DATE '1995-01-01') AS begins_on,
        least(
            coalesce(e.released_on, a.as_of), coalesce(k.dissolved_on, a.as_of), coalesce(i.first_death, a.as_of),
            a.as_of
        ) AS ends_on
    FROM employment e
    JOIN last_due a ON a.office_code = e.delivered_by
    LEFT JOIN known_employer k ON k.employer_no = e.employer_no
    JOIN ledger_delivered d ON d.office_code = coalesce(k.office_code, e.delivered_by)
    LEFT JOIN insured i ON i.person_id = e.person_id
    WHERE e.kind IN ('work', 'military', 'cooperative') AND e.hired_on IS NOT NULL
), whole AS (
    SELECT
        s.*,
        CASE WHEN month_of(s.begins_on) = s.begins_on THEN s.begins_on
            ELSE add_months(month_of(s.begins_on), 1) END AS first_month,
        least(
            add_months(month_of(CAST(s.ends_on + INTERVAL 1 DAY AS DATE)), -1), s.last_due_month
        ) AS last_month
    FROM span s
)
SELECT
    span_no, employment_id, delivered_by, person_id, employer_no, employer_key, hired_on, released_on, as_of,
    sector, registered_on, first_month, last_month
FROM whole
WHERE first_month <= last_month
