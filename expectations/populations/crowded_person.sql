-- title.mn: Олон бичилттэй сартай хүн
-- title.en: Person with a month of several rows
-- key: person_id
-- person: person_id
-- materialise: true
-- Nearly nobody has one: the rows of everybody else need not be looked up month by month.
SELECT DISTINCT person_id FROM crowded_ledger_month
