-- title.mn: Эхийн өсгөсөн гэж бүртгүүлсэн хүүхэд (улсын хэмжээнд нэг)
-- title.en: Child recorded for a mother, once in the country
-- key: identity
-- A child one woman bore and another adopted and raised stands with both: only two who bore it, or two who raised it,
-- contradict each other. identity is the register number, else the number of the birth certificate.
WITH recorded AS (
    SELECT
        coalesce(register_no, certificate_no, delivered_by || '/' || child_id) AS identity,
        register_no IS NOT NULL OR certificate_no IS NOT NULL AS is_named, person_id, child_id, adopted_on, raised_to_six,
        delivered_by
    FROM child
)
SELECT
    identity, min(CASE WHEN is_named THEN 1 ELSE 0 END) = 1 AS is_named, count(*) AS child_rows,
    count(*) - count(person_id) AS unnamed_rows, count(DISTINCT person_id) AS mothers,
    count(DISTINCT CASE WHEN adopted_on IS NULL THEN person_id END) AS mothers_who_bore,
    count(DISTINCT CASE WHEN raised_to_six THEN person_id END) AS mothers_who_raised,
    count(DISTINCT CASE WHEN raised_to_six IS NOT FALSE THEN person_id END) AS mothers_who_may_have_raised,
    min(person_id) AS first_person_id, max(person_id) AS last_person_id, count(DISTINCT delivered_by) AS offices
FROM recorded
GROUP BY identity
