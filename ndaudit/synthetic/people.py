"""Who lives there: persons with a life plan so simple that the day their right arises is known beforehand."""

import numpy as np
import polars as pl

from ndaudit.synthetic.months import Days, Flags, Ints, day_in, month, month_of, shifted, years
from ndaudit.synthetic.names import LETTERS, MEN, SURNAMES, WOMEN, known_offices
from ndaudit.synthetic.plan import OfficePlan

QUOTAS = (
    # kind, share of the persons, at least
    ("claimant", 0.14, 210),
    ("future", 0.015, 10),
    ("proportional", 0.01, 10),
    ("disabled", 0.012, 22),
    ("military", 0.007, 8),
    ("late", 0.006, 18),
    ("family", 0.006, 18),
    ("voluntary", 0.01, 18),
)
"""Kinds of life; everybody else is a plain worker."""

MOST_CLAIMANTS, LEAST_WORKERS = 0.45, 68
"""Share of the persons claimants have at most, and workers beside them: a small office needs both."""

AGES = {
    "general": (720, 660),
    "mother": (None, 600),
    "underground": (600, None),
    "toxic": (600, 540),
    "hot": (600, 540),
    "heavy": (660, 600),
}
"""Age in months at which the right arises, men and women."""

NONE = np.datetime64("NaT", "D")


