-- title.mn: Монгол тооны үг
-- title.en: Mongolian number word
-- key: word
-- Words with and without their endings and in old spellings, in the folded alphabet: ө as о, ү as у, ё and э as е, so that
-- exports that lost a letter and older ways of writing read alike. No two words fall together.
SELECT word, kind, CAST(amount AS DECIMAL(18,2)) AS amount
FROM (
    VALUES
        ('нег', 'small', 1), ('неген', 'small', 1), ('ниген', 'small', 1), ('хоер', 'small', 2),
        ('хоерын', 'small', 2), ('хоерон', 'small', 2), ('гурав', 'small', 3), ('гурван', 'small', 3),
        ('гурва', 'small', 3), ('доров', 'small', 4), ('дорвон', 'small', 4), ('дорвов', 'small', 4),
        ('дорво', 'small', 4), ('тав', 'small', 5), ('таван', 'small', 5), ('зургаа', 'small', 6),
        ('зургаан', 'small', 6), ('зурга', 'small', 6), ('зурган', 'small', 6), ('долоо', 'small', 7),
        ('долоон', 'small', 7), ('доло', 'small', 7), ('долон', 'small', 7), ('найм', 'small', 8),
        ('найман', 'small', 8), ('ес', 'small', 9), ('есон', 'small', 9), ('юс', 'small', 9),
        ('юсон', 'small', 9), ('юсен', 'small', 9), ('есен', 'small', 9), ('арав', 'small', 10),
        ('арван', 'small', 10), ('арва', 'small', 10), ('хорь', 'small', 20), ('хорин', 'small', 20),
        ('хори', 'small', 20), ('гуч', 'small', 30), ('гучин', 'small', 30), ('гучи', 'small', 30),
        ('доч', 'small', 40), ('дочин', 'small', 40), ('дочи', 'small', 40), ('тавь', 'small', 50),
        ('тавин', 'small', 50), ('тави', 'small', 50), ('жар', 'small', 60), ('жаран', 'small', 60),
        ('дал', 'small', 70), ('далан', 'small', 70), ('ная', 'small', 80), ('наян', 'small', 80),
        ('найн', 'small', 80), ('ер', 'small', 90), ('ерен', 'small', 90), ('ерон', 'small', 90),
        ('ирен', 'small', 90), ('ир', 'small', 90), ('тег', 'small', 0), ('зуу', 'hundred', 100),
        ('зуун', 'hundred', 100), ('мянга', 'scale', 1000), ('мянган', 'scale', 1000), ('мянг', 'scale', 1000),
        ('сая', 'scale', 1000000), ('тербум', 'scale', 1000000000), ('миллиард', 'scale', 1000000000), ('саяан', 'scale', 1000000),
        ('миллион', 'scale', 1000000), ('тогрог', 'currency', 0), ('тогрогийн', 'currency', 0), ('тогрогоор', 'currency', 0),
        ('тог', 'currency', 0), ('тогрогний', 'currency', 0), ('тогрогтей', 'currency', 0), ('монго', 'cent', 0),
        ('монгоний', 'cent', 0), ('монг', 'cent', 0), ('монготей', 'cent', 0), ('болно', 'filler', 0),
        ('болой', 'filler', 0), ('бутен', 'filler', 0), ('нийт', 'filler', 0), ('ба', 'filler', 0),
        ('богоод', 'filler', 0), ('усгеер', 'filler', 0), ('гесен', 'filler', 0), ('ердоо', 'filler', 0),
        ('тегш', 'filler', 0)
) AS w(word, kind, amount)
