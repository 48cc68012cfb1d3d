-- title.mn: Хөдөлмөрийн дэвтрийн бичилт, түүний бичилтийн алдаа
-- title.en: Labour book entry and what is wrong with its writing
-- key: employment_id
-- office: delivered_by
-- person: person_id
-- law_date: hired_on
-- not_needed: person
-- Names and birth date are compared with the identity card; case, spaces and Latin look-alikes are no difference.
SELECT
    e.employment_id, e.delivered_by, e.person_id, e.employer_no, e.kind, e.work_condition, e.hired_on, e.released_on,
    e.surname_written, e.given_name_written, e.birth_date_written, p.surname, p.given_name, p.birth_date,
    e.birth_date_written = p.birth_date
        AND translate(upper(replace(e.surname_written, ' ', '')), 'ABEHKMOPCTXY', 'АВЕНКМОРСТХУ')
            = translate(upper(replace(p.surname, ' ', '')), 'ABEHKMOPCTXY', 'АВЕНКМОРСТХУ')
        AND translate(upper(replace(e.given_name_written, ' ', '')), 'ABEHKMOPCTXY', 'АВЕНКМОРСТХУ')
            = translate(upper(replace(p.given_name, ' ', '')), 'ABEHKMOPCTXY', 'АВЕНКМОРСТХУ') AS is_well_named,
    -- order_altered is a column an office may lack
    e.corrected OR coalesce(e.order_altered, FALSE) OR e.rewritten AS is_altered,
    e.corrected, e.order_altered, e.rewritten, e.certified, e.pay_recorded, e.records_lost
FROM employment e
LEFT JOIN person p ON p.person_id = e.person_id AND p.delivered_by = e.delivered_by
