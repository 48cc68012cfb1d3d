"""Which office's rows broke a contract: counted in one pass over each table where something failed."""

from typing import Any

import sqlalchemy as sa
from great_expectations.core import ExpectationValidationResult
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.validator.metric_configuration import MetricConfiguration

from ndaudit.suites.datasource import DuckDBExecutionEngine

OFFICE = "delivered_by"
_COUNT = "unexpected_count"


def count_by_office(
    engine: DuckDBExecutionEngine, table: str, results: list[ExpectationValidationResult]
) -> bool:
    """Write, into the `meta` of each expectation that failed row by row, how many rows of which office did.

    Args:
        engine: the engine that evaluated them.

    Returns:
        whether anything was written.
    """
    failed = [(one, condition) for one in results if (condition := _condition(engine, one)) is not None]
    if not failed:
        return False
    marks = [sa.case((condition, 1), else_=0) for _, condition in failed]
    office: sa.ColumnClause[str] = sa.column(OFFICE)
    sums = [sa.func.sum(mark) for mark in marks]
    query = sa.select(office, sa.func.count(), *sums).select_from(sa.table(table)).group_by(office)
    rows = engine.execute_query(query.order_by(office)).fetchall()
    for place, (one, _) in enumerate(failed):
        one.meta["offices"] = [
            {"office_code": code, "element_count": int(size), _COUNT: int(counts[place])}
            for code, size, *counts in rows
            if counts[place]
        ]
    return True


def _condition(engine: DuckDBExecutionEngine, one: ExpectationValidationResult) -> Any | None:
    if not one.result.get(_COUNT):
        return None
    asked = one.expectation_config.to_domain_obj()
    if not isinstance(asked, ColumnMapExpectation):
        return None
    needed = asked.get_validation_dependencies(engine, {"result_format": "BASIC"})
    count: MetricConfiguration = needed.metric_configurations[f"{asked.map_metric}.{_COUNT}"]
    condition = engine.condition_of(count)
    # what is unique is judged against other rows, and no row breaks it by itself
    alone = condition is not None and not sa.select(condition).get_final_froms()
    return condition if alone else None
