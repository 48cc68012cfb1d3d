-- title.mn: Шимтгэл ногдох орлого бичигдээгүй мөртэй сар
-- title.en: Month with a row whose base was not written
-- key: person_id, period
-- person: person_id
-- period: period
-- materialise: true
-- in_parts: true
-- A table of its own, mostly empty: joined in place, its size would be guessed and the whole ledger held in memory.
SELECT DISTINCT person_id, period FROM contribution WHERE base IS NULL
