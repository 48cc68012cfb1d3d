"""The store of validation results: nothing that may name a person is written to it.

Every result Great Expectations keeps passes `masked` first, so the Data Docs, which are built from the store,
cannot show more than it. Rows are named by the delivery they came in: file and row number.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from great_expectations.core import ExpectationSuiteValidationResult
from great_expectations.data_context.store import ValidationResultsStore

from ndaudit.masking import Masker, read_key
from ndaudit.suites.kept import RULES
from ndaudit.suites.outcomes import without_values
from ndaudit.tables import PROVENANCE, Table, read_tables

LOCATION = ("delivered_by", "source_file", "source_row")
"""Where an unexpected value stands: the office, its file, and the row in it."""
_DROPPED = ("unexpected_rows", "unexpected_index_query", "unexpected_list", "details")
_COUNTED = ("element_count", "missing_count", "unexpected_count")


class MaskedResultsStore(ValidationResultsStore):  # type: ignore[misc]
    """Keeps validation results as JSON, masked.

    Args:
        dictionary: folder of the data dictionary, which says what is personal.
        key_file: the masking key.
    """

    def __init__(self, dictionary: str, key_file: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._tables = read_tables(Path(dictionary))
        self._key = read_key(Path(key_file))

    def serialize(self, value: ExpectationSuiteValidationResult) -> str:
        """Return the JSON of a suite's result, masked."""
        raw = value.to_json_dict()
        if raw["suite_name"] != RULES:
            table = self._tables.get(raw["suite_name"])
            raw["results"] = [masked(result, table, self._key) for result in raw["results"]]
        return json.dumps(raw, ensure_ascii=False, indent=1, sort_keys=True)


def masked(result: dict[str, Any], table: Table | None, key: bytes) -> dict[str, Any]:
    """Return one expectation's result without personal data.

    Values of a column the dictionary calls not personal stay; any other value becomes a pseudonym. Whole
    rows, queries and quoted parts of error messages are left out.
    """
    shown = public_columns(table)
    kwargs = result["expectation_config"]["kwargs"]
    about = str(kwargs.get("column", ""))
    masker = Masker(key, _purpose(table, about))
    found: dict[str, Any] = {}
    for name, value in result.get("result", {}).items():
        if name not in _DROPPED:
            found[name] = value if _countable(name, value, kwargs) else _veil(value, about, shown, masker)
    return result | {"result": found, "exception_info": _quiet(result.get("exception_info"))}


def public_columns(table: Table | None) -> frozenset[str]:
    """Return the columns whose values may be shown: those the dictionary calls not personal, and where."""
    named = {column.name for column in table.columns if column.personal is None} if table else set()
    return frozenset(named | set(PROVENANCE))


def _purpose(table: Table | None, column: str) -> str:
    classes = {c.name: c.personal for c in table.columns} if table else {}
    return classes.get(column) or "value"


def _countable(name: str, value: Any, kwargs: Mapping[str, Any]) -> bool:
    """Tell numbers about a whole column or table, and column names, from values that stand in rows."""
    about_columns = not any(k.startswith("column") and k != "column_set" for k in kwargs)
    return (
        name in _COUNTED
        or "percent" in name
        or name == "unexpected_index_column_names"
        or (name == "observed_value" and about_columns)
    )


def _veil(value: Any, column: str, shown: frozenset[str], masker: Masker) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return [_veil(item, column, shown, masker) for item in value]
    if isinstance(value, dict):
        if set(value) == {"value", "count"}:
            return value | {"value": _veil(value["value"], column, shown, masker)}
        return {name: _veil(item, name, shown, masker) for name, item in value.items()}
    return value if column in shown else masker.mask(str(value))


def _quiet(info: Any) -> Any:
    """Return exception information without traceback and without what its messages quote."""
    if not isinstance(info, dict):
        return info
    if "raised_exception" not in info:
        return {name: _quiet(part) for name, part in info.items()}
    message = info.get("exception_message")
    return info | {
        "exception_traceback": None,
        "exception_message": without_values(message) if message else None,
    }
