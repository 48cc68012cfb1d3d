-- title.mn: Шаардсан бичиг баримт, эсхүл түүний оронд тооцох баримт
-- title.en: Paper asked for, or the one accepted in its place
-- key: circumstance, asked_by, paper, valid_from
-- materialise: true
SELECT circumstance, asked_by, paper, valid_from, valid_to FROM law_asked_paper
UNION
SELECT circumstance, asked_by, or_paper, valid_from, valid_to FROM law_asked_paper WHERE or_paper IS NOT NULL
