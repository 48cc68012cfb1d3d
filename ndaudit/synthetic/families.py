"""Deaths, children, and the families the dead leave: who may claim what, and from which day."""

from datetime import date

import numpy as np
import polars as pl

from ndaudit.synthetic.months import AS_OF, day_in, last_day, month, month_of, shifted
from ndaudit.synthetic.people import NONE, register_numbers
from ndaudit.synthetic.plan import OfficePlan

PENSION = {
    "claimant": "old_age",
    "proportional": "old_age",
    "disabled": "disability",
    "military": "military",
    "family": "survivor",
}
YOUNG = date(2005, 1, 1)
"""Members of bereaved families born later are children."""

CONDITION = {"toxic": "toxic_hot", "hot": "toxic_hot"}


def with_deaths(plan: OfficePlan, people: pl.DataFrame) -> pl.DataFrame:
    """Return the people with `deceased_on`: breadwinners when their career ends, some pensioners later."""
    rng = plan.chance("deaths")
    kind, count = people["kind"].to_numpy(), people.height
    dead = np.full(count, NONE)
    late = kind == "late"
    dead[late] = day_in(people["end"].to_numpy()[late] + 1, rng.integers(1, 29, int(late.sum())))
    from_month = (
        month_of(np.where(kind == "claimant", people["right_on"].to_numpy(), np.datetime64("2010-01-01"))) + 6
    )
    pensioner = (kind == "claimant") & (from_month < month(2025, 10)) & (rng.random(count) < 0.08)
    draw = rng.integers(np.minimum(from_month, month(2025, 10)), month(2025, 11))
    dead = np.where(pensioner, day_in(draw, rng.integers(1, 29, count)), dead)
    return people.with_columns(deceased_on=pl.Series(dead))


def children(plan: OfficePlan, people: pl.DataFrame) -> pl.DataFrame:
    """Return the table `child`: births 26 months apart from the mother's twenty-first year on.

    With some mothers the first two are twins. Some certificates are irregular, and were compared with the
    registry before the mother's right arose.
    """
    mothers = people.filter(pl.col("children") > 0)
    count = mothers["children"].to_numpy()
    row = np.repeat(np.arange(mothers.height), count)
    order = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    twins = (mothers["person_id"].to_numpy()[row] % 11 == 5) & (order > 0)
    birth = shifted(mothers["birth_date"].to_numpy()[row], 20 * 12 + 26 * (order - twins))
    born = birth <= np.datetime64("2025-06-30")
    row, order, birth = row[born], order[born], birth[born]
    girl = plan.chance("children").random(len(row)) < 0.5
    number = np.arange(1, len(row) + 1)
    checked = mothers["right_on"].to_numpy()[row] - np.timedelta64(40, "D")
    irregular = (number % 9 == 0) & (checked <= np.datetime64(AS_OF))
    own = pl.DataFrame(
        {
            "child_id": [f"{plan.code}-{index}" for index in number.tolist()],
            "person_id": mothers["person_id"].to_numpy()[row],
            "register_no": register_numbers(plan.code, birth, girl, 14),
            "birth_date": birth,
            "certificate_no": [f"Т{plan.code}{index:06d}" for index in number.tolist()],
            "raised_to_six": shifted(birth, 72) <= np.datetime64(AS_OF),
            "certificate_irregular": irregular,
            "registry_checked_on": np.where(irregular, checked, NONE),
            "kind": mothers["kind"].to_numpy()[row],
        }
    )
    return pl.concat([_given_away(own), _adopted(own)], how="diagonal_relaxed").drop("kind")


def _given(children: pl.DataFrame) -> pl.Expr:
    """Return which children their mother gave away: a few grown ones of working mothers."""
    grown = (children["kind"] == "worker") & (children["birth_date"] < date(2012, 1, 1))
    places = children.with_row_index("place").filter(grown)["place"].gather_every(15)
    return pl.int_range(pl.len()).is_in(places.cast(pl.Int64).implode())


