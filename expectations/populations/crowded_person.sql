-- title.mn: Олон бичилттэй сартай хүн
-- title.en: Person with a month of several rows
-- key: person_id
-- person: person_id
-- materialise: true
SELECT DISTINCT person_id FROM crowded_ledger_month
