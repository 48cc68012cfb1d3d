-- title.mn: Тухайн өдөр мэдэгдэж байсан ажилласан хугацаа
-- title.en: Service known on the day asked
-- key: person_id, asked_on, reading
-- person: person_id
-- materialise: true
-- in_parts: true
-- ahead_from is the first month that is counted ahead while a job is open: the month before the day asked may not have
-- been due yet; an older one that is missing was not paid.
WITH known AS (
    SELECT
        a.person_id, a.asked_on, a.reading, count(*) AS months, max(m.period) AS last_period,
        sum(m.underground) AS underground, sum(m.toxic_hot) AS toxic_hot, sum(m.heavy) AS heavy,
        sum(m.herder) AS herder,
        sum(m.credited) AS credited
    FROM right_asked a
    JOIN service_month m
        ON m.person_id = a.person_id
        AND CASE WHEN a.reading = 'proven' THEN m.known_on ELSE m.known_with_military END <= a.known_until
    GROUP BY a.person_id, a.asked_on, a.reading
), herding AS (
    SELECT d.asked_on, param('herder_months_paid', d.asked_on) AS paid_months,
        param('herder_months_counted', d.asked_on) AS counted_months
    FROM (SELECT DISTINCT asked_on FROM right_asked) d
), before AS (
    SELECT person_id, asked_on, reading,
        max(CASE WHEN work = 'all' THEN months END) AS months,
        max(CASE WHEN work = 'underground' THEN months END) AS underground,
        max(CASE WHEN work = 'toxic_hot' THEN months END) AS toxic_hot,
        max(CASE WHEN work = 'heavy' THEN months END) AS heavy,
        max(CASE WHEN work = 'herder' THEN months END) AS herder
    FROM service_before
    GROUP BY person_id, asked_on, reading
)
SELECT
    a.person_id, a.asked_on, a.reading, w.work,
    -- the line of numbers its months are counted on
    w.line + CASE WHEN s.person_id IS NULL THEN 0 WHEN a.reading = 'proven' THEN 5 ELSE 10 END AS line,
    coalesce(CASE w.work WHEN 'all' THEN b.months WHEN 'underground' THEN b.underground
        WHEN 'toxic_hot' THEN b.toxic_hot WHEN 'heavy' THEN b.heavy ELSE b.herder END, 0) AS months_before,
    coalesce(CAST(CASE w.work
        WHEN 'all' THEN k.months + CASE WHEN k.credited > 0
            THEN floor(h.counted_months * k.credited / h.paid_months) - k.credited ELSE 0 END
        WHEN 'underground' THEN k.underground WHEN 'toxic_hot' THEN k.toxic_hot
        WHEN 'heavy' THEN k.heavy ELSE k.herder END AS BIGINT), 0) AS months_after,
    coalesce(k.credited, 0) AS credited,
    CASE WHEN w.work = 'all' AND a.open_herder = 1 THEN h.paid_months END AS paid_months,
    CASE WHEN w.work = 'all' AND a.open_herder = 1 THEN h.counted_months END AS counted_months,
    CASE WHEN a.open_since IS NOT NULL AND CASE w.work WHEN 'all' THEN 1 WHEN 'underground' THEN a.open_underground
        WHEN 'toxic_hot' THEN a.open_toxic_hot WHEN 'heavy' THEN a.open_heavy ELSE a.open_herder END = 1
        THEN greatest(month_of(a.open_since), add_months(month_of(a.asked_on), -1), add_months(k.last_period, 1),
            DATE '1995-01-01') END AS ahead_from
FROM right_asked a
CROSS JOIN (VALUES ('all', 0), ('underground', 1), ('toxic_hot', 2), ('heavy', 3), ('herder', 4)) AS w(work, line)
LEFT JOIN service_apart s ON s.person_id = a.person_id
LEFT JOIN known k ON k.person_id = a.person_id AND k.asked_on = a.asked_on AND k.reading = a.reading
LEFT JOIN before b ON b.person_id = a.person_id AND b.asked_on = a.asked_on AND b.reading = a.reading
LEFT JOIN herding h ON h.asked_on = a.asked_on
WHERE w.work = 'all' OR CASE w.work
    WHEN 'underground' THEN coalesce(b.underground, k.underground, 0) + a.open_underground
    WHEN 'toxic_hot' THEN coalesce(b.toxic_hot, k.toxic_hot, 0) + a.open_toxic_hot
    WHEN 'heavy' THEN coalesce(b.heavy, k.heavy, 0) + a.open_heavy
    ELSE coalesce(b.herder, k.herder, 0) + a.open_herder END > 0
