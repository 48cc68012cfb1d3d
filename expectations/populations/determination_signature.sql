-- title.mn: Тэтгэвэр тогтоолтын хуудасны гарын үсэг
-- title.en: Signature on a determination sheet
-- key: determination_id, role
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
WITH signed AS (
    SELECT delivered_by, determination_id, kind, file_no, person_id, effective_from, entered_by, entered_at,
        'office_head' AS role, office_head AS staff_id, office_head_at AS signed_at
    FROM determination WHERE office_head IS NOT NULL
    UNION ALL
    SELECT delivered_by, determination_id, kind, file_no, person_id, effective_from, entered_by, entered_at,
        'section_head', section_head, section_head_at
    FROM determination WHERE section_head IS NOT NULL
    UNION ALL
    SELECT delivered_by, determination_id, kind, file_no, person_id, effective_from, entered_by, entered_at,
        'chief_accountant', chief_accountant, chief_accountant_at
    FROM determination WHERE chief_accountant IS NOT NULL
    UNION ALL
    SELECT delivered_by, determination_id, kind, file_no, person_id, effective_from, entered_by, entered_at,
        'control_inspector', control_inspector, control_inspector_at
    FROM determination WHERE control_inspector IS NOT NULL
)
SELECT delivered_by, determination_id, kind, file_no, person_id, entered_by, entered_at, role, staff_id,
    signed_at, coalesce(CAST(signed_at AS DATE), effective_from, CAST(entered_at AS DATE)) AS dated_on,
    -- a time of exactly midnight is a date without a time: only the days can be compared
    CASE WHEN signed_at = date_trunc('day', signed_at) OR entered_at = date_trunc('day', entered_at)
        THEN CAST(signed_at AS DATE) < CAST(entered_at AS DATE)
        ELSE signed_at < entered_at END AS before_entry,
    CASE WHEN signed_at = date_trunc('day', signed_at) OR entered_at = date_trunc('day', entered_at)
        THEN CAST(signed_at AS DATE) > CAST(entered_at AS DATE)
        ELSE signed_at > entered_at END AS after_entry
FROM signed
