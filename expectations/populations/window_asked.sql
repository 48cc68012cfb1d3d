-- title.mn: Цалин авсан хугацаа, анх тогтоосон буюу хугацааг өөрчилсөн тогтоолт
-- title.en: Reference window of an initial determination or a change of window
-- key: determination_id
-- office: delivered_by
-- person: person_id
-- law_date: effective_from
-- not_needed: determination_wage
-- materialise: true
-- months_asked is what the law of the effective date asks of the regime. An award of the years with the longer windows,
-- made again later, has a length of its own.
WITH file AS (
    SELECT delivered_by, file_no, min(pension_type) AS pension_type, min(regime) AS regime,
        min(condition) AS condition
    FROM pension_file
    GROUP BY delivered_by, file_no
    HAVING count(DISTINCT pension_type) = 1
), first_award AS (
    SELECT delivered_by, file_no, min(effective_from) AS awarded_on
    FROM determination WHERE kind = 'initial' GROUP BY delivered_by, file_no
), outside AS (
    SELECT w.delivered_by, w.determination_id, count(*) AS months_outside
    FROM determination_wage w
    JOIN determination d ON d.delivered_by = w.delivered_by AND d.determination_id = w.determination_id
    WHERE w.period < month_of(d.window_from) OR w.period >= add_months(month_of(d.window_from), d.window_months)
    GROUP BY w.delivered_by, w.determination_id
)
SELECT
    g.determination_id, g.delivered_by, g.person_id, g.file_no, g.kind, f.pension_type, f.regime, f.condition,
    g.effective_from, g.window_from, g.window_months, i.awarded_on, coalesce(o.months_outside, 0) AS months_outside,
    g.kind = 'change' AND i.awarded_on >= DATE '2019-01-01' AND i.awarded_on < DATE '2024-01-01'
        AND param('redetermined_window_months', g.effective_from) IS NOT NULL AS is_made_again,
    CASE WHEN f.regime = 'military' THEN param('military_reference_window_months', g.effective_from)
        WHEN g.kind = 'change' AND i.awarded_on >= DATE '2019-01-01' AND i.awarded_on < DATE '2024-01-01'
            THEN coalesce(param('redetermined_window_months', g.effective_from),
                param('reference_window_months', g.effective_from))
        ELSE param('reference_window_months', g.effective_from) END AS months_asked,
    add_months(month_of(g.effective_from), -param('reference_window_within_months', g.effective_from)) AS earliest_from
FROM determination_grounds g
JOIN file f ON f.delivered_by = g.delivered_by AND f.file_no = g.file_no
LEFT JOIN first_award i ON i.delivered_by = g.delivered_by AND i.file_no = g.file_no
LEFT JOIN outside o ON o.delivered_by = g.delivered_by AND o.determination_id = g.determination_id
WHERE f.pension_type IN ('old_age', 'military') AND g.method = 'wage' AND g.sets_window
