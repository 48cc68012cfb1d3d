-- title.mn: Ажилласан хугацааг нотлох баримт, хэний хугацааг нотолсон нь
-- title.en: Paper that proves service, and whose service
-- key: document_id, person_id
-- office: delivered_by
-- person: person_id
-- not_needed: pension_file, survivor_member
-- A survivor's papers stand under the claimant and prove the service of the deceased; before a file is opened they may
-- prove either. A military card proves the service it was given for, whether or not it names the days. A court decision
-- without a period, in the file of a spouse, stands for a marriage certificate and proves no service.
WITH paper AS (
    SELECT
        d.delivered_by, d.document_id, d.person_id, d.file_no, d.kind, d.received_on,
        CASE WHEN d.kind = 'military_card' THEN coalesce(d.covers_from, DATE '1900-01-01') ELSE d.covers_from END
            AS covers_from,
        CASE WHEN d.kind = 'military_card' THEN coalesce(d.covers_to, DATE '1994-12-31') ELSE d.covers_to END
            AS covers_to
    FROM document d
    JOIN (SELECT DISTINCT paper FROM law_proving_paper) l ON l.paper = d.kind
    LEFT JOIN (SELECT DISTINCT delivered_by, file_no FROM survivor_member WHERE relation = 'spouse') s
        ON s.delivered_by = d.delivered_by AND s.file_no = d.file_no
    WHERE NOT (d.kind = 'court_decision' AND d.covers_from IS NULL AND d.covers_to IS NULL AND s.file_no IS NOT NULL)
), bereaved AS (
    SELECT delivered_by, file_no, person_id, deceased_person_id
    FROM pension_file
    WHERE deceased_person_id IS NOT NULL
)
SELECT p.delivered_by, p.document_id, coalesce(b.deceased_person_id, p.person_id) AS person_id, p.kind, p.received_on,
    p.covers_from, p.covers_to
FROM paper p
LEFT JOIN bereaved b ON b.delivered_by = p.delivered_by AND b.file_no = p.file_no
UNION
SELECT p.delivered_by, p.document_id, b.deceased_person_id, p.kind, p.received_on, p.covers_from, p.covers_to
FROM paper p
JOIN bereaved b ON b.delivered_by = p.delivered_by AND b.person_id = p.person_id
WHERE p.file_no IS NULL
