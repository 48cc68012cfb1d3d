"""The day a right arises: the worked examples of spec 8 and the edges of every version, with arithmetic.

Every person stands on a register drawn up on the day whose knowledge counts; all are decided in one world.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

import duckdb
import pytest

from ndaudit.catalogue import Catalogue
from ndaudit.evaluation import build_populations
from ndaudit.store import connect, create_tables, declare_world

OFFICE = "1110"
PRIVATE, PUBLIC = "1", "2"


@dataclass(frozen=True)
class Job:
    """An entry of the labour book."""

    hired_on: date
    released_on: date | None
    condition: str = "normal"
    kind: str = "work"
    certified: bool = True
    corrected: bool = False


@dataclass(frozen=True)
class Paid:
    """Months in a row in the ledger."""

    first: date
    months: int
    employer: str = PRIVATE
    insured_type: str = "01"
    is_paid: bool = True
    wage: int = 100_000


@dataclass(frozen=True)
class Paper:
    """A paper that covers a period, received on a day."""

    kind: str
    covers_from: date
    covers_to: date
    received_on: date


@dataclass(frozen=True)
class Life:
    """A person, the day asked, and the day each condition must arise (conditions left out must not)."""

    name: str
    birth: date
    sex: str
    asked_on: date
    expect: dict[str, date]
    ledger: tuple[Paid, ...] = ()
    jobs: tuple[Job, ...] = ()
    children: tuple[tuple[date, date | None], ...] = ()
    papers: tuple[Paper, ...] = ()
    bought: tuple[date, date] | None = None
    reading: str = "proven"


def born(*days: date) -> tuple[tuple[date, date | None], ...]:
    return tuple((day, None) for day in days)


FIVE = born(date(1996, 1, 1), date(1998, 1, 1), date(2000, 1, 1), date(2002, 1, 1), date(2004, 1, 1))
FOUR = FIVE[:4]
OLD_JOB = Job(date(1985, 1, 1), date(1994, 12, 31))
CONTRIBUTION_135 = Paper("archive_contribution_135", date(1991, 7, 1), date(1994, 12, 31), date(2010, 1, 1))

LIVES = [
    # 1995-01…2018-02 = 23 × 12 + 2 = 278 months, 1992-03…1994-12 = 34 months: 312 ≥ 243 of 2018
    # 60 on 2018-03-10
    Life(
        "example 1",
        date(1958, 3, 10),
        "M",
        date(2018, 3, 31),
        {
            "general full": date(2018, 3, 10),
            "general fewer": date(2018, 6, 10),
            "proportional risen": date(2018, 6, 10),
        },
        ledger=(Paid(date(1995, 1, 1), 278),),
        jobs=(Job(date(1992, 3, 1), date(2018, 2, 28)),),
        papers=(Paper("archive_contribution_135", date(1992, 3, 1), date(1994, 12, 31), date(2017, 1, 1)),),
    ),
    # 1999-03…2019-06 = 244 months < 246 of 2019; risen age 55y + 3m × (1964 − 1962) = 55y6m
    Life(
        "example 2",
        date(1964, 6, 1),
        "F",
        date(2019, 7, 10),
        {"general fewer": date(2019, 12, 1), "proportional risen": date(2019, 12, 1)},
        ledger=(Paid(date(1999, 3, 1), 244),),
        jobs=(Job(date(1999, 3, 1), date(2019, 6, 30)),),
    ),
    # 1999-01…2019-12 = 252 months, the first 124 of them underground (≥ 120); 50 on 2020-01-20
    # 60y + 3m × (1970 − 1957) = 63y3m on 2033-04-20, full at 60 not within 252 months of 2030
    Life(
        "example 3",
        date(1970, 1, 20),
        "M",
        date(2022, 2, 28),
        {
            "underground work": date(2020, 1, 20),
            "general fewer": date(2033, 4, 20),
            "proportional risen": date(2033, 4, 20),
        },
        ledger=(Paid(date(1999, 1, 1), 252),),
        jobs=(
            Job(date(1999, 1, 1), date(2009, 4, 30), "underground"),
            Job(date(2009, 5, 1), date(2019, 12, 31)),
        ),
    ),
    # 230 paid + 5 × 18 = 320 ≥ 240; 50 on 2024-05-05; 55y + 3m × 12 = 58y: 2032-05-05
    Life(
        "example 4",
        date(1974, 5, 5),
        "F",
        date(2024, 5, 31),
        {
            "mother children": date(2024, 5, 5),
            "general fewer": date(2032, 5, 5),
            "proportional risen": date(2032, 5, 5),
        },
        ledger=(Paid(date(2005, 4, 1), 230),),
        jobs=(Job(date(2005, 4, 1), date(2024, 5, 31)),),
        children=FIVE,
    ),
    # 150 months; 60y + 3m × (1960 − 1957) = 60y9m: 31 December + 9 months = 30 September
    Life(
        "example 5",
        date(1960, 12, 31),
        "M",
        date(2021, 10, 31),
        {"proportional risen": date(2021, 9, 30)},
        ledger=(Paid(date(2009, 1, 1), 150),),
    ),
    # 1995-01…2014-12 = 240; 60 on 2015-03-10 under the law of 1995
    Life(
        "240 months",
        date(1955, 3, 10),
        "M",
        date(2015, 12, 31),
        {"general full": date(2015, 3, 10), "proportional fixed": date(2015, 3, 10)},
        ledger=(Paid(date(1995, 1, 1), 240),),
    ),
    Life(
        "239 months and no job",
        date(1955, 3, 10),
        "M",
        date(2015, 12, 31),
        {"proportional fixed": date(2015, 3, 10)},
        ledger=(Paid(date(1995, 1, 1), 239),),
    ),
    # 239 months to 2014-11; December is the 240th, counted from its last day; 60 was reached in March
    Life(
        "240th month after the birthday",
        date(1954, 3, 10),
        "M",
        date(2014, 12, 10),
        {"general full": date(2014, 12, 31), "proportional fixed": date(2014, 3, 10)},
        ledger=(Paid(date(1995, 1, 1), 239),),
        jobs=(Job(date(1995, 1, 1), None),),
    ),
    # the same job, released before the day asked: nothing is counted ahead
    Life(
        "job closed the day before",
        date(1954, 3, 10),
        "M",
        date(2014, 12, 10),
        {"proportional fixed": date(2014, 3, 10)},
        ledger=(Paid(date(1995, 1, 1), 239),),
        jobs=(Job(date(1995, 1, 1), date(2014, 12, 9)),),
    ),
    # the job closes later, which nobody knew on the day asked
    Life(
        "job closed the day after",
        date(1954, 3, 10),
        "M",
        date(2014, 12, 10),
        {"general full": date(2014, 12, 31), "proportional fixed": date(2014, 3, 10)},
        ledger=(Paid(date(1995, 1, 1), 239),),
        jobs=(Job(date(1995, 1, 1), date(2014, 12, 11)),),
    ),
    Life(
        "born on 29 February, no leap year",
        date(1960, 2, 29),
        "F",
        date(2015, 12, 31),
        {"general full": date(2015, 2, 28), "proportional fixed": date(2015, 2, 28)},
        ledger=(Paid(date(1995, 1, 1), 240),),
    ),
    Life(
        "born on 29 February, leap year",
        date(1956, 2, 29),
        "M",
        date(2016, 12, 31),
        {"general full": date(2016, 2, 29), "proportional fixed": date(2016, 2, 29)},
        ledger=(Paid(date(1995, 1, 1), 240),),
    ),
    # 119 months at two employers are 119 months, not 238
    Life(
        "two employers, 119 months",
        date(1955, 3, 10),
        "M",
        date(2015, 12, 31),
        {},
        ledger=(Paid(date(2004, 1, 1), 119), Paid(date(2004, 1, 1), 119, PUBLIC)),
    ),
    # 2020-04…09 unpaid at a private employer count: 2010-09…2020-09 = 121 months; 60y9m reached 2020-10-05
    Life(
        "exempted months of 2020",
        date(1960, 1, 5),
        "M",
        date(2020, 12, 31),
        {"proportional risen": date(2020, 10, 5)},
        ledger=(Paid(date(2010, 10, 1), 114), Paid(date(2020, 4, 1), 6, is_paid=False)),
    ),
    Life(
        "unpaid months of 2020 at a public employer",
        date(1960, 1, 5),
        "M",
        date(2020, 12, 31),
        {},
        ledger=(Paid(date(2010, 10, 1), 114), Paid(date(2020, 4, 1), 6, PUBLIC, is_paid=False)),
    ),
    # 55 on the last day of the law that asks 240 months
    Life(
        "last day of the law of 1995",
        date(1963, 2, 14),
        "F",
        date(2018, 12, 31),
        {
            "general full": date(2018, 2, 14),
            "general fewer": date(2018, 5, 14),
            "proportional fixed": date(2018, 2, 14),
            "proportional risen": date(2018, 5, 14),
        },
        ledger=(Paid(date(1998, 1, 1), 240),),
    ),
    # from 2018-02-15 55 years ask 243 months: 240 wait for 55y + 3m × (1963 − 1962)
    Life(
        "first day of the law of 2018",
        date(1963, 2, 15),
        "F",
        date(2018, 12, 31),
        {"general fewer": date(2018, 5, 15), "proportional risen": date(2018, 5, 15)},
        ledger=(Paid(date(1998, 1, 1), 240),),
    ),
    # known on 2017-12-31: the law of 2018-02-02 was not adopted yet, so 240 months still were enough
    Life(
        "the law of 2018 not yet known",
        date(1963, 2, 15),
        "F",
        date(2017, 12, 31),
        {"general full": date(2018, 2, 15), "proportional fixed": date(2018, 2, 15)},
        ledger=(Paid(date(1997, 1, 1), 240),),
    ),
    # known on its day of adoption
    Life(
        "the law of 2018 just adopted",
        date(1963, 2, 15),
        "F",
        date(2018, 2, 2),
        {"general fewer": date(2018, 5, 15), "proportional risen": date(2018, 5, 15)},
        ledger=(Paid(date(1997, 1, 1), 240),),
    ),
    # 246 months reach 60 on the last day that asks 246
    Life(
        "last day of 2019",
        date(1959, 12, 31),
        "M",
        date(2020, 12, 31),
        {
            "general full": date(2019, 12, 31),
            "general fewer": date(2020, 6, 30),
            "proportional risen": date(2020, 6, 30),
        },
        ledger=(Paid(date(1999, 1, 1), 246),),
    ),
    # 2020 asks 249: 60y + 3m × 3 = 60y9m
    Life(
        "first day of 2020",
        date(1960, 1, 1),
        "M",
        date(2020, 12, 31),
        {"general fewer": date(2020, 10, 1), "proportional risen": date(2020, 10, 1)},
        ledger=(Paid(date(1999, 1, 1), 246),),
    ),
    # 243 months are enough for 2018 only; no later year takes the right away
    Life(
        "a right once arisen is not lost",
        date(1958, 5, 1),
        "M",
        date(2021, 12, 31),
        {
            "general full": date(2018, 5, 1),
            "general fewer": date(2018, 8, 1),
            "proportional risen": date(2018, 8, 1),
        },
        ledger=(Paid(date(1998, 1, 1), 243),),
    ),
    # 3m × (1980 − 1957) = 69m, but never above 65y
    Life(
        "risen age at its cap",
        date(1980, 5, 1),
        "M",
        date(2024, 12, 31),
        {"proportional risen": date(2045, 5, 1)},
        ledger=(Paid(date(2010, 1, 1), 130),),
    ),
    # never below 60: 1955 − 1957 is negative
    Life(
        "risen age never below the old one",
        date(1955, 5, 1),
        "M",
        date(2018, 12, 31),
        {"proportional fixed": date(2015, 5, 1), "proportional risen": date(2018, 2, 15)},
        ledger=(Paid(date(2003, 1, 1), 130),),
    ),
    # 50 in 2016 with 230 months; from 2018-02-15 four children add 72: the first day of that law
    Life(
        "mother waiting for the law of 2018",
        date(1966, 1, 10),
        "F",
        date(2019, 12, 31),
        {
            "mother children": date(2018, 2, 15),
            "general full": date(2021, 1, 10),
            "general fewer": date(2022, 1, 10),
            "proportional risen": date(2022, 1, 10),
        },
        ledger=(Paid(date(1996, 1, 1), 230),),
        children=FOUR,
    ),
    # 119 paid months: the children add nothing
    Life(
        "mother one month short of 120 paid",
        date(1966, 1, 10),
        "F",
        date(2019, 12, 31),
        {},
        ledger=(Paid(date(1996, 1, 1), 119),),
        children=FIVE,
    ),
    # the fourth child turns six on 2022-05-05
    Life(
        "fourth child not six yet at 50",
        date(1970, 1, 1),
        "F",
        date(2021, 12, 31),
        {
            "mother children": date(2022, 5, 5),
            "general fewer": date(2027, 1, 1),
            "proportional risen": date(2027, 1, 1),
        },
        ledger=(Paid(date(1999, 1, 1), 240),),
        children=born(date(1995, 1, 1), date(1997, 1, 1), date(1999, 1, 1), date(2016, 5, 5)),
    ),
    # adopted on the third birthday: not before 3; still raised, so its 18 months count: 186 + 72 = 258
    # 2025 asks 264 at 55: not there; 55y + 3m × (1970 − 1962) = 57y
    Life(
        "one child adopted at three",
        date(1970, 1, 1),
        "F",
        date(2021, 12, 31),
        {"general fewer": date(2027, 1, 1), "proportional risen": date(2027, 1, 1)},
        ledger=(Paid(date(1999, 1, 1), 186),),
        children=(*FIVE[:3], (date(2002, 1, 1), date(2005, 1, 1))),
    ),
    # adopted the day before its third birthday
    Life(
        "one child adopted just before three",
        date(1970, 1, 1),
        "F",
        date(2021, 12, 31),
        {
            "mother children": date(2020, 1, 1),
            "general fewer": date(2027, 1, 1),
            "proportional risen": date(2027, 1, 1),
        },
        ledger=(Paid(date(1999, 1, 1), 186),),
        children=(*FIVE[:3], (date(2002, 1, 1), date(2004, 12, 31))),
    ),
    # 60 toxic + 60 hot = 120; 50 on 2016-06-01
    Life(
        "toxic and hot together",
        date(1966, 6, 1),
        "M",
        date(2016, 12, 31),
        {
            "toxic_hot work": date(2016, 6, 1),
            "general full": date(2026, 6, 1),
            "proportional fixed": date(2026, 6, 1),
        },
        ledger=(Paid(date(1995, 1, 1), 240),),
        jobs=(
            Job(date(1995, 1, 1), date(1999, 12, 31), "toxic"),
            Job(date(2000, 1, 1), date(2004, 12, 31), "hot"),
        ),
    ),
    # 119 of them: one short
    Life(
        "toxic and hot, one month short",
        date(1966, 6, 1),
        "M",
        date(2016, 12, 31),
        {"general full": date(2026, 6, 1), "proportional fixed": date(2026, 6, 1)},
        ledger=(Paid(date(1995, 1, 1), 240),),
        jobs=(
            Job(date(1995, 1, 1), date(1999, 12, 31), "toxic"),
            Job(date(2000, 1, 1), date(2004, 11, 30), "hot"),
        ),
    ),
    # a woman's heavy work: 120 months ahead of the day asked; 240 and 120 on 2015-12-31, 50 on 2015-06-15
    Life(
        "months in a condition counted ahead",
        date(1965, 6, 15),
        "F",
        date(2014, 12, 31),
        {
            "heavy work": date(2015, 12, 31),
            "general full": date(2020, 6, 15),
            "proportional fixed": date(2020, 6, 15),
        },
        ledger=(Paid(date(1996, 1, 1), 227),),
        jobs=(Job(date(1996, 1, 1), date(2005, 12, 31)), Job(date(2006, 1, 1), None, "heavy")),
    ),
    # months asked by year of claim are tried three years ahead, so that 60 in 2024 is not among them
    # 48 + 156 herder months to 2016-12; from 2017-01 n paid months count ⌊14n ÷ 12⌋
    # 36 are needed: n = 31 (⌊36.17⌋), 2019-07
    Life(
        "herder, counted ahead",
        date(1964, 3, 10),
        "M",
        date(2019, 2, 10),
        {
            "herder work": date(2019, 7, 31),
            "general fewer": date(2025, 12, 10),
            "proportional risen": date(2025, 12, 10),
        },
        ledger=(Paid(date(1995, 1, 1), 48), Paid(date(2004, 1, 1), 181)),
        jobs=(Job(date(1995, 1, 1), date(1998, 12, 31)), Job(date(2004, 1, 1), None, kind="herder")),
    ),
    Life(
        "herder, all paid",
        date(1964, 3, 10),
        "M",
        date(2019, 12, 31),
        {
            "herder work": date(2019, 7, 31),
            "general fewer": date(2025, 12, 10),
            "proportional risen": date(2025, 12, 10),
        },
        ledger=(Paid(date(1995, 1, 1), 48), Paid(date(2004, 1, 1), 187)),
        jobs=(
            Job(date(1995, 1, 1), date(1998, 12, 31)),
            Job(date(2004, 1, 1), date(2019, 7, 31), kind="herder"),
        ),
    ),
    # 1985-01…1991-06 = 78 months stand in the book; 1991-07…1994-12 lack the 13.5 % reference: 78 + 41 = 119
    Life(
        "time from 1991-07 without the 13.5 %",
        date(1955, 1, 1),
        "M",
        date(2015, 12, 31),
        {},
        ledger=(Paid(date(1995, 1, 1), 41),),
        jobs=(OLD_JOB,),
    ),
    Life(
        "the same, read as the book stands",
        date(1955, 1, 1),
        "M",
        date(2015, 12, 31),
        {"proportional fixed": date(2015, 1, 1)},
        ledger=(Paid(date(1995, 1, 1), 41),),
        jobs=(OLD_JOB,),
        reading="claimed",
    ),
    # 120 + 120 = 240
    Life(
        "time from 1991-07 with it",
        date(1955, 1, 1),
        "M",
        date(2015, 12, 31),
        {"general full": date(2015, 1, 1), "proportional fixed": date(2015, 1, 1)},
        ledger=(Paid(date(1995, 1, 1), 120),),
        jobs=(OLD_JOB,),
        papers=(CONTRIBUTION_135,),
    ),
    # received the day after the day asked: not known
    Life(
        "the reference came a day late",
        date(1955, 1, 1),
        "M",
        date(2015, 12, 31),
        {"proportional fixed": date(2015, 1, 1)},
        ledger=(Paid(date(1995, 1, 1), 120),),
        jobs=(OLD_JOB,),
        papers=(replace(CONTRIBUTION_135, received_on=date(2016, 1, 1)),),
    ),
    Life(
        "bought back instead",
        date(1955, 1, 1),
        "M",
        date(2015, 12, 31),
        {"general full": date(2015, 1, 1), "proportional fixed": date(2015, 1, 1)},
        ledger=(Paid(date(1995, 1, 1), 120),),
        jobs=(OLD_JOB,),
        bought=(date(1991, 7, 1), date(1994, 12, 31)),
    ),
    # a corrected book proves nothing by itself: 119 months remain
    Life(
        "corrected entry without orders",
        date(1955, 1, 1),
        "M",
        date(2015, 12, 31),
        {},
        ledger=(Paid(date(1995, 1, 1), 119),),
        jobs=(replace(OLD_JOB, corrected=True),),
        papers=(CONTRIBUTION_135,),
    ),
    # orders for 1985-01…1985-12 prove 12 months: 12 + 119 = 131
    Life(
        "corrected entry, orders for one year",
        date(1955, 1, 1),
        "M",
        date(2015, 12, 31),
        {"proportional fixed": date(2015, 1, 1)},
        ledger=(Paid(date(1995, 1, 1), 119),),
        jobs=(replace(OLD_JOB, corrected=True),),
        papers=(Paper("archive_orders", date(1985, 1, 1), date(1985, 12, 31), date(2010, 1, 1)),),
    ),
    # two entries over the same years count once: 78 + 41 = 119
    Life(
        "overlapping entries",
        date(1955, 1, 1),
        "M",
        date(2015, 12, 31),
        {},
        ledger=(Paid(date(1995, 1, 1), 41),),
        jobs=(OLD_JOB, replace(OLD_JOB, hired_on=date(1986, 1, 1))),
    ),
    # 1988-01-10…1988-02-25: 1 month 16 days; 1990-01-10…1990-02-23: 1 month 14 days
    # 30 days = 1 month: 3 + 117 = 120
    Life(
        "left-over days make a month",
        date(1955, 1, 1),
        "M",
        date(2015, 12, 31),
        {"proportional fixed": date(2015, 1, 1)},
        ledger=(Paid(date(1995, 1, 1), 117),),
        jobs=(Job(date(1988, 1, 10), date(1988, 2, 25)), Job(date(1990, 1, 10), date(1990, 2, 23))),
    ),
    # one day fewer: 29 days make none
    Life(
        "left-over days one short",
        date(1955, 1, 1),
        "M",
        date(2015, 12, 31),
        {},
        ledger=(Paid(date(1995, 1, 1), 117),),
        jobs=(Job(date(1988, 1, 10), date(1988, 2, 25)), Job(date(1990, 1, 10), date(1990, 2, 22))),
    ),
    Life(
        "conscript without a paper",
        date(1955, 1, 1),
        "M",
        date(2015, 12, 31),
        {},
        ledger=(Paid(date(1995, 1, 1), 119),),
        jobs=(Job(date(1974, 5, 1), date(1976, 4, 30), kind="conscript"),),
    ),
    Life(
        "conscript with a military card",
        date(1955, 1, 1),
        "M",
        date(2015, 12, 31),
        {"proportional fixed": date(2015, 1, 1)},
        ledger=(Paid(date(1995, 1, 1), 119),),
        jobs=(Job(date(1974, 5, 1), date(1976, 4, 30), kind="conscript"),),
        papers=(Paper("military_card", date(1974, 5, 1), date(1976, 4, 30), date(2010, 1, 1)),),
    ),
    # 11 is set aside: 119 others remain; read with them, 131
    Life(
        "military months set aside",
        date(1955, 1, 1),
        "M",
        date(2015, 12, 31),
        {},
        ledger=(Paid(date(1995, 1, 1), 119), Paid(date(2010, 1, 1), 12, insured_type="11")),
    ),
    Life(
        "military months counted",
        date(1955, 1, 1),
        "M",
        date(2015, 12, 31),
        {"proportional fixed": date(2015, 1, 1)},
        ledger=(Paid(date(1995, 1, 1), 119), Paid(date(2010, 1, 1), 12, insured_type="11")),
        reading="claimed",
    ),
]


def insert_life(con: duckdb.DuckDBPyConnection, number: int, life: Life) -> None:
    con.execute(
        "INSERT INTO person (person_id, birth_date, sex, office_code, delivered_by) VALUES (?, ?, ?, ?, ?)",
        [number, life.birth, life.sex, OFFICE, OFFICE],
    )
    for n, job in enumerate(life.jobs):
        con.execute(
            "INSERT INTO employment (employment_id, person_id, kind, work_condition, hired_on, released_on,"
            " certified, corrected, rewritten, records_lost, delivered_by) VALUES"
            " (?, ?, ?, ?, ?, ?, ?, ?, FALSE, FALSE, ?)",
            [
                f"{number}/{n}",
                number,
                job.kind,
                job.condition,
                job.hired_on,
                job.released_on,
                job.certified,
                job.corrected,
                OFFICE,
            ],
        )
    for part in life.ledger:
        con.execute(
            "INSERT INTO contribution (person_id, employer_no, period, insured_type, wage, reported_on,"
            " paid_on, delivered_by)"
            " SELECT ?, ?, add_months(CAST(? AS DATE), i), ?, ?, add_months(CAST(? AS DATE), i + 1),"
            " CASE WHEN ? THEN CAST(add_months(CAST(? AS DATE), i + 1) + 3 AS DATE) END, ?"
            " FROM range(?) AS r(i)",
            [
                number,
                part.employer,
                part.first,
                part.insured_type,
                part.wage,
                part.first,
                part.is_paid,
                part.first,
                OFFICE,
                part.months,
            ],
        )
    for n, (birth, adopted) in enumerate(life.children):
        con.execute(
            "INSERT INTO child (child_id, person_id, birth_date, adopted_on, raised_to_six, delivered_by)"
            " VALUES (?, ?, ?, ?, TRUE, ?)",
            [f"{number}/{n}", number, birth, adopted, OFFICE],
        )
    for n, paper in enumerate(life.papers):
        con.execute(
            "INSERT INTO document (document_id, person_id, kind, covers_from, covers_to, received_on,"
            " delivered_by) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                f"{number}/{n}",
                number,
                paper.kind,
                paper.covers_from,
                paper.covers_to,
                paper.received_on,
                OFFICE,
            ],
        )
    if life.bought:
        con.execute(
            "INSERT INTO bought_service (credit_id, person_id, covers_from, covers_to, paid_on, delivered_by)"
            " VALUES (?, ?, ?, ?, DATE '2013-05-20', ?)",
            [str(number), number, *life.bought, OFFICE],
        )
    key = [life.asked_on.year + 1, OFFICE, "employer", life.name]
    con.execute(
        "INSERT INTO register (register_year, office_code, listed_under, listed_name, drawn_up_on,"
        " delivered_by) VALUES (?, ?, ?, ?, ?, ?)",
        [*key, life.asked_on, OFFICE],
    )
    con.execute(
        "INSERT INTO register_entry (register_year, office_code, listed_under, listed_name, person_id,"
        " delivered_by) VALUES (?, ?, ?, ?, ?, ?)",
        [*key, number, OFFICE],
    )


@pytest.fixture(scope="module")
def world(catalogue: Catalogue) -> Iterator[duckdb.DuckDBPyConnection]:
    con = connect()
    create_tables(con, catalogue.tables.values())
    declare_world(con, catalogue.law, catalogue.thresholds)
    con.execute(
        "INSERT INTO batch (office_code, exported_at) VALUES (?, ?)", [OFFICE, datetime(2026, 1, 12, 18)]
    )
    con.execute(
        "INSERT INTO employer (employer_no, sector, registered_on, delivered_by)"
        " VALUES (?, 'private', DATE '2000-01-01', ?), (?, 'public', DATE '2000-01-01', ?)",
        [PRIVATE, OFFICE, PUBLIC, OFFICE],
    )
    for number, life in enumerate(LIVES):
        insert_life(con, number, life)
    build_populations(con, catalogue, [catalogue.rules["REG-02"]])
    yield con
    con.close()


@pytest.mark.parametrize(("number", "life"), list(enumerate(LIVES)), ids=[life.name for life in LIVES])
def test_day_the_right_arises(world: duckdb.DuckDBPyConnection, number: int, life: Life) -> None:
    rows = world.execute(
        "SELECT condition || ' ' || way, right_on FROM right_date"
        " WHERE person_id = ? AND asked_on = ? AND reading = ? AND is_recorded",
        [number, life.asked_on, life.reading],
    ).fetchall()
    assert dict(rows) == life.expect


def test_a_month_paid_late_is_known_from_its_payment(world: duckdb.DuckDBPyConnection) -> None:
    number = next(n for n, life in enumerate(LIVES) if life.name == "240 months")
    known = world.execute(
        "SELECT min(known_on), max(known_on) FROM service_month WHERE person_id = ?", [number]
    ).fetchall()
    assert known == [(date(1995, 2, 4), date(2015, 1, 4))]
