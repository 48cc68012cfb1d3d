-- title.mn: Цалин хөлсний тодорхойлолтын үсгээр бичсэн нийлбэр
-- title.en: Sum in words of a wage statement
-- key: statement_id
-- office: delivered_by
-- person: person_id
-- law_date: issued_on
-- A number below a hundred counts for itself, times a hundred where «зуу» follows, times the next «мянга», «сая» or
-- «тэрбум»; a «зуу» or «мянга» with nothing before it is one of them. What stands between «төгрөг» and «мөнгө» are hundredths.
WITH digit AS (
    SELECT n FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS t(n)
), folded AS (
    SELECT
        delivered_by, statement_id,
        translate(lower(total_words), 'өєүїёэ,.;:()«»"-–/', 'ооууее            ') AS words
    FROM wage_statement
    WHERE total_words IS NOT NULL
), part AS (
    SELECT
        f.delivered_by, f.statement_id, ten.n * 10 + one.n + 1 AS place,
        trim(split_part(f.words, ' ', CAST(ten.n * 10 + one.n + 1 AS INTEGER))) AS word
    FROM folded f CROSS JOIN digit ten CROSS JOIN digit one
), read AS (
    SELECT
        p.delivered_by, p.statement_id, p.place, p.word,
        CASE WHEN regexp_matches(p.word, '^[0-9]{1,12}$') THEN 'small' ELSE w.kind END AS kind,
        CASE WHEN regexp_matches(p.word, '^[0-9]{1,12}$') THEN CAST(p.word AS DECIMAL(18,2)) ELSE w.amount END AS amount
    FROM part p
    LEFT JOIN number_word w ON w.word = p.word
    WHERE p.word <> ''
), around AS (
    SELECT
        r.*, lag(kind) OVER w AS kind_before, lag(amount) OVER w AS amount_before, lead(kind) OVER w AS kind_after,
        -- the scales already passed: words up to and with one scale belong together
        coalesce(sum(CASE WHEN kind IN ('scale', 'currency') THEN 1 ELSE 0 END) OVER (
            PARTITION BY delivered_by, statement_id ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS section
    FROM read r
    WINDOW w AS (PARTITION BY delivered_by, statement_id ORDER BY place)
), counted AS (
    SELECT
        a.*,
        CASE
            WHEN kind = 'small' AND kind_after = 'hundred' AND amount < 10 THEN amount * 100
            WHEN kind = 'small' THEN amount
            WHEN kind = 'hundred' AND kind_before = 'small' AND amount_before < 10 THEN 0
            WHEN kind = 'hundred' THEN 100
            ELSE 0
        END AS own,
        max(CASE WHEN kind = 'currency' THEN place END) OVER (PARTITION BY delivered_by, statement_id) AS currency_place,
        max(CASE WHEN kind = 'cent' THEN place END) OVER (PARTITION BY delivered_by, statement_id) AS cent_place
    FROM around a
), sections AS (
    SELECT
        delivered_by, statement_id, section, sum(own) AS own, max(CASE WHEN kind = 'scale' THEN amount END) AS scale,
        sum(CASE WHEN kind IN ('small', 'hundred') THEN 1 ELSE 0 END) AS numbers,
        sum(CASE WHEN kind IS NULL THEN 1 ELSE 0 END) AS unread_words,
        max(CASE WHEN place > currency_place AND place < cent_place THEN 1 ELSE 0 END) AS is_hundredths
    FROM counted
    GROUP BY delivered_by, statement_id, section
), summed AS (
    SELECT
        delivered_by, statement_id, sum(numbers) + count(scale) AS numbers, sum(unread_words) AS unread_words,
        CAST(sum(CASE WHEN is_hundredths = 1 THEN own * 0.01
            WHEN scale IS NULL THEN own
            WHEN numbers = 0 THEN scale
            ELSE own * scale END) AS DECIMAL(18,2)) AS words_figures
    FROM sections
    GROUP BY delivered_by, statement_id
)
SELECT
    s.statement_id, s.delivered_by, s.person_id, s.employer_no, s.issued_on, s.total_figures, s.total_words,
    coalesce(t.unread_words, 0) AS unread_words,
    CASE WHEN t.numbers > 0 AND t.unread_words = 0 THEN t.words_figures END AS words_figures
FROM wage_statement s
LEFT JOIN summed t ON t.delivered_by = s.delivered_by AND t.statement_id = s.statement_id
