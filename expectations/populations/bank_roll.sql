-- title.mn: Хэлтэс, банк, сарын тэтгэврийн олголт
-- title.en: Pension roll of an office, a bank and a month
-- key: office_code, bank, period
-- office: delivered_by
-- period: period
-- law_date: period
-- materialise: true
WITH line AS (
    SELECT delivered_by, transmission_id, count(*) AS lines, sum(amount) AS total
    FROM bank_line
    GROUP BY delivered_by, transmission_id
), sent AS (
    SELECT t.delivered_by, coalesce(t.office_code, t.delivered_by) AS office_code, t.bank, t.period,
        coalesce(l.lines, 0) AS lines, coalesce(l.total, 0) AS total, t.row_count, t.total_amount
    FROM bank_transmission t
    LEFT JOIN line l ON l.delivered_by = t.delivered_by AND l.transmission_id = t.transmission_id
), part AS (
    SELECT delivered_by, office_code, bank, period, count(*) AS transmissions,
        count(*) FILTER (WHERE row_count <> lines OR total_amount <> total) AS wrong_headers,
        count(*) FILTER (WHERE row_count IS NULL OR total_amount IS NULL) AS unknown_headers,
        sum(lines) AS line_count, sum(total) AS line_total, sum(row_count) AS stated_count,
        sum(total_amount) AS stated_total, 0 AS roll_count, CAST(0 AS DECIMAL(38,2)) AS roll_total,
        0 AS unknown_rows, CAST(NULL AS DATE) AS first_paid_on, 0 AS undated_rows
    FROM sent
    GROUP BY delivered_by, office_code, bank, period
    UNION ALL
    SELECT delivered_by, coalesce(office_code, delivered_by), bank, period, 0, 0, 0, 0, 0, 0, 0,
        count(*) FILTER (WHERE status IS NULL OR status <> 'stopped'),
        coalesce(sum(amount) FILTER (WHERE status IS NULL OR status <> 'stopped'), 0),
        count(*) FILTER (WHERE status IS NULL OR amount IS NULL),
        min(paid_on), count(*) - count(paid_on)
    FROM payment
    GROUP BY delivered_by, coalesce(office_code, delivered_by), bank, period
), whole AS (
    SELECT delivered_by, office_code, bank, period, sum(transmissions) AS transmissions,
        sum(wrong_headers) AS wrong_headers, sum(unknown_headers) AS unknown_headers,
        sum(line_count) AS line_count, sum(line_total) AS line_total, sum(stated_count) AS stated_count,
        sum(stated_total) AS stated_total, sum(roll_count) AS roll_count, sum(roll_total) AS roll_total,
        sum(unknown_rows) AS unknown_rows, min(first_paid_on) AS first_paid_on, sum(undated_rows) AS undated_rows
    FROM part
    GROUP BY delivered_by, office_code, bank, period
)
SELECT w.delivered_by, w.office_code, w.bank, w.period, w.transmissions, w.wrong_headers, w.unknown_headers,
    w.line_count, w.line_total, w.stated_count, w.stated_total, w.roll_count, w.roll_total, w.unknown_rows
FROM whole w
JOIN as_of a ON a.office_code = w.delivered_by
-- a roll to be paid after the export is not with the bank yet
WHERE w.transmissions > 0 OR w.undated_rows > 0 OR w.first_paid_on <= a.as_of
