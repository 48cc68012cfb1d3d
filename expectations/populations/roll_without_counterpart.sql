-- title.mn: Нөгөө талдаа байхгүй олголтын буюу банкны мөр
-- title.en: Row of the roll or of a bank document without counterpart
-- key: side, id
-- office: delivered_by
-- period: period
-- materialise: true
WITH unequal AS (
    -- only groups whose two sides differ are looked at row by row
    SELECT delivered_by, office_code, bank, period, book_no, account_no, amount,
        count(*) FILTER (WHERE side = 'payment') AS payments,
        count(*) FILTER (WHERE side = 'bank_line') AS lines
    FROM roll_entry
    GROUP BY delivered_by, office_code, bank, period, book_no, account_no, amount
    HAVING count(*) FILTER (WHERE side = 'payment') <> count(*) FILTER (WHERE side = 'bank_line')
), numbered AS (
    -- two equal payments need two lines; those known to be paid take theirs first
    SELECT e.side, e.id, e.delivered_by, e.period,
        CASE WHEN e.side = 'payment' THEN u.lines ELSE u.payments END AS counterparts,
        row_number() OVER (
            PARTITION BY e.side, e.delivered_by, e.office_code, e.bank, e.period, e.book_no, e.account_no, e.amount
            ORDER BY CASE WHEN e.status IS NULL THEN 1 ELSE 0 END, e.id) AS number
    FROM roll_entry e
    JOIN unequal u ON u.delivered_by = e.delivered_by AND u.office_code = e.office_code AND u.bank = e.bank
        AND u.period = e.period AND u.book_no = e.book_no AND u.account_no = e.account_no
        AND u.amount = e.amount
)
SELECT side, id, delivered_by, min(period) AS period
FROM numbered
WHERE number > counterparts
GROUP BY side, id, delivered_by