def _given_away(children: pl.DataFrame) -> pl.DataFrame:
    return children.with_columns(raised_to_six=pl.col("raised_to_six") & ~_given(children))


def _adopted(children: pl.DataFrame) -> pl.DataFrame:
    """Return the children given away as those of the women who adopted and raised them."""
    # With one child of their own they stay far from the mother's condition.
    single = (pl.col("kind") == "worker") & (pl.len().over("person_id") == 1)
    homes = children.filter(single)["person_id"].reverse()
    given = children.filter(_given(children)).head(homes.len())
    return (
        given.with_columns(
            new_home=homes.head(given.height),
            child_id=pl.col("child_id") + "ү",
            adopted_on=pl.col("birth_date").dt.offset_by("1y"),
        )
        .filter(pl.col("new_home") != pl.col("person_id"))
        .with_columns(person_id="new_home")
        .drop("new_home")
    )


def _survivors(people: pl.DataFrame) -> pl.DataFrame:
    """Return each family member with the breadwinner they lost."""
    family = people.filter(pl.col("kind") == "family").sort("person_id")
    late = people.filter(pl.col("kind") == "late").sort("person_id").head(family.height)
    return family.head(late.height).with_columns(
        deceased_person_id=late["person_id"],
        right_on=late["deceased_on"],
        end=late["end"],
        cause=pl.when(late["person_id"] % 2 == 0).then(pl.lit("work_accident")).otherwise(pl.lit("ordinary")),
    )


def claims(people: pl.DataFrame) -> pl.DataFrame:
    """Return everybody who drew up a file, in the order the rights arose.

    Columns besides the person's: insured_id (whose service counts), pension_type, file_condition, regime,
    cause, deceased_person_id, capacity, right_on.
    """
    end = people["end"].to_numpy()
    onset = pl.Series(day_in(end + 1, 1 + end % 28))
    own = (
        people.filter(pl.col("kind").is_in(["claimant", "proportional", "disabled", "military"]))
        .join(
            people.select("person_id", onset=onset, last=pl.Series(last_day(end))),
            on="person_id",
            maintain_order="left",
        )
        .with_columns(
            right_on=pl.when(pl.col("kind") == "disabled")
            .then("onset")
            .when(pl.col("kind") == "military")
            .then("last")
            .otherwise("right_on"),
            cause=pl.when(pl.col("kind") == "disabled").then(
                pl.when(pl.col("person_id") % 4 == 0)
                .then(pl.lit("work_accident"))
                .otherwise(pl.lit("ordinary"))
            ),
            deceased_person_id=pl.lit(None, pl.Int64),
        )
        .drop("onset", "last")
    )
    both = pl.concat([own, _survivors(people).select(own.columns)])
    return both.with_columns(
        insured_id=pl.coalesce("deceased_person_id", "person_id"),
        pension_type=pl.col("kind").replace_strict(PENSION),
        regime=pl.when(pl.col("kind") == "military").then(pl.lit("military")).otherwise(pl.lit("civil")),
        file_condition=pl.when(pl.col("kind") == "military")
        .then(pl.lit("military_full"))
        .otherwise(pl.col("condition").replace(CONDITION)),
        capacity=pl.when(pl.col("kind") == "disabled").then(50 + pl.col("person_id") % 7 * 5),
    ).sort("right_on", "person_id")


def disabled_from_childhood() -> pl.Expr:
    """Return which members of bereaved families were disabled as children: every third child."""
    return (pl.col("birth_date") > YOUNG) & (pl.col("person_id") % 3 == 0)


def survivor_members(files: pl.DataFrame) -> pl.DataFrame:
    """Return the table `survivor_member`: the claimant of each survivor's file."""
    young = pl.col("birth_date") > YOUNG
    return files.filter(pl.col("pension_type") == "survivor").select(
        "file_no",
        "person_id",
        relation=pl.when(young).then(pl.lit("child")).otherwise(pl.lit("spouse")),
        disabled_from_childhood=disabled_from_childhood(),
        share=pl.lit("1"),
    )
