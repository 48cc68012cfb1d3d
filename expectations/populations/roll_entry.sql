-- title.mn: Олголтын мөр, банкны мөр
-- title.en: Row of the payment roll or of a bank document
-- key: side, id
-- office: delivered_by
-- person: person_id
-- period: period
WITH document AS (
    SELECT delivered_by, transmission_id, min(coalesce(office_code, delivered_by)) AS office_code,
        min(bank) AS bank, min(period) AS period
    FROM bank_transmission
    GROUP BY delivered_by, transmission_id
)
SELECT 'payment' AS side, payment_id AS id, delivered_by, coalesce(office_code, delivered_by) AS office_code, bank,
    period, pension_book_no AS book_no, account_no, amount, person_id, status, paid_on
FROM payment
WHERE status IS NULL OR status <> 'stopped'
UNION ALL
SELECT 'bank_line', l.transmission_id || '/' || CAST(l.line AS VARCHAR), l.delivered_by, d.office_code, d.bank,
    d.period, l.pension_book_no, l.account_no, l.amount, NULL, NULL, NULL
FROM bank_line l
LEFT JOIN document d ON d.delivered_by = l.delivered_by AND d.transmission_id = l.transmission_id
