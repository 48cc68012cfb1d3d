-- title.mn: Хүчинтэй байсан тэтгэврийн хэмжээ
-- title.en: Amount of a pension while it was in force
-- key: file_no, person_id, in_force_from, determination_id
-- office: delivered_by
-- person: person_id
-- materialise: true
-- Every determination until the next one of the file, in whichever office it was made; first_rise is the first rise of all
-- pensions in between, of which the export then holds no determination.
WITH sheet AS (
    SELECT d.delivered_by, d.determination_id, d.file_no, d.person_id, d.effective_from, d.amount,
        CAST(d.entered_at AS DATE) AS entered_on,
        lead(d.effective_from) OVER one_file AS next_from, lag(d.amount) OVER one_file AS earlier_amount,
        min(d.effective_from) OVER (PARTITION BY d.file_no, d.person_id) AS first_from
    FROM determination d
    WHERE d.effective_from IS NOT NULL AND d.file_no IS NOT NULL AND d.person_id IS NOT NULL
    WINDOW one_file AS (
        PARTITION BY d.file_no, d.person_id ORDER BY d.effective_from, d.entered_at, d.delivered_by, d.determination_id
    )
)
SELECT s.file_no, s.person_id, s.effective_from AS in_force_from, s.determination_id, s.delivered_by,
    coalesce(s.next_from, DATE '9999-12-31') AS in_force_before, s.amount, s.entered_on, s.earlier_amount, s.first_from,
    min(r.effective_on) AS first_rise
FROM sheet s
LEFT JOIN law_mass_increase r
    ON r.effective_on > s.effective_from AND (s.next_from IS NULL OR r.effective_on < s.next_from)
WHERE s.next_from IS NULL OR s.next_from > s.effective_from
GROUP BY ALL
