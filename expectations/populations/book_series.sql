-- title.mn: Тэтгэврийн дэвтрийн дугаарын дараалал
-- title.en: Place of a pension book in its number series
-- key: book_no
-- law_date: dated_on
-- A series is the numbers that share all but their last six digits. It can be judged once every office has delivered its
-- books.
WITH numbered AS (
    SELECT book_no, substr(book_no, 1, length(book_no) - 6) AS series,
        CAST(substr(book_no, length(book_no) - 5) AS BIGINT) AS place, min(delivered_by) AS first_office,
        max(coalesce(opened_on, DATE '2010-05-31')) AS dated_on
    FROM pension_book
    WHERE regexp_matches(book_no, '^[0-9]{6,}$')
    GROUP BY book_no
), placed AS (
    SELECT n.*, lag(place) OVER one_series AS earlier_place, lag(book_no) OVER one_series AS earlier_book
    FROM numbered n
    WINDOW one_series AS (PARTITION BY series, length(book_no) ORDER BY place)
), heard AS (
    SELECT count(DISTINCT office_code) AS offices FROM delivered WHERE table_name = 'pension_book'
)
SELECT p.book_no, p.series, p.earlier_book, p.first_office, p.dated_on, h.offices AS offices_delivered,
    coalesce(p.place - p.earlier_place - 1, 0) AS numbers_missing,
    CASE WHEN h.offices >= threshold('offices_in_country') THEN TRUE END AS all_delivered
FROM placed p
CROSS JOIN heard h
