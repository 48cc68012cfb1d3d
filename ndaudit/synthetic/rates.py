"""Contribution rates, minimum wages and wage levels by month, as the generator pays them.

The generator keeps its own copy of the law on purpose: data made from the file that judges it would agree
with any mistake in that file. Rates are hundredths of a percent, money whole tögrög.
"""

from datetime import date

import numpy as np
import polars as pl

from ndaudit.synthetic.months import LAST_PERIOD, LEDGER_START, Flags, Ints, first_day, month

MONTHS = np.arange(LEDGER_START, LAST_PERIOD + 1)
KINDS = ("01", "06", "08", "11", "17", "22", "40", "90")
"""Insured types that occur."""

MINIMA: tuple[tuple[date, int | None, int | None], ...] = (
    # from, full, proportional; empty where the value is on no file
    (date(1990, 1, 1), None, None),
    (date(2015, 3, 1), 230_000, 195_000),
    (date(2016, 6, 1), 251_000, 216_000),
    (date(2017, 1, 1), None, None),
    (date(2019, 2, 1), 310_000, 270_000),
    (date(2020, 2, 1), 350_000, 300_000),
    (date(2021, 1, 1), None, None),
    (date(2022, 2, 1), 500_000, 400_000),
    (date(2023, 1, 1), None, None),
    (date(2024, 4, 1), 650_000, 540_000),
    (date(2025, 1, 1), None, None),
    (date(2026, 7, 1), 769_000, 652_400),
)
"""The minimum pensions. They never fell: above the next one listed, an unknown one decides nothing."""


def _steps(values: list[tuple[int, int]]) -> Ints:
    """Return a value for every month of the ledger from (first month, value) pairs."""
    since = np.array([start for start, _ in values])
    return np.array([value for _, value in values])[np.searchsorted(since, MONTHS, side="right") - 1]


MINIMUM_WAGE = _steps([
    (month(1990, 1), 5_000), (month(1996, 1), 9_600), (month(1998, 1), 12_000),
    (month(2000, 1), 18_000), (month(2001, 10), 24_800), (month(2003, 1), 30_000),
    (month(2004, 3), 40_000), (month(2005, 7), 42_500), (month(2006, 2), 53_000),
    (month(2007, 1), 69_000), (month(2007, 10), 90_000), (month(2008, 1), 108_000),
    (month(2011, 5), 140_400), (month(2013, 9), 192_000), (month(2017, 1), 240_000),
    (month(2019, 1), 320_000), (month(2020, 1), 420_000), (month(2023, 1), 550_000),
    (month(2024, 1), 660_000), (month(2025, 4), 792_000),
])  # fmt: skip
CEILING = MINIMUM_WAGE * 10
LEVEL = _steps([
    (month(1990, 1), 40_000), (month(1998, 1), 58_000), (month(2001, 1), 80_000),
    (month(2003, 1), 105_000), (month(2005, 1), 147_000), (month(2006, 1), 190_000),
    (month(2007, 1), 240_000), (month(2008, 1), 310_000), (month(2010, 1), 390_000),
    (month(2011, 6), 450_000), (month(2012, 1), 560_000), (month(2013, 1), 690_000),
    (month(2014, 1), 800_000), (month(2016, 1), 870_000), (month(2018, 1), 1_000_000),
    (month(2019, 1), 1_150_000), (month(2020, 1), 1_290_000), (month(2021, 1), 1_350_000),
    (month(2022, 1), 1_560_000), (month(2023, 1), 1_950_000), (month(2024, 1), 2_250_000),
    (month(2025, 1), 2_540_000),
])  # fmt: skip
"""A middling wage, before the person's own factor."""

INSURED = _steps([
    (month(1990, 1), 1000), (month(2018, 1), 1100), (month(2019, 1), 1150),
    (month(2020, 1), 1250), (month(2020, 10), 700), (month(2021, 7), 1150),
])  # fmt: skip
EMPLOYER_LOW = _steps([
    (month(1990, 1), 1100), (month(2018, 1), 1200), (month(2019, 1), 1250),
    (month(2020, 1), 1350), (month(2020, 10), 700), (month(2021, 7), 1250),
])  # fmt: skip
"""What an employer of the lowest accident class pays for an employee."""

ACCIDENT_LOW = _steps([(month(1990, 1), 100), (month(2017, 1), 80), (month(2024, 1), 50)])
WITHOUT_ACCIDENT = _steps([(month(1990, 1), 0), (month(2020, 10), 1), (month(2021, 7), 0)]).astype(bool)
RELIEF = _steps([(month(1990, 1), 0), (month(2020, 4), 1), (month(2020, 10), 0)]).astype(bool)
WEEKDAYS = np.busday_count(
    first_day(MONTHS).astype("datetime64[D]"), first_day(MONTHS + 1).astype("datetime64[D]")
)


def _accident(at: Ints, accident: Ints, klass: Ints) -> Ints:
    """Return what an employer pays above the lowest class: by its own rate (or −1), else its class."""
    above = np.where(accident >= 0, accident - ACCIDENT_LOW[at], klass * 100)
    return np.where(WITHOUT_ACCIDENT[at], 0, above)


def rate_tables(accident: Ints, klass: Ints, private: Flags) -> tuple[Ints, Ints]:
    """Return insured and employer rates by employer profile, insured type (`KINDS`) and month.

    Args:
        accident: recorded accident rate of each profile, or −1.
        klass: accident class (0 to 2), where no rate is recorded.
        private: whether the relief of 2020 is for it.
    """
    at = np.arange(len(MONTHS))
    insured = np.broadcast_to(INSURED, (len(accident), len(KINDS), len(at))).copy()
    employer = np.repeat(
        (EMPLOYER_LOW + _accident(at, accident[:, None], klass[:, None]))[:, None], len(KINDS), 1
    )
    relieved = np.broadcast_to((RELIEF & private[:, None])[:, None], employer.shape)
    insured[relieved], employer[relieved] = 200, 200
    for name, less in (("22", 220), ("40", 20)):
        place = KINDS.index(name)
        insured[:, place] = np.maximum(0, insured[:, place] - less)
        employer[:, place] = np.maximum(0, employer[:, place] - less)
    for name, own, theirs in (("06", 0, 950), ("08", 0, 950), ("11", 200, 200), ("90", 1350, 0)):
        insured[:, KINDS.index(name)], employer[:, KINDS.index(name)] = own, theirs
    insured[:, KINDS.index("17")] = 0
    return insured, employer


def share(base: Ints, rate: Ints) -> Ints:
    """Return `base` × rate, rounded half up to the tögrög."""
    return np.asarray((base * rate * 2 + 10_000) // 20_000)


def bounds() -> pl.DataFrame:
    """Return between what the wages of a month lie: period, minimum, ceiling, in tögrög."""
    return pl.DataFrame({"period": pl.Series(first_day(MONTHS)), "minimum": MINIMUM_WAGE, "ceiling": CEILING})
