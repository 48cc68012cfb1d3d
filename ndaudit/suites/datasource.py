"""The DuckDB datasource of ours: Great Expectations 1.24 has none.

It works on a live connection, keeps one connection for all queries (a result fetched after its connection
went back to the pool is empty), copies no table, and asks for failing values only where something failed.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import duckdb
import sqlalchemy as sa
from duckdb_sqlalchemy import ConnectionWrapper
from great_expectations.core.batch import BatchMarkers
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.execution_engine.sqlalchemy_batch_data import SqlAlchemyBatchData
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    column_condition_partial,
)
from great_expectations.validator.metric_configuration import MetricConfiguration
from sqlalchemy.pool import StaticPool

_EXAMPLES = (".unexpected_values", ".unexpected_index_list", ".unexpected_value_counts")
_COUNT = ".unexpected_count"
_CONDITION = ".condition"


def _condition(metric: MetricConfiguration, suffix: str) -> tuple[str, str]:
    """Return what identifies the condition a metric is about: its name, and its domain and values."""
    values = {k: v for k, v in metric.metric_value_kwargs.items() if k != "result_format"}
    about = (metric.metric_domain_kwargs, sorted(values.items()))
    return metric.metric_name.removesuffix(suffix), repr(about)


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):  # type: ignore[misc]
    """Runs the queries of Great Expectations on one DuckDB connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connection: sa.Connection | None = None
        self._counts: dict[tuple[str, str], int] = {}
        self._conditions: dict[Any, Any] = {}

    @contextmanager
    def get_connection(self) -> Iterator[sa.Connection]:
        """Yield the one connection."""
        if self._connection is None:
            self._connection = self.engine.connect()
        yield self._connection

    def get_batch_data_and_markers(self, batch_spec: Any) -> tuple[SqlAlchemyBatchData, BatchMarkers]:
        """Open a batch; what an earlier batch came to no longer counts."""
        self._counts.clear()
        opened: tuple[SqlAlchemyBatchData, BatchMarkers] = super().get_batch_data_and_markers(batch_spec)
        return opened

    def resolve_metrics(
        self,
        metrics_to_resolve: Iterable[MetricConfiguration],
        metrics: dict[Any, Any] | None = None,
        runtime_configuration: dict[str, Any] | None = None,
    ) -> dict[Any, Any]:
        """Resolve metrics: counts in one query a table, then examples of the conditions that failed only."""
        due = list(metrics_to_resolve)
        known = {} if metrics is None else metrics
        examples = {m.id: _condition(m, s) for m in due for s in _EXAMPLES if m.metric_name.endswith(s)}
        first = [m for m in due if m.id not in examples]
        if first:
            # what is left out here is asked for again in the next round, when the counts are known
            resolved: dict[Any, Any] = super().resolve_metrics(first, known, runtime_configuration)
            for metric in first:
                if metric.metric_name.endswith(_COUNT) and metric.id in resolved:
                    # a sum over no row is NULL in SQL
                    resolved[metric.id] = resolved[metric.id] or 0
                    self._counts[_condition(metric, _COUNT)] = resolved[metric.id]
                elif metric.metric_name.endswith(_CONDITION) and metric.id in resolved:
                    self._conditions[metric.id] = resolved[metric.id][0]
            return resolved
        empty: dict[Any, Any] = {m.id: [] for m in due if self._counts.get(examples[m.id]) == 0}
        rest = [m for m in due if m.id not in empty]
        return empty | super().resolve_metrics(rest, known, runtime_configuration) if rest else empty

    def condition_of(self, count: MetricConfiguration) -> Any | None:
        """Return what was counted as unexpected, as SQL, or None when it cannot be counted row by row."""
        name = count.metric_name.removesuffix(_COUNT) + _CONDITION
        about = MetricConfiguration(name, count.metric_domain_kwargs, count.metric_value_kwargs)
        return self._conditions.get(about.id)


# named here because inside the class `type` is the field that names the kind of datasource
_EngineClass = type[DuckDBExecutionEngine]


class DuckDBDatasource(SQLDatasource):  # type: ignore[misc]
    """Makes `context.data_sources.add_duckdb(name, connection_string=…, kwargs=…)` available."""

    type: Literal["duckdb"] = "duckdb"

    @property
    def execution_engine_type(self) -> _EngineClass:
        """The engine its batches are read with."""
        return DuckDBExecutionEngine


def on_connection(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return what `add_duckdb` needs to work on the live connection `con` (on a cursor of it)."""
    return {
        "connection_string": "duckdb:///:memory:",
        "kwargs": {
            "creator": lambda: ConnectionWrapper(con.cursor()),
            "poolclass": StaticPool,
            "isolation_level": "AUTOCOMMIT",
            "skip_autocommit_rollback": True,
        },
    }


def let_go() -> None:
    """Drop what `duckdb_sqlalchemy` holds of DuckDB; to be called as the interpreter ends, and only then.

    Great Expectations keeps the dialect alive to the very end, and DuckDB then prints a page of warnings
    about leaks that are none.
    """
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "duckdb_sqlalchemy":
            vars(module).clear()


class MatchRegex(ColumnMapMetricProvider):  # type: ignore[misc]
    """`ExpectColumnValuesToMatchRegex` in DuckDB's words."""

    condition_metric_name = "column_values.match_regex"
    condition_value_keys = ("regex",)

    @column_condition_partial(engine=DuckDBExecutionEngine)  # type: ignore[untyped-decorator]
    def _duckdb(cls, column: Any, regex: str, **_: Any) -> Any:  # noqa: N805 (Great Expectations calls it so)
        return sa.func.regexp_matches(column, sa.literal(regex))


class NotMatchRegex(ColumnMapMetricProvider):  # type: ignore[misc]
    """`ExpectColumnValuesToNotMatchRegex` in DuckDB's words."""

    condition_metric_name = "column_values.not_match_regex"
    condition_value_keys = ("regex",)

    @column_condition_partial(engine=DuckDBExecutionEngine)  # type: ignore[untyped-decorator]
    def _duckdb(cls, column: Any, regex: str, **_: Any) -> Any:  # noqa: N805 (Great Expectations calls it so)
        return sa.not_(sa.func.regexp_matches(column, sa.literal(regex)))
