-- title.mn: Цалин хөлсний тодорхойлолтын хуудас (НД-16)
-- title.en: Sheet of a wage statement (ND-16)
-- key: statement_id
-- office: delivered_by
-- person: person_id
-- law_date: issued_on
SELECT
    statement_id, delivered_by, person_id, employer_no, first_year, issued_by, issued_on, signed_accountant,
    signed_head, signed_chief_accountant
FROM wage_statement
