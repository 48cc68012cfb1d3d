"""Pensions recomputed by hand: the worked examples of spec 8, every condition and every version of the law.

The service and the wages stand in the ledger, the arithmetic stands above each pension. All are decided in
one world. Sheets say how much was granted and nothing about how: the evidence alone decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from test_right import (
    CONTRIBUTION_135,
    FIVE,
    FOUR,
    OFFICE,
    OLD_JOB,
    PRIVATE,
    PUBLIC,
    Job,
    Life,
    Paid,
    Paper,
    born,
    insert_life,
)

from ndaudit.catalogue import Catalogue
from ndaudit.evaluation import build_populations
from ndaudit.store import connect, create_tables, declare_world

TWO, THREE = FIVE[:2], FIVE[:3]


@dataclass(frozen=True)
class Award:
    """A pension, the evidence it rests on, and what each step must give.

    Attributes:
        window: first month and number of months of the reference window.
        months: months of service evidenced.
        rate, reference: rate and mean wage; None where the mean is not known.
        computed: reference × rate, rounded; None where the mean is not known.
        lawful: what is due; None where a value of the law is not known.
        right: whether the right had arisen by `effective`; None: not asked here.
        earlier: effective date, window and months of an award made before this one.
    """

    name: str
    birth: date
    sex: str
    condition: str
    effective: date
    window: tuple[date, int]
    months: int
    rate: str
    reference: str | None
    computed: int | None
    lawful: int | None
    ledger: tuple[Paid, ...] = ()
    jobs: tuple[Job, ...] = ()
    children: tuple[tuple[date, date | None], ...] = ()
    papers: tuple[Paper, ...] = ()
    bought: tuple[date, date] | None = None
    right: bool | None = True
    earlier: tuple[date, date, int] | None = None


def paid(first: date, months: int, wage: int, employer: str = PRIVATE, **more: Any) -> Paid:
    return Paid(first, months, employer, wage=wage, **more)


def flat(last: date, months: int, wage: int, **more: Any) -> tuple[Paid, ...]:
    """Months in a row up to and with `last`, all at one wage."""
    number = last.year * 12 + last.month - months
    return (paid(date(number // 12, number % 12 + 1, 1), months, wage, **more),)


MAN = date(1955, 3, 10)
FROM_1992_135 = Paper("archive_contribution_135", date(1992, 3, 1), date(1994, 12, 31), date(2017, 1, 1))

AWARDS = [
    # 1992-03…1994-12 = 34 and 1995-01…2018-02 = 278: 312 months, 26 years: 0.45 + 0.015 × 6 = 0.54
    # 1,000,000 × 0.54 = 540,000; the minimum of 2018 is unknown, 540,000 ≥ 310,000 of 2019
    Award(
        "example 1",
        date(1958, 3, 10),
        "M",
        "general",
        date(2018, 4, 1),
        (date(2013, 3, 1), 60),
        312,
        "0.54",
        "1000000",
        540_000,
        540_000,
        flat(date(2018, 2, 1), 278, 1_000_000),
        (Job(date(1992, 3, 1), date(2018, 2, 28)),),
        papers=(FROM_1992_135,),
    ),
    # 178 + 30 + 36 = 244 months < 246 of 2019: 55y6m on 2019-12-01; 20 years: 0.45
    # 72 months from 2013-07, six of them (2016-01…06) missing: 66 × 600,000 ÷ 72 = 550,000
    # 550,000 × 0.45 = 247,500 → 310,000
    Award(
        "example 2",
        date(1964, 6, 1),
        "F",
        "general",
        date(2019, 12, 1),
        (date(2013, 7, 1), 72),
        244,
        "0.45",
        "550000",
        247_500,
        310_000,
        (
            paid(date(1998, 9, 1), 178, 100_000),
            paid(date(2013, 7, 1), 30, 600_000),
            paid(date(2016, 7, 1), 36, 600_000),
        ),
    ),
    # 2001-03…2022-02 = 252 months, 2001-03…2011-06 = 124 of them underground; 21 years: 0.465
    # 22 × 1,900,000 + 22 × 2,100,000 + 40 × 2,000,000 = 168,000,000 ÷ 84 = 2,000,000 × 0.465 = 930,000
    Award(
        "example 3",
        date(1970, 1, 20),
        "M",
        "underground",
        date(2022, 3, 1),
        (date(2015, 3, 1), 84),
        252,
        "0.465",
        "2000000",
        930_000,
        930_000,
        (
            paid(date(2001, 3, 1), 168, 100_000),
            paid(date(2015, 3, 1), 22, 1_900_000),
            paid(date(2017, 1, 1), 22, 2_100_000),
            paid(date(2018, 11, 1), 40, 2_000_000),
        ),
        (Job(date(2001, 3, 1), date(2011, 6, 30), "underground"),),
    ),
    # 230 paid months (2005-04…2024-05) + 5 × 18 = 320, 26 years: 0.54; 1,500,000 × 0.54 = 810,000
    Award(
        "example 4",
        date(1974, 5, 5),
        "F",
        "mother",
        date(2024, 6, 1),
        (date(2019, 6, 1), 60),
        320,
        "0.54",
        "1500000",
        810_000,
        810_000,
        flat(date(2024, 5, 1), 230, 1_500_000),
        children=FIVE,
        right=None,
    ),
    # 150 months; 700,000 × 0.45 × 150 ÷ 240 = 196,875 < 400,000, the next minimum listed: not decided
    Award(
        "example 5",
        date(1960, 12, 31),
        "M",
        "proportional",
        date(2021, 11, 1),
        (date(2014, 7, 1), 84),
        150,
        "0.45",
        "700000",
        196_875,
        None,
        flat(date(2021, 6, 1), 150, 700_000),
    ),
    # wages of 2010 to 2012: their coefficients are not on file
    Award(
        "window before 2013",
        MAN,
        "M",
        "general",
        date(2015, 4, 1),
        (date(2010, 1, 1), 60),
        240,
        "0.45",
        None,
        None,
        None,
        flat(date(2014, 12, 1), 240, 500_000),
    ),
    # 1998-01…2017-12 = 240: 0.45; 1,000,000 × 0.45
    Award(
        "240 months, law of 1995",
        date(1957, 12, 20),
        "M",
        "general",
        date(2018, 1, 1),
        (date(2013, 1, 1), 60),
        240,
        "0.45",
        "1000000",
        450_000,
        450_000,
        flat(date(2017, 12, 1), 240, 1_000_000),
    ),
    # 239 months give no right on the general condition; the rate is never below the base rate
    Award(
        "239 months, law of 1995",
        date(1957, 12, 20),
        "M",
        "general",
        date(2018, 1, 1),
        (date(2013, 1, 1), 60),
        239,
        "0.45",
        "1000000",
        450_000,
        450_000,
        flat(date(2017, 12, 1), 239, 1_000_000),
        right=False,
    ),
    # 251 ÷ 12 = 20 whole years
    Award(
        "251 months",
        date(1957, 12, 20),
        "M",
        "general",
        date(2018, 1, 1),
        (date(2013, 1, 1), 60),
        251,
        "0.45",
        "1000000",
        450_000,
        450_000,
        flat(date(2017, 12, 1), 251, 1_000_000),
    ),
    # 252 ÷ 12 = 21: 0.45 + 0.015
    Award(
        "252 months",
        date(1957, 12, 20),
        "M",
        "general",
        date(2018, 1, 1),
        (date(2013, 1, 1), 60),
        252,
        "0.465",
        "1000000",
        465_000,
        465_000,
        flat(date(2017, 12, 1), 252, 1_000_000),
    ),
    # the day before months of children came: 240, 0.45
    Award(
        "two children, the last day without months for them",
        date(1963, 2, 14),
        "F",
        "general",
        date(2018, 2, 14),
        (date(2013, 2, 1), 60),
        240,
        "0.45",
        "1000000",
        450_000,
        450_000,
        flat(date(2018, 1, 1), 240, 1_000_000),
        children=TWO,
    ),
    # 240 + 2 × 18 = 276 ≥ 243: 23 years, 0.45 + 0.015 × 3 = 0.495; a claim on the day the law changes
    Award(
        "two children, the first day with months for them",
        date(1963, 2, 14),
        "F",
        "general",
        date(2018, 2, 15),
        (date(2013, 2, 1), 60),
        276,
        "0.495",
        "1000000",
        495_000,
        495_000,
        flat(date(2018, 1, 1), 240, 1_000_000),
        children=TWO,
    ),
    # 55 on the first day of the law of 2018: with 240 months the age is 55y3m, 2018-05-15
    Award(
        "55 on the first day of the law of 2018, 240 months",
        date(1963, 2, 15),
        "F",
        "general",
        date(2018, 2, 15),
        (date(2013, 2, 1), 60),
        240,
        "0.45",
        "1000000",
        450_000,
        450_000,
        flat(date(2018, 1, 1), 240, 1_000_000),
        right=False,
    ),
    # 119 months of her own are fewer than 120: children add nothing and there is no right
    # 1,400,000 × 0.45 × 119 ÷ 240 = 312,375
    Award(
        "119 own months and two children",
        date(1955, 1, 10),
        "F",
        "proportional",
        date(2018, 3, 1),
        (date(2013, 3, 1), 60),
        119,
        "0.45",
        "1400000",
        312_375,
        312_375,
        flat(date(2018, 2, 1), 119, 1_400_000),
        children=TWO,
        right=False,
    ),
    # 120 + 36 = 156; 1,400,000 × 0.45 × 156 ÷ 240 = 409,500
    Award(
        "120 own months and two children",
        date(1955, 1, 10),
        "F",
        "proportional",
        date(2018, 3, 1),
        (date(2013, 3, 1), 60),
        156,
        "0.45",
        "1400000",
        409_500,
        409_500,
        flat(date(2018, 2, 1), 120, 1_400_000),
        children=TWO,
    ),
    # 500,000 × 0.45 = 225,000 < 310,000: not decided the day before the minimum of 2019
    Award(
        "the day before the minimum of 2019",
        date(1958, 1, 10),
        "M",
        "general",
        date(2019, 1, 31),
        (date(2013, 1, 1), 72),
        246,
        "0.45",
        "500000",
        225_000,
        None,
        flat(date(2018, 12, 1), 246, 500_000),
    ),
    Award(
        "the minimum of 2019",
        date(1958, 1, 10),
        "M",
        "general",
        date(2019, 2, 1),
        (date(2013, 1, 1), 72),
        246,
        "0.45",
        "500000",
        225_000,
        310_000,
        flat(date(2018, 12, 1), 246, 500_000),
    ),
    # the last day of 60 months; 700,000 × 0.45 = 315,000 ≥ 310,000
    Award(
        "the last day of 60 months",
        date(1958, 1, 10),
        "M",
        "general",
        date(2018, 12, 31),
        (date(2013, 12, 1), 60),
        246,
        "0.45",
        "700000",
        315_000,
        315_000,
        flat(date(2018, 11, 1), 246, 700_000),
    ),
    # the first day of 72; 2013-01…2018-12 = 72 months at 700,000
    Award(
        "the first day of 72 months",
        date(1958, 1, 10),
        "M",
        "general",
        date(2019, 1, 1),
        (date(2013, 1, 1), 72),
        246,
        "0.45",
        "700000",
        315_000,
        315_000,
        flat(date(2018, 12, 1), 246, 700_000),
    ),
    # 60 months in 2019 are a window the law does not allow: nothing is recomputed from it
    Award(
        "60 months on the first day of 72",
        date(1958, 1, 10),
        "M",
        "general",
        date(2019, 1, 1),
        (date(2014, 1, 1), 60),
        246,
        "0.45",
        "700000",
        None,
        None,
        flat(date(2018, 12, 1), 246, 700_000),
    ),
    # the last day of 72: 250 months, 20 years; 1,000,000 × 0.45
    Award(
        "the last day of 72 months",
        date(1959, 1, 10),
        "M",
        "general",
        date(2019, 12, 31),
        (date(2013, 12, 1), 72),
        250,
        "0.45",
        "1000000",
        450_000,
        450_000,
        flat(date(2019, 11, 1), 250, 1_000_000),
    ),
    # the first day of 84: 252 months, 21 years; 1,000,000 × 0.465
    Award(
        "the first day of 84 months",
        date(1959, 1, 10),
        "M",
        "general",
        date(2020, 1, 1),
        (date(2013, 1, 1), 84),
        252,
        "0.465",
        "1000000",
        465_000,
        465_000,
        flat(date(2019, 12, 1), 252, 1_000_000),
    ),
    # 400,000 × 0.465 = 186,000
    Award(
        "the last day of the minimum of 2019",
        date(1959, 1, 10),
        "M",
        "general",
        date(2020, 1, 31),
        (date(2013, 1, 1), 84),
        252,
        "0.465",
        "400000",
        186_000,
        310_000,
        flat(date(2019, 12, 1), 252, 400_000),
    ),
    Award(
        "the minimum of 2020",
        date(1959, 1, 10),
        "M",
        "general",
        date(2020, 2, 1),
        (date(2013, 1, 1), 84),
        252,
        "0.465",
        "400000",
        186_000,
        350_000,
        flat(date(2019, 12, 1), 252, 400_000),
    ),
    Award(
        "the last day of the minimum of 2020",
        date(1959, 1, 10),
        "M",
        "general",
        date(2020, 12, 31),
        (date(2013, 1, 1), 84),
        252,
        "0.465",
        "400000",
        186_000,
        350_000,
        flat(date(2019, 12, 1), 252, 400_000),
    ),
    # 2021 is not on file: 186,000 < 500,000
    Award(
        "the first day of 2021",
        date(1959, 1, 10),
        "M",
        "general",
        date(2021, 1, 1),
        (date(2013, 1, 1), 84),
        252,
        "0.465",
        "400000",
        186_000,
        None,
        flat(date(2019, 12, 1), 252, 400_000),
    ),
    # 1,200,000 × 0.465 = 558,000 ≥ 500,000: whatever 2021 was, this stands
    Award(
        "the minimum of 2021 cannot decide",
        date(1959, 1, 10),
        "M",
        "general",
        date(2021, 1, 1),
        (date(2013, 1, 1), 84),
        252,
        "0.465",
        "1200000",
        558_000,
        558_000,
        flat(date(2019, 12, 1), 252, 1_200_000),
    ),
    Award(
        "the day before the minimum of 2022",
        date(1959, 1, 10),
        "M",
        "general",
        date(2022, 1, 31),
        (date(2013, 1, 1), 84),
        252,
        "0.465",
        "400000",
        186_000,
        None,
        flat(date(2019, 12, 1), 252, 400_000),
    ),
    Award(
        "the minimum of 2022",
        date(1959, 1, 10),
        "M",
        "general",
        date(2022, 2, 1),
        (date(2013, 1, 1), 84),
        252,
        "0.465",
        "400000",
        186_000,
        500_000,
        flat(date(2019, 12, 1), 252, 400_000),
    ),
    # 186,000 < 650,000: 2023 is not on file
    Award(
        "the first day of 2023",
        date(1959, 1, 10),
        "M",
        "general",
        date(2023, 1, 1),
        (date(2013, 1, 1), 84),
        252,
        "0.465",
        "400000",
        186_000,
        None,
        flat(date(2019, 12, 1), 252, 400_000),
    ),
    # 1996-12…2023-11 = 324 months, 27 years: 0.555
    # 24 × 1,000,000 + 60 × 1,600,000 = 120,000,000 ÷ 84 × 0.555 = 792,857.14
    Award(
        "the last day of 84 months",
        date(1963, 1, 10),
        "M",
        "general",
        date(2023, 12, 31),
        (date(2016, 12, 1), 84),
        324,
        "0.555",
        "1428571.43",
        792_857,
        792_857,
        (
            paid(date(1996, 12, 1), 240, 100_000),
            paid(date(2016, 12, 1), 24, 1_000_000),
            paid(date(2018, 12, 1), 60, 1_600_000),
        ),
    ),
    # 60 × 1,600,000 ÷ 60 × 0.555 = 888,000
    Award(
        "60 months again",
        date(1963, 1, 10),
        "M",
        "general",
        date(2024, 1, 1),
        (date(2019, 1, 1), 60),
        324,
        "0.555",
        "1600000",
        888_000,
        888_000,
        (
            paid(date(1997, 1, 1), 240, 100_000),
            paid(date(2017, 1, 1), 24, 1_000_000),
            paid(date(2019, 1, 1), 60, 1_600_000),
        ),
    ),
    # awarded in 2023 on 84 months, made again on five years: 1997-01…2022-12 = 312 months, 26 years: 0.54
    # 22 × 1,000,000 (2018-01…2019-10) + 38 × 1,600,000 = 82,800,000 ÷ 60 = 1,380,000 × 0.54 = 745,200
    Award(
        "made again on five years",
        date(1962, 12, 10),
        "M",
        "general",
        date(2024, 5, 1),
        (date(2018, 1, 1), 60),
        312,
        "0.54",
        "1380000",
        745_200,
        745_200,
        (
            paid(date(1997, 1, 1), 252, 100_000),
            paid(date(2018, 1, 1), 22, 1_000_000),
            paid(date(2019, 11, 1), 38, 1_600_000),
        ),
        right=None,
        earlier=(date(2023, 1, 1), date(2016, 1, 1), 84),
    ),
    # 600,000 × 0.465 = 279,000 < 650,000
    Award(
        "the day before the minimum of 2024",
        date(1959, 1, 10),
        "M",
        "general",
        date(2024, 3, 31),
        (date(2019, 1, 1), 60),
        252,
        "0.465",
        "600000",
        279_000,
        None,
        flat(date(2023, 12, 1), 252, 600_000),
    ),
    Award(
        "the minimum of 2024",
        date(1959, 1, 10),
        "M",
        "general",
        date(2024, 4, 1),
        (date(2019, 1, 1), 60),
        252,
        "0.465",
        "600000",
        279_000,
        650_000,
        flat(date(2023, 12, 1), 252, 600_000),
    ),
    Award(
        "the last day of the minimum of 2024",
        date(1959, 1, 10),
        "M",
        "general",
        date(2024, 12, 31),
        (date(2019, 1, 1), 60),
        252,
        "0.465",
        "600000",
        279_000,
        650_000,
        flat(date(2023, 12, 1), 252, 600_000),
    ),
    Award(
        "the first day of 2025",
        date(1959, 1, 10),
        "M",
        "general",
        date(2025, 1, 1),
        (date(2019, 1, 1), 60),
        252,
        "0.465",
        "600000",
        279_000,
        None,
        flat(date(2023, 12, 1), 252, 600_000),
    ),
    # 1,600,000 × 0.465 = 744,000 < 769,000: not decided; 1,700,000 × 0.465 = 790,500 is
    Award(
        "2025, a little below the next minimum",
        date(1959, 1, 10),
        "M",
        "general",
        date(2025, 1, 1),
        (date(2019, 1, 1), 60),
        252,
        "0.465",
        "1600000",
        744_000,
        None,
        flat(date(2023, 12, 1), 252, 1_600_000),
    ),
    Award(
        "2025, above the next minimum",
        date(1959, 1, 10),
        "M",
        "general",
        date(2025, 1, 1),
        (date(2019, 1, 1), 60),
        252,
        "0.465",
        "1700000",
        790_500,
        790_500,
        flat(date(2023, 12, 1), 252, 1_700_000),
    ),
    # 700,000 × 0.45 × 180 ÷ 240 = 236,250
    Award(
        "proportional minimum of 2019",
        MAN,
        "M",
        "proportional",
        date(2019, 3, 1),
        (date(2013, 3, 1), 72),
        180,
        "0.45",
        "700000",
        236_250,
        270_000,
        flat(date(2019, 2, 1), 180, 700_000),
    ),
    Award(
        "proportional minimum of 2020",
        MAN,
        "M",
        "proportional",
        date(2020, 3, 1),
        (date(2013, 3, 1), 84),
        180,
        "0.45",
        "700000",
        236_250,
        300_000,
        flat(date(2020, 2, 1), 180, 700_000),
    ),
    Award(
        "proportional minimum of 2022",
        MAN,
        "M",
        "proportional",
        date(2022, 3, 1),
        (date(2015, 3, 1), 84),
        180,
        "0.45",
        "700000",
        236_250,
        400_000,
        flat(date(2022, 2, 1), 180, 700_000),
    ),
    Award(
        "proportional minimum of 2024",
        MAN,
        "M",
        "proportional",
        date(2024, 5, 1),
        (date(2019, 5, 1), 60),
        180,
        "0.45",
        "700000",
        236_250,
        540_000,
        flat(date(2024, 4, 1), 180, 700_000),
    ),
    # 1,200,000 × 0.45 × 239 ÷ 240 = 537,750: months, not whole years (19 would give 513,000)
    Award(
        "proportional, 239 months",
        MAN,
        "M",
        "proportional",
        date(2022, 3, 1),
        (date(2015, 3, 1), 84),
        239,
        "0.45",
        "1200000",
        537_750,
        537_750,
        flat(date(2022, 2, 1), 239, 1_200_000),
    ),
    # 1,800,000 × 0.45 × 120 ÷ 240 = 405,000
    Award(
        "proportional, 120 months",
        MAN,
        "M",
        "proportional",
        date(2022, 3, 1),
        (date(2015, 3, 1), 84),
        120,
        "0.45",
        "1800000",
        405_000,
        405_000,
        flat(date(2022, 2, 1), 120, 1_800_000),
    ),
    # 268 months, 22 years: 0.48; 2,000,000 × 0.48; 90 of them toxic or hot
    Award(
        "toxic and hot work, a woman of 45",
        date(1979, 7, 12),
        "F",
        "toxic_hot",
        date(2024, 8, 1),
        (date(2019, 7, 1), 60),
        268,
        "0.48",
        "2000000",
        960_000,
        960_000,
        flat(date(2024, 6, 1), 268, 2_000_000),
        (
            Job(date(2002, 3, 1), date(2005, 11, 30), "toxic"),
            Job(date(2006, 1, 1), date(2009, 9, 30), "hot"),
        ),
    ),
    # one month of heat fewer: 45 + 44 = 89 < 90; the amount is what the service gives all the same
    Award(
        "89 months of toxic and hot work",
        date(1979, 7, 12),
        "F",
        "toxic_hot",
        date(2024, 8, 1),
        (date(2019, 7, 1), 60),
        268,
        "0.48",
        "2000000",
        960_000,
        960_000,
        flat(date(2024, 6, 1), 268, 2_000_000),
        (
            Job(date(2002, 3, 1), date(2005, 11, 30), "toxic"),
            Job(date(2006, 1, 1), date(2009, 8, 31), "hot"),
        ),
        right=False,
    ),
    # 278 months, 23 years: 0.495; 1,200,000 × 0.495; 1996-01…2008-06 = 150 heavy
    Award(
        "heavy work, a man of 55",
        date(1964, 3, 15),
        "M",
        "heavy",
        date(2019, 4, 1),
        (date(2013, 3, 1), 72),
        278,
        "0.495",
        "1200000",
        594_000,
        594_000,
        flat(date(2019, 2, 1), 278, 1_200_000),
        (Job(date(1996, 1, 1), date(2008, 6, 30), "heavy"),),
    ),
    # 2002-01…2024-05 = 269 months; 2017-01…2024-05 = 89 of them herding count floor(14 × 89 ÷ 12) = 103: 283
    # 23 years: 0.495; 1,500,000 × 0.495 = 742,500
    Award(
        "herder",
        date(1969, 3, 10),
        "M",
        "herder",
        date(2024, 6, 1),
        (date(2019, 6, 1), 60),
        283,
        "0.495",
        "1500000",
        742_500,
        742_500,
        flat(date(2024, 5, 1), 269, 1_500_000, insured_type="90"),
        (Job(date(2002, 1, 1), None, kind="herder"),),
    ),
    # herding to 2016-12 counts as it is: 1997-01…2016-12 = 240; 26 others to 2019-02: 266, 22 years: 0.48
    # 46 × 500,000 + 26 × 1,000,000 = 49,000,000 ÷ 72 = 680,555.56; × 0.48 = 326,666.67
    Award(
        "herding before 2017",
        date(1963, 3, 10),
        "M",
        "herder",
        date(2019, 3, 1),
        (date(2013, 3, 1), 72),
        266,
        "0.48",
        "680555.56",
        326_667,
        326_667,
        (
            paid(date(1997, 1, 1), 240, 500_000, insured_type="90"),
            paid(date(2017, 1, 1), 26, 1_000_000),
        ),
        (Job(date(1997, 1, 1), date(2016, 12, 31), kind="herder"),),
    ),
    # 300 months, 25 years: 0.525; 12 months at two employers: 800,000 + 600,000
    # 72 × 1,000,000 + 12 × 1,400,000 = 88,800,000 ÷ 84 × 0.525 = 555,000
    Award(
        "two employers in a month",
        date(1962, 1, 10),
        "M",
        "general",
        date(2022, 3, 1),
        (date(2015, 3, 1), 84),
        300,
        "0.525",
        "1057142.86",
        555_000,
        555_000,
        (
            paid(date(1997, 3, 1), 216, 100_000),
            paid(date(2015, 3, 1), 72, 1_000_000),
            paid(date(2021, 3, 1), 12, 800_000),
            paid(date(2021, 3, 1), 12, 600_000, PUBLIC),
        ),
    ),
    # ten times the minimum wage: 22 × 1,920,000 + 24 × 2,400,000 + 12 × 3,200,000 + 26 × 4,200,000
    # = 247,440,000 ÷ 84 = 2,945,714.29; × 0.465 = 1,369,757.14
    # 252 < 255 of 2022, so the age is 60y + 3m × (1960 − 1957) = 60y9m, in 2020-10
    Award(
        "the ceiling of every year",
        date(1960, 1, 10),
        "M",
        "general",
        date(2022, 3, 1),
        (date(2015, 3, 1), 84),
        252,
        "0.465",
        "2945714.29",
        1_369_757,
        1_369_757,
        flat(date(2022, 2, 1), 252, 5_000_000),
    ),
    # 1999-09…2020-02 = 246 and 2020-04…09 exempted = 252: 0.465; 1,200,000 × 0.465
    Award(
        "exempted months of 2020",
        date(1960, 1, 10),
        "M",
        "general",
        date(2022, 3, 1),
        (date(2013, 3, 1), 84),
        252,
        "0.465",
        "1200000",
        558_000,
        558_000,
        (*flat(date(2020, 2, 1), 246, 1_200_000), paid(date(2020, 4, 1), 6, 1_200_000, is_paid=False)),
    ),
    # a public employer was not exempted: 246, 20 years
    Award(
        "unpaid months of 2020 at a public employer",
        date(1960, 1, 10),
        "M",
        "general",
        date(2022, 3, 1),
        (date(2013, 3, 1), 84),
        246,
        "0.45",
        "1200000",
        540_000,
        540_000,
        (
            *flat(date(2020, 2, 1), 246, 1_200_000),
            paid(date(2020, 4, 1), 6, 1_200_000, PUBLIC, is_paid=False),
        ),
    ),
    # 1985-01…1991-06 = 78 without the 13.5 %; 78 + 234 = 312, 26 years: 0.54
    Award(
        "labour book without the 13.5 %",
        date(1958, 1, 10),
        "M",
        "general",
        date(2018, 3, 1),
        (date(2013, 3, 1), 60),
        312,
        "0.54",
        "1000000",
        540_000,
        540_000,
        flat(date(2018, 2, 1), 234, 1_000_000),
        (OLD_JOB,),
    ),
    # 120 + 234 = 354, 29 years: 0.585
    Award(
        "labour book with it",
        date(1958, 1, 10),
        "M",
        "general",
        date(2018, 3, 1),
        (date(2013, 3, 1), 60),
        354,
        "0.585",
        "1000000",
        585_000,
        585_000,
        flat(date(2018, 2, 1), 234, 1_000_000),
        (OLD_JOB,),
        papers=(CONTRIBUTION_135,),
    ),
    # 1991-07…1994-12 bought back = 42; 78 + 42 + 234 = 354
    Award(
        "bought back instead of the 13.5 %",
        date(1958, 1, 10),
        "M",
        "general",
        date(2018, 3, 1),
        (date(2013, 3, 1), 60),
        354,
        "0.585",
        "1000000",
        585_000,
        585_000,
        flat(date(2018, 2, 1), 234, 1_000_000),
        (OLD_JOB,),
        bought=(date(1991, 7, 1), date(1994, 12, 31)),
    ),
    # 1 month 16 days + 1 month 14 days = 3 months; 3 + 249 = 252: 0.465
    Award(
        "left-over days make the 252nd month",
        date(1958, 1, 10),
        "M",
        "general",
        date(2018, 3, 1),
        (date(2013, 3, 1), 60),
        252,
        "0.465",
        "1000000",
        465_000,
        465_000,
        flat(date(2018, 2, 1), 249, 1_000_000),
        (Job(date(1988, 1, 10), date(1988, 2, 25)), Job(date(1990, 1, 10), date(1990, 2, 23))),
    ),
    # 29 days make no month: 251
    Award(
        "left-over days one short",
        date(1958, 1, 10),
        "M",
        "general",
        date(2018, 3, 1),
        (date(2013, 3, 1), 60),
        251,
        "0.45",
        "1000000",
        450_000,
        450_000,
        flat(date(2018, 2, 1), 249, 1_000_000),
        (Job(date(1988, 1, 10), date(1988, 2, 25)), Job(date(1990, 1, 10), date(1990, 2, 22))),
    ),
    # overlapping entries count once: 78 + 234, as above
    Award(
        "overlapping entries",
        date(1958, 1, 10),
        "M",
        "general",
        date(2018, 3, 1),
        (date(2013, 3, 1), 60),
        312,
        "0.54",
        "1000000",
        540_000,
        540_000,
        flat(date(2018, 2, 1), 234, 1_000_000),
        (OLD_JOB, Job(date(1986, 1, 1), date(1989, 12, 31))),
    ),
    # 29 February 1964 + 55 years = 28 February 2019; 246 months as 2019 asks; 700,000 × 0.45 = 315,000
    Award(
        "born on 29 February",
        date(1964, 2, 29),
        "F",
        "general",
        date(2019, 2, 28),
        (date(2013, 2, 1), 72),
        246,
        "0.45",
        "700000",
        315_000,
        315_000,
        flat(date(2019, 1, 1), 246, 700_000),
    ),
    Award(
        "born on 29 February, a day early",
        date(1964, 2, 29),
        "F",
        "general",
        date(2019, 2, 27),
        (date(2013, 2, 1), 72),
        246,
        "0.45",
        "700000",
        315_000,
        315_000,
        flat(date(2019, 1, 1), 246, 700_000),
        right=False,
    ),
    # four children before 2018-02-15 add nothing: 250, 20 years
    Award(
        "mother of four before 2018-02-15",
        date(1968, 1, 10),
        "F",
        "mother",
        date(2018, 2, 1),
        (date(2013, 2, 1), 60),
        250,
        "0.45",
        "1000000",
        450_000,
        450_000,
        flat(date(2018, 1, 1), 250, 1_000_000),
        children=FOUR,
        right=None,
    ),
    # 213 + 3 × 18 = 267 ≥ 261 of 2024, 22 years: 0.48; 1,500,000 × 0.48
    Award(
        "children make up the months of 2024",
        date(1969, 5, 13),
        "F",
        "general",
        date(2024, 6, 1),
        (date(2019, 6, 1), 60),
        267,
        "0.48",
        "1500000",
        720_000,
        720_000,
        flat(date(2024, 5, 1), 213, 1_500_000),
        children=THREE,
    ),
    # a child of four on the day adds nothing yet: 240 + 18 = 258 < 261, and 55y + 3m × (1969 − 1962) = 56y9m
    Award(
        "a child not yet six",
        date(1969, 5, 13),
        "F",
        "general",
        date(2024, 6, 1),
        (date(2019, 6, 1), 60),
        258,
        "0.465",
        "1500000",
        697_500,
        697_500,
        flat(date(2024, 5, 1), 240, 1_500_000),
        children=(*FIVE[:1], *born(date(2020, 1, 1))),
        right=False,
    ),
    # 480 months, 40 years: 0.45 + 0.015 × 20 = 0.75
    Award(
        "40 years",
        date(1957, 12, 20),
        "M",
        "general",
        date(2018, 1, 1),
        (date(2013, 1, 1), 60),
        480,
        "0.75",
        "1000000",
        750_000,
        750_000,
        flat(date(2017, 12, 1), 276, 1_000_000),
        bought=(date(1978, 1, 1), date(1994, 12, 31)),
    ),
    # 1,000,010 × 0.45 = 450,004.5, half up
    Award(
        "half a tögrög",
        date(1957, 12, 20),
        "M",
        "general",
        date(2018, 1, 1),
        (date(2013, 1, 1), 60),
        240,
        "0.45",
        "1000010",
        450_005,
        450_005,
        flat(date(2017, 12, 1), 240, 1_000_010),
    ),
    # 1,000,003 × 0.45 = 450,001.35
    Award(
        "a third of a tögrög",
        date(1957, 12, 20),
        "M",
        "general",
        date(2018, 1, 1),
        (date(2013, 1, 1), 60),
        240,
        "0.45",
        "1000003",
        450_001,
        450_001,
        flat(date(2017, 12, 1), 240, 1_000_003),
    ),
    # a window that begins a month before the ledger's: 59 × 1,000,000 ÷ 60 = 983,333.33 × 0.45 = 442,500
    Award(
        "one month of the window missing",
        date(1957, 12, 20),
        "M",
        "general",
        date(2018, 1, 1),
        (date(2013, 1, 1), 60),
        240,
        "0.45",
        "983333.33",
        442_500,
        442_500,
        (paid(date(1997, 12, 1), 181, 100_000), paid(date(2013, 2, 1), 59, 1_000_000)),
        right=True,
    ),
    # 240 others and 12 of type 11, another regime: 240, 0.45; whether 252 were lawful is not decided
    Award(
        "military months set aside",
        date(1957, 12, 20),
        "M",
        "general",
        date(2018, 1, 1),
        (date(2013, 1, 1), 60),
        240,
        "0.45",
        "1000000",
        450_000,
        450_000,
        (
            paid(date(1997, 1, 1), 12, 100_000, insured_type="11"),
            *flat(date(2017, 12, 1), 240, 1_000_000),
        ),
    ),
    # artists and guards: the same formula; 300 months, 25 years: 0.525; 1,200,000 × 0.525
    # how many were in the profession is not on record
    Award(
        "artist",
        date(1975, 1, 10),
        "F",
        "artist",
        date(2022, 3, 1),
        (date(2015, 3, 1), 84),
        300,
        "0.525",
        "1200000",
        630_000,
        630_000,
        flat(date(2022, 2, 1), 300, 1_200_000),
        right=None,
    ),
    Award(
        "railway guard",
        date(1975, 1, 10),
        "M",
        "guard",
        date(2022, 3, 1),
        (date(2015, 3, 1), 84),
        300,
        "0.525",
        "1200000",
        630_000,
        630_000,
        flat(date(2022, 2, 1), 300, 1_200_000),
        right=None,
    ),
    Award(
        "railway guard with 299 months",
        date(1975, 1, 10),
        "M",
        "guard",
        date(2022, 3, 1),
        (date(2015, 3, 1), 84),
        299,
        "0.51",
        "1200000",
        612_000,
        612_000,
        flat(date(2022, 2, 1), 299, 1_200_000),
        right=False,
    ),
]


def insert_award(con: duckdb.DuckDBPyConnection, number: int, award: Award) -> None:
    life = Life(
        award.name,
        award.birth,
        award.sex,
        award.effective,
        {},
        award.ledger,
        award.jobs,
        award.children,
        award.papers,
        award.bought,
    )
    insert_life(con, number, life)
    file_no = f"{OFFICE}{number:06d}"
    con.execute(
        "INSERT INTO pension_file (file_no, person_id, regime, pension_type, condition, delivered_by)"
        " VALUES (?, ?, 'civil', 'old_age', ?, ?)",
        [file_no, number, award.condition, OFFICE],
    )
    sheets = [(str(number), "initial", award.effective, award.window)]
    if award.earlier:
        first, since, length = award.earlier
        sheets = [(f"{number}-0", "initial", first, (since, length))]
        sheets.append((str(number), "change", award.effective, award.window))
    for name, kind, effective, (since, length) in sheets:
        # late enough for the last month before the pension to have been paid
        entered = effective + timedelta(days=10)
        con.execute(
            "INSERT INTO determination (determination_id, file_no, person_id, kind, method, effective_from,"
            " entered_at, window_from, window_months, amount, delivered_by)"
            " VALUES (?, ?, ?, ?, 'wage', ?, ?, ?, ?, ?, ?)",
            [name, file_no, number, kind, effective, entered, since, length, award.lawful or 1, OFFICE],
        )


@pytest.fixture(scope="module")
def world(catalogue: Catalogue) -> Iterator[duckdb.DuckDBPyConnection]:
    con = connect()
    create_tables(con, catalogue.tables.values())
    declare_world(con, catalogue.law, catalogue.thresholds)
    con.execute(
        "INSERT INTO batch (batch_id, office_code, exported_at) VALUES ('b', ?, ?)",
        [OFFICE, datetime(2026, 1, 12, 18)],
    )
    con.execute(
        "INSERT INTO delivered_file (batch_id, office_code, table_name) VALUES ('b', ?, 'contribution')",
        [OFFICE],
    )
    con.execute(
        "INSERT INTO employer (employer_no, sector, registered_on, office_code, delivered_by)"
        " VALUES (?, 'private', DATE '2000-01-01', ?, ?), (?, 'public', DATE '2000-01-01', ?, ?)",
        [PRIVATE, OFFICE, OFFICE, PUBLIC, OFFICE, OFFICE],
    )
    for number, award in enumerate(AWARDS):
        insert_award(con, number, award)
    rules = [catalogue.rules[name] for name in ("DET-06", "DET-08", "PRV-07")]
    assert build_populations(con, catalogue, rules) == {}
    yield con
    con.close()


def held(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, rule_id: str, number: int, more: int = 0
) -> list[bool | None]:
    """Return whether a rule holds for an award with its amount changed; empty: it does not speak of it."""
    rule = catalogue.rules[rule_id]
    changed = f"* REPLACE (amount + {more} AS amount)" if more else "*"
    rows = con.execute(
        f"SELECT ({rule.requirement}) FROM (SELECT {changed} FROM {rule.population})"
        f" WHERE person_id = {number} AND determination_id = '{number}'"
    ).fetchall()
    return [value for (value,) in rows]


each = pytest.mark.parametrize(
    ("number", "award"), list(enumerate(AWARDS)), ids=[award.name for award in AWARDS]
)


def cents(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(Decimal("0.01"))


@each
def test_steps(world: duckdb.DuckDBPyConnection, number: int, award: Award) -> None:
    rows = world.execute(
        "SELECT months_evidenced, rate_evidenced, reference_wage, computed_amount, lawful_amount"
        " FROM lawful_amount WHERE determination_id = ?",
        [str(number)],
    ).fetchall()
    months, rate, reference, computed, lawful = rows[0]
    wanted = None if award.reference is None else Decimal(award.reference).quantize(Decimal("0.01"))
    assert (months, rate, cents(reference), computed, lawful) == (
        award.months,
        Decimal(award.rate),
        wanted,
        award.computed,
        award.lawful,
    )


@each
def test_the_lawful_amount_is_met_and_another_is_not(
    world: duckdb.DuckDBPyConnection, catalogue: Catalogue, number: int, award: Award
) -> None:
    known = award.lawful is not None
    assert held(world, catalogue, "DET-06", number) == [True if known else None]
    assert held(world, catalogue, "DET-06", number, -501) == [False if known else None]
    assert held(world, catalogue, "DET-06", number, 500) == [True if known else None]


@pytest.mark.parametrize(
    ("number", "award"),
    [(n, award) for n, award in enumerate(AWARDS) if award.right is not None],
    ids=[award.name for award in AWARDS if award.right is not None],
)
def test_right(world: duckdb.DuckDBPyConnection, catalogue: Catalogue, number: int, award: Award) -> None:
    asked = [held(world, catalogue, rule, number) for rule in ("DET-08", "PRV-07")]
    assert [value for values in asked for value in values] == [award.right]


def test_example_1_the_minimum_of_its_day_is_unknown(world: duckdb.DuckDBPyConnection) -> None:
    rows = world.execute(
        "SELECT minimum_pension, next_minimum, minimum_counted FROM lawful_amount"
        " WHERE determination_id = '0'"
    ).fetchall()
    assert rows == [(None, Decimal(310_000), Decimal(310_000))]


def test_example_5_is_undetermined_because_a_law_value_is_unknown(world: duckdb.DuckDBPyConnection) -> None:
    rows = world.execute(
        "SELECT coefficient, next_minimum, minimum_counted FROM lawful_amount WHERE determination_id = '4'"
    ).fetchall()
    assert rows == [(1, Decimal(400_000), None)]


def test_military_months_decide_nothing(world: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    number = next(n for n, award in enumerate(AWARDS) if award.name == "military months set aside")
    # 252 months: 465,000
    assert held(world, catalogue, "DET-06", number, 15_000) == [None]
    assert held(world, catalogue, "DET-06", number, 15_501) == [False]
