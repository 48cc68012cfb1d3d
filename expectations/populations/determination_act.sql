-- title.mn: Анх тогтоосон буюу өөрчилсөн тэтгэврийн тогтоолт
-- title.en: Initial determination or change of a pension
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- materialise: true
-- not_needed: pension_book, payment
WITH book AS (
    SELECT delivered_by, file_no, book_no FROM pension_book WHERE file_no IS NOT NULL AND book_no IS NOT NULL
    UNION
    -- the book has the number of its file, whatever the book's row says
    SELECT delivered_by, file_no, file_no FROM determination
), paid AS (
    SELECT d.delivered_by, d.determination_id, min(p.paid_on) AS first_paid_on,
        -- a change made for past months is paid when its own amount first is
        min(p.paid_on) FILTER (WHERE coalesce(p.gross_amount, p.amount) = d.amount) AS new_amount_paid_on
    FROM determination d
    JOIN book b ON b.delivered_by = d.delivered_by AND b.file_no = d.file_no
    JOIN payment p ON p.delivered_by = b.delivered_by AND p.pension_book_no = b.book_no
        AND p.period >= month_of(d.effective_from)
    WHERE d.kind IN ('initial', 'change') AND (p.status IS NULL OR p.status <> 'stopped')
    GROUP BY d.delivered_by, d.determination_id
), signed AS (
    SELECT delivered_by, determination_id, count(*) AS approvers, count(DISTINCT staff_id) AS different_approvers,
        count(*) FILTER (WHERE staff_id = entered_by) AS own_approvals,
        -- what an initial sheet asks for
        count(signed_at) FILTER (WHERE role <> 'control_inspector') AS initial_signatures,
        max(signed_at) FILTER (WHERE role <> 'control_inspector') AS last_initial_at,
        count(*) FILTER (WHERE role <> 'control_inspector' AND before_entry) AS signed_before_entry,
        -- what a change asks for
        count(signed_at) FILTER (WHERE role <> 'chief_accountant') AS change_signatures,
        max(signed_at) FILTER (WHERE role <> 'chief_accountant') AS last_change_at,
        count(*) FILTER (WHERE role <> 'chief_accountant' AND after_entry) AS signed_after_entry
    FROM determination_signature
    GROUP BY delivered_by, determination_id
)
SELECT d.determination_id, d.delivered_by, d.person_id, d.file_no, d.kind, d.change_reason, d.effective_from,
    d.amount, d.entered_by, d.entered_at, d.office_head, d.office_head_at, d.section_head, d.section_head_at,
    d.chief_accountant, d.chief_accountant_at, d.control_inspector, d.control_inspector_at, d.stamped,
    d.office_head IS NOT NULL AND d.office_head_at IS NOT NULL AS office_head_signed,
    d.section_head IS NOT NULL AND d.section_head_at IS NOT NULL AS section_head_signed,
    d.chief_accountant IS NOT NULL AND d.chief_accountant_at IS NOT NULL AS chief_accountant_signed,
    d.control_inspector IS NOT NULL AND d.control_inspector_at IS NOT NULL AS control_inspector_signed,
    coalesce(s.approvers, 0) AS approvers, coalesce(s.different_approvers, 0) AS different_approvers,
    coalesce(s.own_approvals, 0) AS own_approvals, coalesce(s.initial_signatures, 0) AS initial_signatures,
    s.last_initial_at, s.signed_before_entry, coalesce(s.change_signatures, 0) AS change_signatures,
    s.last_change_at, s.signed_after_entry, p.first_paid_on, p.new_amount_paid_on, a.as_of,
    coalesce(d.effective_from, CAST(d.entered_at AS DATE), a.as_of) AS dated_on,
    param('decision_days', coalesce(CAST(d.entered_at AS DATE), d.effective_from, a.as_of)) AS decision_days,
    coalesce(CAST(d.entered_at AS DATE), d.effective_from) AS drawn_up_on
FROM determination d
JOIN as_of a ON a.office_code = d.delivered_by
LEFT JOIN signed s ON s.delivered_by = d.delivered_by AND s.determination_id = d.determination_id
LEFT JOIN paid p ON p.delivered_by = d.delivered_by AND p.determination_id = d.determination_id
WHERE d.kind IN ('initial', 'change')
