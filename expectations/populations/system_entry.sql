-- title.mn: Системд хийсэн бичилт (тогтоолт, тэтгэмж, цахим баримт)
-- title.en: Entry made in the system (determination, benefit, transmission)
-- key: source, id
-- office: delivered_by
-- law_date: entered_on
-- not_needed: determination, benefit, bank_transmission
-- A transmission is entered by who prepares it; who sends it is asked of transmissions. Mass changes nobody entered are the
-- software's own.
WITH made AS (
    SELECT delivered_by, 'determination' AS source, determination_id AS id, entered_by, entered_at FROM determination
    WHERE entered_by IS NOT NULL OR kind IS NULL OR kind NOT IN ('indexation', 'minimum')
    UNION ALL
    SELECT delivered_by, 'benefit', benefit_id, entered_by, entered_at FROM benefit
    UNION ALL
    SELECT delivered_by, 'transmission', transmission_id, prepared_by, received_at FROM bank_transmission
), held AS (
    SELECT m.delivered_by, m.source, m.id, count(u.username) AS accounts,
        count(*) FILTER (WHERE u.created_on <= CAST(m.entered_at AS DATE)
            AND (u.closed_on IS NULL OR CAST(m.entered_at AS DATE) <= u.closed_on)) AS open_accounts,
        count(*) FILTER (WHERE u.username IS NOT NULL AND u.created_on IS NULL
            AND (u.closed_on IS NULL OR CAST(m.entered_at AS DATE) <= u.closed_on)) AS undated_accounts
    FROM made m
    LEFT JOIN user_account u ON u.delivered_by = m.delivered_by AND u.staff_id = m.entered_by
    GROUP BY m.delivered_by, m.source, m.id
)
SELECT m.source, m.id, m.delivered_by, m.entered_by, m.entered_at, h.accounts, h.open_accounts, h.undated_accounts,
    coalesce(CAST(m.entered_at AS DATE), a.as_of) AS entered_on
FROM made m
JOIN as_of a ON a.office_code = m.delivered_by
LEFT JOIN held h ON h.delivered_by = m.delivered_by AND h.source = m.source AND h.id = m.id
