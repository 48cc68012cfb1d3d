-- title.mn: Тогтоолтод тооцсон ба нотлогдсон ажилласан хугацаа
-- title.en: Service a determination counts and service evidenced
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- not_needed: determination_wage, book_entry, payment, pension_book
-- materialise: true
-- Each month once. From service_least, what was known when the sheet was entered, to service_most, all that is proven
-- to the day it took effect: a month paid in between may be on the sheet or not. Papers beside the ledger are looked
-- for where the ledger leaves months of the sheet unproven. months_open could lie in a ledger nobody delivered, or in
-- military service; they decide nothing.
WITH file AS (
    SELECT delivered_by, file_no, min(condition) AS condition
    FROM pension_file
    WHERE pension_type = 'old_age' AND (regime IS NULL OR regime = 'civil')
    GROUP BY delivered_by, file_no
), sheet AS (
    SELECT
        d.determination_id, d.delivered_by, d.person_id, d.file_no, d.kind, d.method, f.condition, d.eligible_on,
        d.effective_from, coalesce(CAST(d.entered_at AS DATE), d.effective_from) AS decided_on,
        d.service_months_before_1995, d.service_months_after_1995, d.bonus_months, d.reference_wage,
        w.determination_id IS NOT NULL AS sets_window,
        d.bonus_months IS NULL AND d.effective_from >= DATE '2017-01-01' AS may_have_bonus
    FROM determination d
    JOIN file f ON f.delivered_by = d.delivered_by AND f.file_no = d.file_no
    LEFT JOIN window_asked w
        ON w.delivered_by = d.delivered_by AND w.determination_id = d.determination_id AND w.regime = 'civil'
        AND w.pension_type = 'old_age'
    WHERE d.kind IN ('initial', 'change')
), ledger AS (
    SELECT
        s.delivered_by, s.determination_id,
        sum(CASE WHEN m.known_on <= s.decided_on AND m.period < month_of(s.effective_from) THEN 1 ELSE 0 END)
            AS months_known,
        sum(CASE WHEN m.known_on <= s.decided_on AND m.period < month_of(s.effective_from) THEN m.credited ELSE 0 END)
            AS credited_known,
        sum(CASE WHEN m.known_on IS NULL THEN 0 ELSE 1 END) AS months_ledger,
        sum(CASE WHEN m.known_on IS NULL THEN 1 ELSE 0 END) AS months_military,
        sum(m.credited) AS credited, sum(m.underground) AS underground, sum(m.toxic_hot) AS toxic_hot,
        sum(m.heavy) AS heavy, sum(m.herder) AS herder
    FROM sheet s
    JOIN service_month m ON m.person_id = s.person_id AND m.period < s.effective_from
    GROUP BY s.delivered_by, s.determination_id
), before AS (
    SELECT person_id, asked_on,
        max(CASE WHEN work = 'all' THEN months ELSE 0 END) AS months,
        max(CASE WHEN work = 'underground' THEN months ELSE 0 END) AS underground,
        max(CASE WHEN work = 'toxic_hot' THEN months ELSE 0 END) AS toxic_hot,
        max(CASE WHEN work = 'heavy' THEN months ELSE 0 END) AS heavy,
        max(CASE WHEN work = 'herder' THEN months ELSE 0 END) AS herder
    FROM service_before
    WHERE reading = 'proven'
    GROUP BY person_id, asked_on
), late AS (
    -- a paper that came after the sheet: how much of the time it alone proves is not told apart
    SELECT DISTINCT s.delivered_by, s.determination_id
    FROM sheet s
    JOIN proven_period p ON p.person_id = s.person_id AND p.reading = 'proven' AND p.known_on > s.decided_on
), short AS (
    SELECT s.delivered_by, s.determination_id, s.person_id, s.effective_from
    FROM sheet s
    LEFT JOIN ledger l ON l.delivered_by = s.delivered_by AND l.determination_id = s.determination_id
    WHERE s.service_months_after_1995 > coalesce(l.months_ledger, 0)
), proof AS (
    SELECT s.delivered_by, s.determination_id, s.person_id, b.period, 'book' AS kind
    FROM short s
    JOIN book_entry b ON b.person_id = s.person_id AND b.period < s.effective_from
    WHERE b.certified_on IS NOT NULL AND b.period >= DATE '1995-01-01'
    UNION ALL
    SELECT s.delivered_by, s.determination_id, s.person_id, m.period, p.kind
    FROM short s
    JOIN document p ON p.person_id = s.person_id AND p.received_on IS NOT NULL
    JOIN calendar_month m ON m.period >= month_of(p.covers_from) AND m.period <= p.covers_to
    WHERE p.kind IN ('office_archive_reference', 'court_decision') AND m.period >= DATE '1995-01-01'
        AND m.period < s.effective_from
), proven_beside AS (
    SELECT p.delivered_by, p.determination_id, p.period,
        max(CASE WHEN p.kind = 'book' THEN 1 ELSE 0 END) AS book,
        max(CASE WHEN p.kind = 'office_archive_reference' THEN 1 ELSE 0 END) AS reference
    FROM proof p
    LEFT JOIN service_month m ON m.person_id = p.person_id AND m.period = p.period AND m.known_on IS NOT NULL
    WHERE m.person_id IS NULL
    GROUP BY p.delivered_by, p.determination_id, p.period
), beside AS (
    SELECT delivered_by, determination_id, sum(book) AS months_book,
        sum(CASE WHEN book = 0 THEN reference ELSE 0 END) AS months_reference,
        sum(CASE WHEN book = 0 AND reference = 0 THEN 1 ELSE 0 END) AS months_court, count(*) AS months
    FROM proven_beside
    GROUP BY delivered_by, determination_id
), unsearched AS (
    -- months whose ledger lies in an office that never delivered it
    SELECT s.delivered_by, s.determination_id,
        sum(months_between(u.starts_on, least(u.ends_before, add_months(month_of(s.effective_from), 1)))) AS months
    FROM sheet s
    JOIN unsearched_ledger u ON u.person_id = s.person_id
    WHERE u.starts_on < s.effective_from
    GROUP BY s.delivered_by, s.determination_id
), soldier AS (
    SELECT person_id,
        sum(months_between(hired_on, least(coalesce(released_on, DATE '1995-01-01'), DATE '1995-01-01')) + 1) AS months
    FROM employment
    WHERE kind = 'military' AND hired_on < DATE '1995-01-01'
    GROUP BY person_id
), unknown_child AS (
    SELECT person_id, count(*) AS children FROM child WHERE raised_to_six IS NULL GROUP BY person_id
), law AS (
    SELECT effective_from, param('child_service_months', effective_from) AS child_months,
        param('child_service_least_months', effective_from) AS child_least,
        param('herder_months_paid', effective_from) AS herder_paid,
        param('herder_months_counted', effective_from) AS herder_counted,
        param('base_rate', effective_from) AS base_rate
    FROM (SELECT DISTINCT effective_from FROM sheet)
), summed AS (
    SELECT
        s.*, a.birth_date, a.sex, coalesce(a.children, 0) AS children,
        coalesce(b.months, 0) AS months_before_proven,
        coalesce(l.months_known, 0) AS months_known, coalesce(l.months_ledger, 0) AS months_ledger,
        coalesce(p.months_book, 0) AS months_book, coalesce(p.months_reference, 0) AS months_reference,
        coalesce(p.months_court, 0) AS months_court,
        CASE WHEN t.determination_id IS NULL THEN coalesce(b.months, 0) ELSE 0 END + coalesce(l.months_known, 0)
            AS own_least,
        coalesce(b.months, 0) + coalesce(l.months_ledger, 0) + coalesce(p.months, 0) AS own_most,
        coalesce(p.months, 0) AS months_beside,
        coalesce(l.months_military, 0) + coalesce(u.months, 0) + coalesce(m.months, 0) AS own_open,
        coalesce(c.children, 0) + CASE WHEN a.sex IS NULL THEN coalesce(a.children, 0) ELSE 0 END AS children_open,
        coalesce(l.credited_known, 0) AS credited_known, coalesce(l.credited, 0) AS credited,
        coalesce(CASE s.condition WHEN 'underground' THEN coalesce(l.underground, 0) + coalesce(b.underground, 0)
            WHEN 'toxic_hot' THEN coalesce(l.toxic_hot, 0) + coalesce(b.toxic_hot, 0)
            WHEN 'heavy' THEN coalesce(l.heavy, 0) + coalesce(b.heavy, 0)
            WHEN 'herder' THEN coalesce(l.herder, 0) + coalesce(b.herder, 0) END, 0) AS condition_months_evidenced,
        w.child_months AS months_per_child, w.child_least, w.herder_paid, w.herder_counted, w.base_rate
    FROM sheet s
    LEFT JOIN right_asked a ON a.person_id = s.person_id AND a.asked_on = s.effective_from AND a.reading = 'proven'
    LEFT JOIN ledger l ON l.delivered_by = s.delivered_by AND l.determination_id = s.determination_id
    LEFT JOIN before b ON b.person_id = s.person_id AND b.asked_on = s.effective_from
    LEFT JOIN late t ON t.delivered_by = s.delivered_by AND t.determination_id = s.determination_id
    LEFT JOIN beside p ON p.delivered_by = s.delivered_by AND p.determination_id = s.determination_id
    LEFT JOIN unsearched u ON u.delivered_by = s.delivered_by AND u.determination_id = s.determination_id
    LEFT JOIN soldier m ON m.person_id = s.person_id
    LEFT JOIN unknown_child c ON c.person_id = s.person_id
    LEFT JOIN law w ON w.effective_from = s.effective_from
), extra AS (
    SELECT
        s.*,
        CASE WHEN sex = 'F' AND own_least >= child_least THEN children * months_per_child ELSE 0 END
            AS child_least_months,
        CASE WHEN sex = 'F' AND own_most >= child_least THEN children * months_per_child ELSE 0 END AS child_months,
        CASE WHEN sex = 'F' AND own_most + own_open >= child_least THEN (children + children_open) * months_per_child
            WHEN sex IS NULL THEN children_open * months_per_child ELSE 0 END AS child_open_months,
        CASE WHEN credited_known > 0 THEN floor(herder_counted * credited_known / herder_paid) - credited_known
            ELSE 0 END AS herder_least_months,
        CASE WHEN credited > 0 THEN floor(herder_counted * credited / herder_paid) - credited ELSE 0 END
            AS herder_months
    FROM summed s
), whole AS (
    SELECT
        e.*,
        CAST(own_least + coalesce(child_least_months, 0) + coalesce(herder_least_months, 0) AS BIGINT) AS service_least,
        CAST(own_most + coalesce(child_months, 0) + coalesce(herder_months, 0) AS BIGINT) AS service_most,
        CAST(own_open + greatest(coalesce(child_open_months, 0) - coalesce(child_months, 0), 0) AS BIGINT)
            AS months_open,
        service_months_before_1995 + service_months_after_1995 + coalesce(bonus_months, 0) AS months_counted,
        greatest(service_months_before_1995 - months_before_proven, 0)
            + greatest(service_months_after_1995 - months_ledger - months_beside, 0)
            + greatest(coalesce(bonus_months, 0)
                - CAST(coalesce(child_months, 0) + coalesce(herder_months, 0) AS BIGINT), 0) AS months_unproven
    FROM extra e
), placed AS (
    SELECT
        w.*,
        -- a sheet that counts nothing readable is held against all that is proven
        CASE WHEN months_counted IS NULL OR months_counted > service_most THEN service_most
            WHEN months_counted < service_least THEN service_least ELSE months_counted END
            AS months_evidenced
    FROM whole w
), rated AS (
    SELECT p.*, CASE WHEN condition = 'proportional' THEN base_rate ELSE pension_rate(months_counted, effective_from)
        END AS rate_counted,
        CASE WHEN condition = 'proportional' THEN base_rate ELSE pension_rate(months_evidenced, effective_from)
        END AS rate_evidenced
    FROM placed p
), priced AS (
    SELECT r.*, n.minimum_pension, n.certain_from, coalesce(q.months_paid, 0) AS months_paid,
        coalesce(t.months_twice, 0) AS months_twice,
        half_up(CAST(reference_wage AS DECIMAL(28,2)) * rate_counted
            * CASE WHEN condition = 'proportional' THEN months_counted ELSE 240 END / 240) AS amount_counted,
        half_up(CAST(reference_wage AS DECIMAL(28,2)) * rate_evidenced
            * CASE WHEN condition = 'proportional' THEN months_evidenced ELSE 240 END / 240) AS amount_evidenced
    FROM rated r
    LEFT JOIN pension_minimum n
        ON n.effective_from = r.effective_from AND n.is_proportional = (r.condition = 'proportional')
    LEFT JOIN paid_since q ON q.delivered_by = r.delivered_by AND q.determination_id = r.determination_id
    LEFT JOIN service_counted_twice t ON t.delivered_by = r.delivered_by AND t.determination_id = r.determination_id
)
SELECT
    determination_id, delivered_by, person_id, file_no, kind, method, condition, sets_window, eligible_on,
    effective_from, decided_on, birth_date, sex,
    service_months_before_1995, service_months_after_1995, bonus_months, may_have_bonus, months_counted,
    months_before_proven, months_known, months_ledger, months_book, months_reference, months_court, children,
    CAST(coalesce(child_months, 0) AS BIGINT) AS child_months, CAST(herder_months AS BIGINT) AS herder_months,
    condition_months_evidenced, service_least, service_most, months_open, months_unproven, months_evidenced,
    months_twice, base_rate, rate_counted, rate_evidenced, months_paid,
    CASE WHEN amount_counted >= certain_from THEN amount_counted ELSE minimum_pension END
        - CASE WHEN amount_evidenced >= certain_from THEN amount_evidenced ELSE minimum_pension END
        AS monthly_difference
FROM priced
