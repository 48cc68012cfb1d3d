"""Persons who may stand twice, asked of splink: a second opinion beside `duplicates`, if the extra is there.

The same fields and the same assumption of what one person's two entries look like; how often two people
agree by chance splink estimates by itself, and it pairs by blocks of its own. Source of the method: Linacre
and others, *Splink: Free software for probabilistic record linkage at scale* (2022).
"""

from decimal import Decimal
from importlib.util import find_spec
from math import log2
from typing import Any

import polars as pl

from ndaudit.analyses.duplicates import EQUAL_ONLY, FIELDS, FIRST_M, LEVELS, prepare_persons
from ndaudit.errors import MachineError
from ndaudit.reading import Reading

PACKAGE = "splink"
SEED = 1
SAMPLED = 200_000
_COLUMNS = {"birth_date": "born"}
"""The column of the prepared persons that holds a field, where its name differs."""
_LOG2 = pl.Decimal(10, 1)
_PAIRS: dict[str, Any] = {"item_key": pl.String, "other_key": pl.String, "weight": _LOG2, "needed": _LOG2}
_WEIGHTS: dict[str, Any] = {"field": pl.String, "level": pl.String, "weight": _LOG2}


def linkage(reading: Reading, most: int = 30) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the pairs splink holds likelier one person than two, and the weight of each comparison.

    Columns of the pairs: item_key, other_key (to be masked), weight (log2), needed: log2 of the number of
    persons, as in `duplicates`. Of the weights: field, level, weight.

    Raises:
        MachineError: splink is not installed (the extra `linkage`).
    """
    if find_spec(PACKAGE) is None:
        raise MachineError("reading.no_splink")
    # an optional extra, and seconds to import
    from splink import DuckDBAPI, Linker

    prepare_persons(reading)
    persons = int(reading.frame("SELECT count(*) AS n FROM linkage_person").item())
    needed = log2(max(persons, 2))
    api = DuckDBAPI(reading.con)
    try:
        linker = Linker(api.register("linkage_person"), _settings(), log_level="ERROR")
        linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED, seed=SEED)
        found = linker.inference.predict(threshold_match_weight=needed).as_record_list()
        model = linker.misc.save_model_to_json()
    finally:
        api.delete_tables_created_by_splink_from_db()
    rows = []
    for one in found:
        both = sorted((one["person_id_l"], one["person_id_r"]))
        rows.append((*map(str, both), _tenths(one["match_weight"]), _tenths(needed)))
    pairs = pl.DataFrame(rows, schema=_PAIRS, orient="row")
    order = pairs.sort("weight", "item_key", "other_key", descending=[True, False, False])
    return order.head(most), pl.DataFrame(_weights(model), schema=_WEIGHTS, orient="row")


def _settings() -> Any:
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="person_id",
        # any two people are one with this chance beforehand: the weight then speaks of the comparison alone
        probability_two_random_records_match=0.5,
        comparisons=[_comparison(field) for field in FIELDS],
        blocking_rules_to_generate_predictions=[
            block_on("born", "given_name"),
            block_on("born", "surname"),
            block_on("surname", "given_name", "substr(born, 1, 4)"),
        ],
    )


def _comparison(field: str) -> Any:
    import splink.comparison_library as library

    column = _COLUMNS.get(field, field)
    if field in EQUAL_ONLY:
        return library.ExactMatch(column).configure(m_probabilities=[FIRST_M["same"], 1 - FIRST_M["same"]])
    near = (
        library.JaroWinklerAtThresholds(column, [0.93])
        if field in ("surname", "given_name")
        else library.DamerauLevenshteinAtThresholds(column, [1])
    )
    return near.configure(m_probabilities=[FIRST_M[level] for level in LEVELS])


def _weights(model: dict[str, Any]) -> list[tuple[str, str, Decimal]]:
    """Return log2(m ÷ u) of each level of each comparison, in the order of the fields."""
    rows = []
    for field, comparison in zip(FIELDS, model["comparisons"], strict=True):
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        names = LEVELS if len(levels) == len(LEVELS) else (LEVELS[0], LEVELS[-1])
        rows += [
            (field, name, _tenths(log2(level["m_probability"] / level["u_probability"])))
            for name, level in zip(names, levels, strict=True)
            # a level nobody in the sample came to has no chance to be weighed against
            if level.get("u_probability")
        ]
    return rows


def _tenths(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal("0.1"))
