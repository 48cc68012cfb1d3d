-- title.mn: Сурагч хүүхдэд тэжээгчээ алдсаны тэтгэвэр олгосон сар
-- title.en: Month of a survivors’ pension paid for a child of school age
-- key: file_no, person_id, period
-- office: delivered_by
-- person: person_id
-- period: period
-- law_date: period
-- Children from the month after their sixteenth birthday on; a month is covered where a statement is valid on one day of it.
WITH born AS (
    SELECT person_id, min(birth_date) AS birth_date FROM person WHERE person_id IS NOT NULL GROUP BY person_id
), member AS (
    SELECT m.delivered_by, m.file_no, m.person_id, m.share, m.disabled_from_childhood, b.birth_date,
        f.person_id AS claimant
    FROM survivor_member m
    JOIN (SELECT delivered_by, file_no, min(person_id) AS person_id FROM pension_file GROUP BY delivered_by, file_no) f
        ON f.delivered_by = m.delivered_by AND f.file_no = m.file_no
    LEFT JOIN born b ON b.person_id = m.person_id
    WHERE m.relation = 'child'
), child AS (
    SELECT m.*, c.of_all
    FROM member m
    JOIN (SELECT delivered_by, file_no, count(*) AS of_all FROM survivor_member GROUP BY delivered_by, file_no) c
        ON c.delivered_by = m.delivered_by AND c.file_no = m.file_no
    WHERE m.disabled_from_childhood IS NULL OR NOT m.disabled_from_childhood
), book AS (
    SELECT DISTINCT delivered_by, book_no, coalesce(file_no, book_no) AS file_no FROM pension_book
    WHERE book_no IS NOT NULL
), paid AS (
    SELECT b.delivered_by, b.file_no, p.period, sum(p.amount) AS amount
    FROM payment p
    JOIN book b ON b.delivered_by = p.delivered_by AND b.book_no = p.pension_book_no
    JOIN (SELECT DISTINCT delivered_by, file_no FROM child) c
        ON c.delivered_by = b.delivered_by AND c.file_no = b.file_no
    WHERE (p.for_period_from IS NULL OR p.for_period_from >= p.period)
        AND (p.status IS NULL OR p.status NOT IN ('returned', 'stopped'))
    GROUP BY b.delivered_by, b.file_no, p.period
    UNION ALL
    SELECT b.delivered_by, b.file_no, m.period, sum(p.amount / (months_between(p.for_period_from, p.period) + 1))
    FROM payment p
    JOIN book b ON b.delivered_by = p.delivered_by AND b.book_no = p.pension_book_no
    JOIN (SELECT DISTINCT delivered_by, file_no FROM child) c
        ON c.delivered_by = b.delivered_by AND c.file_no = b.file_no
    JOIN calendar_month m ON m.period >= p.for_period_from AND m.period <= p.period
    WHERE p.for_period_from < p.period AND (p.status IS NULL OR p.status NOT IN ('returned', 'stopped'))
    GROUP BY b.delivered_by, b.file_no, m.period
), paid_month AS (
    SELECT delivered_by, file_no, period, half_up(sum(amount)) AS amount FROM paid GROUP BY delivered_by, file_no, period
), statement AS (
    SELECT person_id, coalesce(covers_from, issued_on) AS valid_from, greatest(covers_to, valid_until) AS valid_to
    FROM document d
    JOIN (SELECT DISTINCT paper FROM accepted_paper WHERE circumstance = 'member_pupil') k ON k.paper = d.kind
), statement_of AS (
    -- papers lie under the claimant, or under the child
    SELECT c.delivered_by, c.file_no, c.person_id AS member, s.person_id, s.valid_from, s.valid_to
    FROM child c JOIN statement s ON s.person_id = c.person_id
    UNION ALL
    SELECT c.delivered_by, c.file_no, c.person_id, s.person_id, s.valid_from, s.valid_to
    FROM child c JOIN statement s ON s.person_id = c.claimant
    WHERE c.claimant <> c.person_id
), asked AS (
    SELECT c.delivered_by, c.file_no, c.person_id, c.claimant, c.birth_date, c.disabled_from_childhood, p.period,
        p.amount, c.of_all, c.share,
        CAST(param('school_child_from_months', p.period) AS INTEGER) AS from_months,
        CAST(param('school_child_below_months', p.period) AS INTEGER) AS below_months
    FROM child c
    JOIN paid_month p ON p.delivered_by = c.delivered_by AND p.file_no = c.file_no
), judged AS (
    SELECT a.delivered_by, a.file_no, a.person_id, a.period,
        max(CASE WHEN s.valid_from < add_months(a.period, 1) AND s.valid_to >= a.period THEN 1 ELSE 0 END) AS covered,
        max(CASE WHEN s.person_id IS NOT NULL AND (s.valid_from IS NULL OR s.valid_to IS NULL)
            AND (s.valid_from IS NULL OR s.valid_from < add_months(a.period, 1))
            AND (s.valid_to IS NULL OR s.valid_to >= a.period) THEN 1 ELSE 0 END) AS undated,
        max(CASE WHEN s.valid_from < add_months(a.period, 1) THEN s.valid_to END) AS valid_until
    FROM asked a
    LEFT JOIN statement_of s ON s.delivered_by = a.delivered_by AND s.file_no = a.file_no AND s.member = a.person_id
    WHERE a.birth_date IS NULL OR age_months(a.birth_date, a.period) >= a.from_months
    GROUP BY a.delivered_by, a.file_no, a.person_id, a.period
)
SELECT a.file_no, a.person_id, a.period, a.delivered_by, a.birth_date, a.disabled_from_childhood, a.amount,
    a.share, a.from_months, a.below_months, add_months(a.birth_date, a.below_months) AS too_old_on,
    half_up(a.amount * coalesce(a.share, 1.0 / a.of_all)) AS paid_for_child,
    j.covered, j.undated, j.valid_until
FROM asked a
JOIN judged j ON j.delivered_by = a.delivered_by AND j.file_no = a.file_no AND j.person_id = a.person_id
    AND j.period = a.period
