-- title.mn: Бүртгэлд байгаа иргэний зөвлөмжийн хуудасны агуулга
-- title.en: What the recommendation sheet of a person on the register says
-- key: office_code, sheet_year, sheet_no
-- office: delivered_by
-- person: person_id
-- law_date: dated_on
WITH line AS (
    SELECT delivered_by, office_code, sheet_year, sheet_no, count(*) AS lines,
        count(*) FILTER (WHERE defective_paper IS NULL OR paper_to_add IS NULL) AS unfilled_lines
    FROM recommendation_item
    GROUP BY delivered_by, office_code, sheet_year, sheet_no
)
-- of a sheet without a number nobody can tell which lines are its own
SELECT s.*, CASE WHEN s.sheet_no IS NOT NULL THEN coalesce(l.lines, 0) END AS lines,
    CASE WHEN s.sheet_no IS NOT NULL THEN coalesce(l.unfilled_lines, 0) END AS unfilled_lines
FROM recommendation_of_registered s
LEFT JOIN line l ON l.delivered_by = s.delivered_by AND l.office_code = s.office_code
    AND l.sheet_year = s.sheet_year AND l.sheet_no = s.sheet_no
