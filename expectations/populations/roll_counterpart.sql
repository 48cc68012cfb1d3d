-- title.mn: Тэтгэврийн олголт ба банкны мөр
-- title.en: Pension payment or bank line
-- key: side, id
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
SELECT e.side, e.id, e.delivered_by, e.office_code, e.bank, e.period, e.book_no, e.account_no, e.amount,
    e.person_id, e.status, e.paid_on, e.paid_on > a.as_of AS to_be_paid,
    CASE WHEN e.bank IS NULL OR e.period IS NULL OR e.book_no IS NULL OR e.account_no IS NULL OR e.amount IS NULL
        THEN NULL ELSE u.id IS NULL END AS matched
FROM roll_entry e
JOIN as_of a ON a.office_code = e.delivered_by
LEFT JOIN roll_without_counterpart u ON u.side = e.side AND u.delivered_by = e.delivered_by AND u.id = e.id
