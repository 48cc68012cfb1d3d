-- title.mn: Ажил мэргэжлийн өөр бичлэг
-- title.en: Another way to write an occupation
-- key: written_key
-- materialise: true
-- Compared without case, spaces, hyphens and Latin look-alikes.
SELECT translate(upper(replace(replace(written, ' ', ''), '-', '')), 'ABEHKMOPCTXY', 'АВЕНКМОРСТХУ') AS written_key,
    min(translate(upper(replace(replace(listed, ' ', ''), '-', '')), 'ABEHKMOPCTXY', 'АВЕНКМОРСТХУ')) AS listed_key
FROM law_occupation_alias
WHERE written IS NOT NULL AND listed IS NOT NULL
GROUP BY 1
