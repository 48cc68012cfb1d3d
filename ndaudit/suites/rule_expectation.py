"""A rule as a Great Expectations expectation: its numbers are those of the evaluated run, never recomputed.

The connection it runs on holds `rule_result` of the run, and what `ndaudit.suites.outcomes` laid beside it:
`rule_failure` (rules that could not be run) and `rule_sample` (first item keys, already masked).
"""

from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from great_expectations.core import ExpectationValidationResult
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation, render_suite_parameter_string
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_value
from great_expectations.render import RenderedStringTemplateContent
from great_expectations.render.components import LegacyDiagnosticRendererType, LegacyRendererType
from great_expectations.render.renderer.renderer import renderer
from great_expectations.render.renderer_configuration import RendererConfiguration, RendererValueType

from ndaudit.suites.outcomes import OFFICE_SAMPLE, SAMPLE
from ndaudit.suites.phrases import rule_line, rule_name

COUNTS = ("population", "met", "exceptions", "missing_value", "not_delivered", "law_value_unknown")
_TOTALS = "SELECT office_code, " + ", ".join(COUNTS) + ", effect FROM rule_result WHERE rule_id = :rule"
_SAMPLE = f"""
SELECT item_key, outcome, office_code FROM rule_sample
WHERE rule_id = :rule AND place <= {SAMPLE} ORDER BY place
"""
_BY_OFFICE = f"""
SELECT item_key, outcome, office_code FROM rule_sample
WHERE rule_id = :rule AND office_place <= {OFFICE_SAMPLE} ORDER BY office_code, office_place
"""
_FAILURE = "SELECT why FROM rule_failure WHERE rule_id = :rule"


class RuleOutcome(MetricProvider):  # type: ignore[misc]
    """What the run decided for one rule: counts and masked samples by office, and why it could not be run."""

    metric_name = "rule.outcome"
    value_keys = ("rule_id",)

    @metric_value(engine=SqlAlchemyExecutionEngine)  # type: ignore[untyped-decorator]
    def _sqlalchemy(
        cls,  # noqa: N805 (Great Expectations calls it so)
        execution_engine: SqlAlchemyExecutionEngine,
        metric_value_kwargs: dict[str, Any],
        **_: Any,
    ) -> dict[str, Any]:
        def rows(query: str) -> list[dict[str, Any]]:
            bound = sa.text(query).bindparams(rule=metric_value_kwargs["rule_id"])
            return [dict(row._mapping) for row in execution_engine.execute_query(bound).fetchall()]

        failures = rows(_FAILURE)
        samples: dict[str | None, list[dict[str, Any]]] = {}
        for item in rows(_BY_OFFICE):
            samples.setdefault(item.pop("office_code"), []).append(item)
        offices = sorted(rows(_TOTALS + " ORDER BY office_code"), key=lambda row: -row["exceptions"])
        return {
            "offices": [row | {"sample": samples.get(row["office_code"], [])} for row in offices],
            "sample": rows(_SAMPLE),
            "failure": failures[0]["why"] if failures else None,
        }


class ExpectRuleToHold(BatchExpectation):  # type: ignore[misc]
    """Expect every item of a rule's population to meet the rule, as the run decided it.

    An item is unexpected when it is an exception, or undetermined for a missing value; items undetermined
    because a table was not delivered or a value of law is not on file are counted in `meta` only. A lead
    (severity info) always succeeds: it ranks and never accuses.

    Args:
        rule_id: the rule.
        title: what must hold, `{"mn": …, "en": …}`.
        findings: where all findings of the run lie, from the workbench.
        lang: language of the rendered line.
    """

    rule_id: str
    title: dict[str, str]
    findings: str
    lang: Literal["mn", "en"] = "mn"

    metric_dependencies: ClassVar[tuple[str, ...]] = ("rule.outcome",)
    success_keys: ClassVar[tuple[str, ...]] = ("rule_id", "title", "findings", "lang")
    args_keys: ClassVar[tuple[str, ...]] = ("rule_id",)

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None
    ) -> ExpectationValidationResult:
        outcome = metrics["rule.outcome"]
        counts = {name: sum(int(row[name]) for row in outcome["offices"]) for name in COUNTS}
        unexpected = counts["exceptions"] + counts["missing_value"]
        held = unexpected == 0 and outcome["failure"] is None
        size = counts["population"]
        return ExpectationValidationResult(
            success=held or self.severity == FailureSeverity.INFO,
            result={
                "element_count": size,
                "unexpected_count": unexpected,
                "unexpected_percent": round(100 * unexpected / size, 6) if size else 0.0,
                "unexpected_index_column_names": ["item_key"],
                "unexpected_index_list": outcome["sample"],
                "partial_unexpected_list": [row["item_key"] for row in outcome["sample"]],
            },
            meta=counts
            | {
                "findings": self.findings,
                "failure": outcome["failure"],
                "effect": str(sum(row["effect"] or 0 for row in outcome["offices"])),
                "offices": [row | {"effect": str(row["effect"] or 0)} for row in outcome["offices"]],
            },
        )

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: RendererConfiguration) -> RendererConfiguration:
        kwargs = renderer_configuration.kwargs
        text = rule_name(kwargs["rule_id"], kwargs["title"], kwargs["lang"])
        renderer_configuration.add_param("line", RendererValueType.STRING, text)
        renderer_configuration.template_str = "$line"
        return renderer_configuration

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)  # type: ignore[untyped-decorator]
    @render_suite_parameter_string  # type: ignore[untyped-decorator]
    def _prescriptive_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,
        result: ExpectationValidationResult | None = None,
        runtime_configuration: Any = None,
        **_: Any,
    ) -> list[RenderedStringTemplateContent]:
        about = configuration or (result.expectation_config if result else None)
        if about is None:
            return []
        name = rule_name(about.kwargs["rule_id"], about.kwargs["title"], about.kwargs["lang"])
        return [
            RenderedStringTemplateContent(
                content_block_type="string_template",
                string_template={"template": "$line", "params": {"line": name}, "styling": {}},
            )
        ]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)  # type: ignore[untyped-decorator]
    def _diagnostic_observed_value_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,
        result: ExpectationValidationResult | None = None,
        runtime_configuration: Any = None,
        **_: Any,
    ) -> str:
        if result is None or result.expectation_config is None:
            return "–"
        kwargs = result.expectation_config.kwargs
        return rule_line(kwargs["rule_id"], kwargs["title"], result.meta, kwargs["lang"])
