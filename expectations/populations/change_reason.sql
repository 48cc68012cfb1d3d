-- title.mn: Тэтгэврийг өөрчлөн тогтоосон үндэслэл
-- title.en: Reason of a change of a pension
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
WITH ground AS (
    SELECT DISTINCT valid_from, valid_to, lower(trim(ground)) AS ground FROM law_change_ground
), in_force AS (
    SELECT DISTINCT valid_from, valid_to FROM ground
), change AS (
    SELECT d.determination_id, d.delivered_by, d.person_id, d.file_no, d.effective_from,
        nullif(trim(d.change_reason), '') AS change_reason,
        coalesce(d.effective_from, CAST(d.entered_at AS DATE), a.as_of) AS dated_on
    FROM determination d
    JOIN as_of a ON a.office_code = d.delivered_by
    WHERE d.kind = 'change'
)
SELECT c.determination_id, c.delivered_by, c.person_id, c.file_no, c.effective_from, c.change_reason, c.dated_on,
    -- NULL while no list of grounds is on file
    CASE WHEN f.valid_from IS NOT NULL THEN g.ground IS NOT NULL END AS on_list
FROM change c
LEFT JOIN in_force f ON f.valid_from <= c.dated_on AND c.dated_on < f.valid_to
LEFT JOIN ground g ON g.ground = lower(c.change_reason) AND g.valid_from <= c.dated_on AND c.dated_on < g.valid_to
