-- title.mn: Нөхөн төлсөн хугацаа тооцсон тогтоолт
-- title.en: Determination that counts bought-back service
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- A counted period that rests on no labour book entry is bought back.
WITH claimed AS (
    SELECT delivered_by, determination_id, counted_from, counted_to, sum(months) AS months
    FROM determination_service
    WHERE employment_id IS NULL
    GROUP BY delivered_by, determination_id, counted_from, counted_to
), sheet AS (
    SELECT d.delivered_by, d.determination_id, d.person_id, coalesce(f.deceased_person_id, d.person_id) AS insured,
        d.effective_from, d.reference_wage, d.method,
        d.service_months_before_1995 + d.service_months_after_1995 + coalesce(d.bonus_months, 0) AS service_months,
        coalesce(d.effective_from, CAST(d.entered_at AS DATE), a.as_of) AS dated_on, a.as_of
    FROM determination d
    JOIN as_of a ON a.office_code = d.delivered_by
    LEFT JOIN (SELECT delivered_by, file_no, max(deceased_person_id) AS deceased_person_id
        FROM pension_file GROUP BY delivered_by, file_no) f
        ON f.delivered_by = d.delivered_by AND f.file_no = d.file_no
), credited AS (
    SELECT c.delivered_by, c.determination_id, c.counted_from, c.counted_to, c.months,
        count(b.credit_id) AS credits, coalesce(sum(b.months) FILTER (WHERE b.amount > 0 AND b.paid_on IS NOT NULL), 0)
            AS months_credited,
        count(b.credit_id) FILTER (WHERE b.amount IS NULL OR b.paid_on IS NULL OR b.months IS NULL) AS unwritten_credits,
        sum(b.amount) AS amount_paid, min(b.paid_on) AS paid_on
    FROM claimed c
    JOIN sheet s ON s.delivered_by = c.delivered_by AND s.determination_id = c.determination_id
    LEFT JOIN bought_service b ON b.person_id = s.insured
        AND (c.counted_from IS NULL OR b.covers_to >= c.counted_from)
        AND (c.counted_to IS NULL OR b.covers_from <= c.counted_to)
    GROUP BY c.delivered_by, c.determination_id, c.counted_from, c.counted_to, c.months
), summed AS (
    SELECT delivered_by, determination_id, sum(months) AS months_counted, sum(credits) AS credits,
        sum(CASE WHEN months_credited < months THEN months_credited ELSE months END) AS months_credited,
        sum(unwritten_credits) AS unwritten_credits, sum(amount_paid) AS amount_paid, min(paid_on) AS paid_on,
        count(*) - count(months) AS unwritten_lines
    FROM credited
    GROUP BY delivered_by, determination_id
)
SELECT s.determination_id, s.delivered_by, s.person_id, s.effective_from, s.dated_on, c.months_counted,
    c.months_credited, c.credits, c.amount_paid, c.paid_on, c.unwritten_credits, c.unwritten_lines,
    -- what the months without a credit raise the pension by
    half_up(s.reference_wage * (pension_rate(s.service_months, s.effective_from)
        - pension_rate(s.service_months - c.months_counted + c.months_credited, s.effective_from)))
        AS raised_by,
    months_between(s.effective_from, s.as_of) + 1 AS months_since
FROM sheet s
JOIN summed c ON c.delivered_by = s.delivered_by AND c.determination_id = s.determination_id
