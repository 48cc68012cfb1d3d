-- title.mn: Тэжээгчээ алдсаны тэтгэврийн гишүүнд шаардсан баримт
-- title.en: Paper asked for a member of a bereaved family
-- key: file_no, person_id
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
-- Kept under the member, or under the claimant: those of the claimant are dealt out to the members who have none of
-- their own. A paper that names no file may be of this one.
WITH member AS (
    SELECT s.delivered_by, s.file_no, s.person_id, s.relation, s.disabled_from_childhood, f.person_id AS claimant_id,
        f.dated_on, f.opened_on, c.circumstance,
        CASE c.circumstance WHEN 'member_disabled' THEN s.disabled_from_childhood
            ELSE s.relation = 'spouse' END AS is_asked
    FROM survivor_member s
    JOIN opened_file f ON f.delivered_by = s.delivered_by AND f.file_no = s.file_no
    CROSS JOIN (VALUES ('member_disabled'), ('member_spouse')) AS c(circumstance)
), asked AS (
    SELECT m.*, k.asked_by, k.paper AS kind
    FROM member m
    JOIN accepted_paper k
        ON k.circumstance = m.circumstance AND m.dated_on >= k.valid_from AND m.dated_on < k.valid_to
    WHERE m.is_asked IS NOT FALSE
), held AS (
    SELECT d.delivered_by, d.person_id, d.file_no, d.kind, count(*) AS papers
    FROM document d
    JOIN (SELECT DISTINCT paper FROM accepted_paper WHERE circumstance IN ('member_disabled', 'member_spouse')) k
        ON k.paper = d.kind
    WHERE d.benefit_id IS NULL
    GROUP BY d.delivered_by, d.person_id, d.file_no, d.kind
), holder AS (
    SELECT a.*, a.person_id AS holder_id FROM asked a
    UNION ALL
    SELECT a.*, a.claimant_id FROM asked a WHERE a.claimant_id <> a.person_id
), counted AS (
    SELECT a.delivered_by, a.file_no, a.person_id, a.claimant_id, a.relation, a.disabled_from_childhood, a.opened_on,
        a.dated_on, a.asked_by, a.is_asked,
        coalesce(sum(CASE WHEN h.person_id = a.person_id THEN h.papers END), 0) AS own_papers,
        coalesce(sum(CASE WHEN h.person_id = a.claimant_id THEN h.papers END), 0) AS claimant_papers
    FROM holder a
    LEFT JOIN held h ON h.delivered_by = a.delivered_by AND h.kind = a.kind AND h.person_id = a.holder_id
        AND (h.file_no IS NULL OR h.file_no = a.file_no)
    GROUP BY a.delivered_by, a.file_no, a.person_id, a.claimant_id, a.relation, a.disabled_from_childhood, a.opened_on,
        a.dated_on, a.asked_by, a.is_asked
), family AS (
    -- what stands under a claimant who is asked for it too is first of all the claimant's own
    SELECT c.*,
        sum(CASE WHEN own_papers = 0 THEN 1 ELSE 0 END) OVER (PARTITION BY delivered_by, file_no, asked_by) AS without,
        claimant_papers - max(CASE WHEN person_id = claimant_id THEN 1 ELSE 0 END)
            OVER (PARTITION BY delivered_by, file_no, asked_by) AS spare
    FROM counted c
)
SELECT
    file_no, delivered_by, person_id, relation, disabled_from_childhood, opened_on, dated_on, asked_by, is_asked,
    own_papers, claimant_papers,
    CASE WHEN own_papers > 0 THEN TRUE WHEN spare <= 0 OR person_id = claimant_id THEN FALSE
        WHEN spare >= without THEN TRUE END AS is_held
FROM family
