"""The pension files of the person: papers, who signed what and when, the service on the sheets."""

import polars as pl

from ndaudit.analyses.dossier.record import Dossier

_FILES = """
SELECT file_no, delivered_by AS office_code, regime, pension_type, condition, cause, applied_on,
    papers_complete_on, opened_on, inspector, inspector_signed, citizen_signed, citizen_present
FROM pension_file ORDER BY opened_on NULLS LAST, file_no
"""
_PAPERS = """
WITH held AS (
    SELECT delivered_by, kind, count(*) AS copies, bool_or(is_original) AS is_original,
        bool_or(certified) AS is_certified, min(received_on) AS received_on
    FROM document WHERE benefit_id IS NULL GROUP BY delivered_by, kind
), asked AS (
    SELECT delivered_by, paper, min(asked_by) AS asked_by,
        CASE WHEN bool_or(is_asked AND NOT is_held) THEN 'missing' WHEN bool_and(is_held) THEN 'present'
            ELSE 'unknown' END AS standing
    FROM file_paper GROUP BY delivered_by, paper
)
SELECT coalesce(a.paper, h.kind) AS paper, coalesce(a.standing, 'beside') AS standing, a.asked_by AS rule_id,
    h.copies, h.is_original, h.is_certified, h.received_on,
    coalesce(a.delivered_by, h.delivered_by) AS office_code
FROM asked a FULL JOIN held h ON h.delivered_by = a.delivered_by AND h.kind = a.paper
ORDER BY CASE coalesce(a.standing, 'beside') WHEN 'missing' THEN 0 WHEN 'unknown' THEN 1 WHEN 'present' THEN 2
    ELSE 3 END, paper, office_code
"""
_SIGNATURES = """
WITH step AS (
    SELECT f.file_no, f.file_no AS sheet, v.name AS step, v.day AS done_at, v.who, v.place,
        f.opened_on AS sheet_on
    FROM pension_file f, LATERAL (VALUES
        ('applied', CAST(f.applied_on AS TIMESTAMP), NULL, 0),
        ('papers_complete', CAST(f.papers_complete_on AS TIMESTAMP), NULL, 1),
        ('opened', CAST(f.opened_on AS TIMESTAMP), CASE WHEN f.inspector_signed THEN f.inspector END, 2)
    ) AS v(name, day, who, place)
    UNION ALL
    SELECT d.file_no, d.determination_id, v.name, v.day, v.who, v.place, d.effective_from
    FROM determination d, LATERAL (VALUES
        ('entered', d.entered_at, d.entered_by, 3),
        ('control_inspector', d.control_inspector_at, d.control_inspector, 4),
        ('section_head', d.section_head_at, d.section_head, 5),
        ('office_head', d.office_head_at, d.office_head, 6),
        ('chief_accountant', d.chief_accountant_at, d.chief_accountant, 7)
    ) AS v(name, day, who, place)
    WHERE d.kind IN ('initial', 'change')
    UNION ALL
    SELECT file_no, book_no, 'book_opened', CAST(opened_on AS TIMESTAMP),
        CASE WHEN signed THEN office_head END, 8, opened_on
    FROM pension_book
)
SELECT file_no, sheet, sheet_on, step, done_at, who
FROM step WHERE done_at IS NOT NULL OR who IS NOT NULL
ORDER BY done_at NULLS LAST, place, sheet
"""
_DETERMINATIONS = """
SELECT d.determination_id, d.kind, d.act, d.effective_from, d.reference_wage, d.rate, d.amount,
    l.lawful_amount, d.amount - l.lawful_amount AS difference, e.months_counted, e.months_evidenced
FROM determination d
LEFT JOIN lawful_amount l ON l.delivered_by = d.delivered_by AND l.determination_id = d.determination_id
LEFT JOIN evidenced_service e ON e.delivered_by = d.delivered_by AND e.determination_id = d.determination_id
ORDER BY d.effective_from NULLS LAST, d.determination_id
"""
_SERVICE = """
WITH sheet AS (
    SELECT * FROM evidenced_service
    ORDER BY CASE kind WHEN 'initial' THEN 0 ELSE 1 END, effective_from, determination_id LIMIT 1
), known AS (
    SELECT * FROM service_known
    WHERE work = 'all' AND reading = 'proven' AND NOT EXISTS (SELECT 1 FROM sheet)
    ORDER BY asked_on DESC LIMIT 1
)
SELECT v.part, CAST(v.counted AS BIGINT) AS counted, CAST(v.evidenced AS BIGINT) AS evidenced
FROM sheet s, LATERAL (VALUES
    ('before_1995', s.service_months_before_1995, s.months_before_proven),
    ('from_1995', s.service_months_after_1995,
        s.months_ledger + s.months_book + s.months_reference + s.months_court),
    ('bonus', s.bonus_months, s.child_months + s.herder_months),
    ('whole', s.months_counted, s.months_evidenced)
) AS v(part, counted, evidenced)
UNION ALL
SELECT v.part, NULL, CAST(v.evidenced AS BIGINT)
FROM known k, LATERAL (VALUES
    ('before_1995', k.months_before), ('from_1995', k.months_after),
    ('whole', k.months_before + k.months_after)
) AS v(part, evidenced)
"""


def files(dossier: Dossier) -> pl.DataFrame:
    """Return one row per pension file, in the order they were opened.

    Columns: file_no, office_code, regime, pension_type, condition, cause, applied_on, papers_complete_on,
    opened_on, inspector, inspector_signed, citizen_signed, citizen_present.
    """
    return dossier.frame(_FILES)


def papers(dossier: Dossier) -> pl.DataFrame:
    """Return the papers the law asks of the files, what is missing first, and those held beside them.

    Columns: paper (a kind of document), standing (`missing`, `unknown`, `present`, `beside`), rule_id (which
    asks for it), copies, is_original, is_certified, received_on, office_code.
    """
    return dossier.frame(_PAPERS)


def signatures(dossier: Dossier) -> pl.DataFrame:
    """Return the steps recorded from the application to the pension book, in order of time.

    Columns: file_no, sheet (number of the file, sheet or book), sheet_on, step, done_at, who (a staff code,
    None where nobody signed or the step needs nobody).
    """
    return dossier.frame(_SIGNATURES)


def determinations(dossier: Dossier) -> pl.DataFrame:
    """Return one row per determination sheet, in order of time.

    Columns: determination_id, kind, act, effective_from, reference_wage, rate, amount, lawful_amount,
    difference (₮), months_counted, months_evidenced.
    """
    return dossier.frame(_DETERMINATIONS)


def service(dossier: Dossier) -> pl.DataFrame:
    """Return the service of the first award as counted and as evidenced; without one, what is proven by now.

    Columns: part (`before_1995`, `from_1995`, `bonus`, `whole`), counted, evidenced (months).
    """
    return dossier.frame(_SERVICE)
