-- title.mn: Тэтгэмж
-- title.en: Benefit
-- key: benefit_id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: dated_on
-- materialise: true
WITH dated AS (
    SELECT b.*, a.as_of, a.exported_at,
        coalesce(b.event_from, CAST(b.applied_at AS DATE), b.invoice_received_on, b.verified_on, b.settled_on,
            CAST(b.paid_at AS DATE), a.as_of) AS dated_on
    FROM benefit b
    JOIN as_of a ON a.office_code = b.delivered_by
)
SELECT benefit_id, delivered_by, person_id, employer_no, kind, cause, insured_type, event_from, event_to, days,
    employer_days, base_wage, base_days, amount, fund, list_no, hospital_sheet_no, employer_paid_on,
    invoice_received_on, entered_at, verified_by, verified_on,
    office_head_on, chief_accountant_on, settled_on, settled_amount, applied_at, paid_at, notice_no,
    notice_copies, notice_to_bank_on, notice_section_head_on, notice_office_head_on,
    notice_chief_accountant_on, deceased_person_id, as_of, exported_at, dated_on,
    month_of(dated_on) AS period, CAST(paid_at AS DATE) AS paid_on,
    -- voluntary insured have no employer and are paid by the office itself
    kind IN ('sickness', 'maternity') AND employer_no IS NOT NULL
        AND (insured_type IS NULL OR insured_type <> '90') AS through_employer,
    param('notice_copies', dated_on) AS copies_asked,
    param('invoice_days', dated_on) AS invoice_days,
    add_hours(applied_at, param('funeral_hours', dated_on)) AS pay_by,
    -- where only the day of the application is recorded, it may have come at any hour of it
    add_hours(applied_at, param('funeral_hours', dated_on)
        + CASE WHEN applied_at = date_trunc('day', applied_at) THEN 24 ELSE 0 END) AS pay_by_at_latest
FROM dated
