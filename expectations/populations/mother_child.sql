-- title.mn: Олон хүүхэдтэй эхийн хувийн хэрэгт хамаарах хүүхэд
-- title.en: Child of a file on the mother's condition
-- key: file_no, child_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- not_needed: determination
-- materialise: true
-- A file speaks of the children whose certificates are in it; where these are fewer than the law asks, of every child
-- recorded for the mother. A child recorded by two offices is one child.
WITH file AS (
    SELECT f.delivered_by, f.file_no, f.person_id, f.opened_on, f.dated_on,
        coalesce(d.effective_from, f.dated_on) AS counted_on
    FROM opened_file f
    LEFT JOIN (
        SELECT delivered_by, file_no, min(effective_from) AS effective_from
        FROM determination WHERE kind = 'initial' GROUP BY delivered_by, file_no
    ) d ON d.delivered_by = f.delivered_by AND d.file_no = f.file_no
    WHERE f.condition = 'mother' AND f.pension_type = 'old_age'
), recorded AS (
    SELECT c.person_id, coalesce(c.register_no, c.delivered_by || '/' || c.child_id) AS child_key, c.delivered_by,
        c.child_id, c.certificate_no, c.birth_date, c.adopted_on, c.raised_to_six, c.certificate_irregular,
        c.registry_checked_on
    FROM child c
), certificate AS (
    SELECT f.delivered_by, f.file_no, d.child_id, d.number
    FROM file f
    JOIN document d ON d.delivered_by = f.delivered_by AND d.person_id = f.person_id
        AND (d.file_no IS NULL OR d.file_no = f.file_no)
    JOIN (SELECT DISTINCT paper FROM accepted_paper WHERE circumstance = 'child') k ON k.paper = d.kind
), matched AS (
    -- by the child named, else by the number of the certificate, among the children of whose file it is
    SELECT c.delivered_by, c.file_no, r.person_id, r.child_key
    FROM certificate c
    JOIN recorded r ON r.delivered_by = c.delivered_by AND r.child_id = c.child_id
    UNION
    SELECT c.delivered_by, c.file_no, r.person_id, r.child_key
    FROM certificate c
    JOIN file f ON f.delivered_by = c.delivered_by AND f.file_no = c.file_no
    JOIN recorded r ON r.person_id = f.person_id AND r.certificate_no = c.number
    WHERE c.child_id IS NULL
), kid AS (
    SELECT f.delivered_by, f.file_no, f.person_id, r.child_key, f.opened_on, f.dated_on, f.counted_on,
        min(r.child_id) AS child_id, min(r.certificate_no) AS certificate_no, min(r.birth_date) AS birth_date,
        min(r.adopted_on) AS adopted_on, min(r.raised_to_six) AS raised_to_six,
        coalesce(max(r.certificate_irregular), FALSE) AS certificate_irregular,
        min(r.registry_checked_on) AS registry_checked_on
    FROM file f
    JOIN recorded r ON r.person_id = f.person_id
    GROUP BY f.delivered_by, f.file_no, f.person_id, r.child_key, f.opened_on, f.dated_on, f.counted_on
), aged AS (
    SELECT k.*, m.child_key IS NOT NULL AS has_certificate,
        add_months(k.birth_date, param('raised_to_months', k.birth_date)) AS six_on,
        add_months(k.birth_date, param('adoption_below_months', k.adopted_on)) AS three_on,
        param('mother_children_least', k.counted_on) AS children_asked
    FROM kid k
    LEFT JOIN matched m ON m.delivered_by = k.delivered_by AND m.file_no = k.file_no
        AND m.person_id = k.person_id AND m.child_key = k.child_key
), judged AS (
    SELECT a.*,
        CASE WHEN adopted_on IS NULL THEN TRUE ELSE adopted_on < three_on END AS is_own,
        CASE WHEN raised_to_six AND six_on > counted_on THEN FALSE ELSE raised_to_six END AS is_raised,
        sum(CASE WHEN has_certificate THEN 1 ELSE 0 END) OVER (PARTITION BY delivered_by, file_no) AS certificates
    FROM aged a
)
SELECT
    delivered_by, file_no, person_id, child_id, child_key, certificate_no, birth_date, adopted_on, raised_to_six,
    six_on, three_on, opened_on, dated_on, counted_on, certificate_irregular, registry_checked_on, has_certificate,
    is_own, is_raised, is_own AND is_raised AS qualifies, certificates, children_asked,
    has_certificate OR certificates < children_asked AS is_relied_on
FROM judged