def _kinds(persons: int) -> list[str]:
    wanted = {kind: max(least, round(share * persons)) for kind, share, least in QUOTAS}
    room = persons - sum(wanted.values()) + wanted["claimant"] - LEAST_WORKERS
    wanted["claimant"] = min(wanted["claimant"], round(MOST_CLAIMANTS * persons), max(room, persons // 3))
    kinds = [kind for kind, count in wanted.items() for _ in range(count)]
    workers = persons - len(kinds)
    return kinds[:persons] + ["worker"] * max(0, workers)


def _conditions(plan: OfficePlan, kind: np.ndarray, woman: Flags, year: Ints) -> np.ndarray:
    """Return the condition each old-age claim will rest on."""
    rng = plan.chance("conditions")
    draw = rng.random(len(kind))
    listed = np.isin(kind, ("claimant", "future")) & (year >= 2016)
    chosen = np.full(len(kind), "general", dtype=object)
    men, women = listed & ~woman, listed & woman
    for low, high, name in (
        (0.60, 0.72, "underground"),
        (0.72, 0.81, "toxic"),
        (0.81, 0.90, "hot"),
        (0.90, 1.0, "heavy"),
    ):
        chosen[men & (draw >= low) & (draw < high)] = name
    for low, high, name in ((0.70, 0.78, "toxic"), (0.78, 0.86, "hot"), (0.86, 0.94, "heavy")):
        chosen[women & (draw >= low) & (draw < high)] = name
    mothers = np.isin(kind, ("claimant", "future")) & woman & (draw < 0.30)
    chosen[mothers] = "mother"
    chosen[kind == "proportional"] = "proportional"
    return chosen


def _old_age(plan: OfficePlan, kind: np.ndarray, woman: Flags) -> tuple[Days, Days, np.ndarray]:
    """Return birth date, day the right arises and condition of those who claim an old-age pension."""
    rng = plan.chance("rights")
    count = len(kind)
    year = rng.integers(2011, 2026, count)
    year[kind == "future"] = 2026
    # The law of 2018-02-15 was not known when the registers of 2018 were drawn up; rights of early 2018
    # would be dated by both laws, and 2026 rights must still lie ahead of the export.
    month_of_year = np.where(
        np.isin(year, (2018, 2026)), rng.integers(4, 13, count), rng.integers(1, 12, count)
    )
    condition = _conditions(plan, kind, woman, year)
    age = np.zeros(count, dtype=np.int64)
    for name, (men, women) in AGES.items():
        age[(condition == name) & ~woman] = men or 0
        age[(condition == name) & woman] = women or 0
    right = day_in(month(1970, 1) + (year - 1970) * 12 + month_of_year - 1, rng.integers(1, 29, count))
    birth = shifted(right, -age)
    part = kind == "proportional"
    # Five birth years for whom the risen age falls inside 2019-07 ... 2025-06 and never inside the old law.
    step = rng.integers(2, 7, count)
    birth_year = np.where(woman, 1962, 1957) + step
    born = day_in((birth_year - 1970) * 12 + rng.integers(0, 12, count), rng.integers(1, 29, count))
    risen = shifted(born, np.where(woman, 660, 720) + 3 * step)
    return np.where(part, born, birth), np.where(part, risen, right), condition


def _other_births(plan: OfficePlan, kind: np.ndarray, woman: Flags) -> Days:
    """Return birth dates of everybody else: nobody of them reaches a right before 2028."""
    rng = plan.chance("births")
    count = len(kind)
    eldest = np.where(woman, 1974, 1969)
    first = np.select(
        [kind == "worker", kind == "disabled", kind == "military", kind == "late", kind == "family"],
        [eldest, eldest, 1975, eldest, np.where(np.arange(count) % 2 == 0, 1955, 2007)],
        np.where(woman, 1976, 1971),
    )
    last = np.select(
        [kind == "worker", kind == "disabled", kind == "military", kind == "late", kind == "family"],
        [2003, 1978, 1977, 1980, np.where(np.arange(count) % 2 == 0, 1968, 2010)],
        1995,
    )
    births = (rng.integers(first, last + 1) - 1970) * 12 + rng.integers(0, 12, count)
    return day_in(births, rng.integers(1, 29, count))


def register_numbers(code: str, birth: Days, woman: Flags, second: int) -> list[str]:
    """Return register numbers of legal form, unique in the country.

    Args:
        code: office where they were given; it decides the first letter.
        second: where in the alphabet the second letters begin, so that two calls never meet.
    """
    year, index = years(month_of(birth)), np.arange(len(birth))
    frame = pl.DataFrame({"birth": birth, "woman": woman, "index": index})
    rank = frame.select((pl.col("index").rank("ordinal").over("birth", "woman") - 1).cast(pl.Int64))[
        "index"
    ].to_numpy()
    letter = list(known_offices()).index(code)
    sex_digit = (rank % 5) * 2 + np.where(woman, 0, 1)
    month_part = month_of(birth) % 12 + 1 + np.where(year >= 2000, 20, 0)
    day_part = (birth - birth.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    tail = ((year % 100) * 10_000 + month_part * 100 + day_part) * 100 + sex_digit * 10 + (rank // 5) % 10
    first = LETTERS[letter % 28]
    seconds = [LETTERS[(second + (letter // 28) * 5 + int(over)) % 28] for over in rank // 50]
    return [f"{first}{then}{number:08d}" for then, number in zip(seconds, tail.tolist(), strict=True)]


def draw_people(plan: OfficePlan) -> pl.DataFrame:
    """Return one row per person, with the plan of their life.

    Columns besides those of `person`: kind, condition, right_on, children (number), shade (0 to 1, chance).
    """
    rng = plan.chance("people")
    kind = np.array(_kinds(plan.persons), dtype=object)
    count = len(kind)
    woman = rng.random(count) < 0.5
    woman[(kind == "military") | (kind == "late")] = False
    birth, right, condition = _old_age(plan, kind, woman)
    claims = np.isin(kind, ("claimant", "future", "proportional"))
    birth = np.where(claims, birth, _other_births(plan, kind, woman))
    children = np.where(woman & np.isin(kind, ("worker", "claimant", "future")), rng.integers(0, 4, count), 0)
    children[condition == "mother"] = rng.integers(4, 7, int((condition == "mother").sum()))
    given = np.where(woman, rng.choice(WOMEN, count), rng.choice(MEN, count))
    person = plan.first_person + 1 + np.arange(count)
    place = "баг" if len(plan.code) == 2 else "хороо"
    return pl.DataFrame(
        {
            "person_id": person,
            "register_no": register_numbers(plan.code, birth, woman, 0),
            "civil_id": [f"1{number:011d}" for number in person.tolist()],
            "surname": rng.choice(SURNAMES, count).tolist(),
            "given_name": given.tolist(),
            "birth_date": birth,
            "sex": np.where(woman, "F", "M").tolist(),
            "book_no": [f"НД{number:010d}" for number in person.tolist()],
            "office_code": [plan.code] * count,
            "subdistrict": [f"{number}-р {place}" for number in rng.integers(1, 12, count).tolist()],
            "household_no": [f"Ө{number:010d}" for number in person.tolist()],
            "kind": kind.tolist(),
            "condition": condition.tolist(),
            "right_on": np.where(claims, right, NONE),
            "children": children,
            "shade": rng.random(count),
        }
    )
