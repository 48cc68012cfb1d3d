-- title.mn: Ажил олгогч (улсын хэмжээнд нэг)
-- title.en: Employer, once in the country
-- key: employer_no
-- materialise: true
-- office_code is the office that keeps the employer's ledger, as that office itself says where it delivered.
SELECT
    employer_no,
    coalesce(
        max(CASE WHEN office_code = delivered_by THEN office_code END), max(office_code), max(delivered_by)
    ) AS office_code,
    CASE WHEN min(sector) = max(sector) THEN min(sector) END AS sector,
    min(registered_on) AS registered_on,
    max(dissolved_on) AS dissolved_on
FROM employer
WHERE employer_no IS NOT NULL
GROUP BY employer_no
