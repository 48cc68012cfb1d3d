"""What the pages of the Data Docs show, taken from stored (and therefore masked) validation results."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from ndaudit.notation import count
from ndaudit.offices import Office
from ndaudit.suites.phrases import column_title, expectation_line, rule_found
from ndaudit.suites.results import public_columns
from ndaudit.tables import Table
from ndaudit.wording import Language, named, say

SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True)
class SampleItem:
    """One unexpected item, its key masked."""

    key: str
    outcome: str
    office: str


@dataclass(frozen=True)
class OfficeCounts:
    """One office's share in a rule.

    Attributes:
        code: of the office; None for items of no office.
        not_delivered: whether a table the rule needs never came.
        unknown: items for which the law's value is not on file.
    """

    code: str | None
    name: str
    population: int
    exceptions: int
    missing: int
    not_delivered: bool
    unknown: int
    effect: Decimal
    sample: tuple[SampleItem, ...]


@dataclass(frozen=True)
class RuleView:
    """One rule as the pages show it.

    Attributes:
        found: the sentence that says what the run found.
        withheld: items (or offices) that could not be decided for want of a table or a value of law.
        law: acts and clauses, in words.
        command: shows all its findings.
    """

    id: str
    title: str
    severity: str
    found: str
    failed: bool
    population: int
    exceptions: int
    missing: int
    withheld: int
    effect: Decimal
    law: tuple[str, ...]
    assumptions: tuple[str, ...]
    false_positives: str | None
    offices: tuple[OfficeCounts, ...]
    sample: tuple[SampleItem, ...]
    findings: str
    command: str

    @property
    def unexpected(self) -> int:
        """Exceptions and incomplete items together."""
        return self.exceptions + self.missing

    @property
    def speaks(self) -> bool:
        """Whether there is something to show about it."""
        return self.failed or self.unexpected > 0

    @property
    def weight(self) -> tuple[bool, int, int, int, str]:
        """What it is sorted by: broken rules, then severity, exceptions, incomplete items, id."""
        rank = SEVERITIES.index(self.severity)
        return (not self.failed, rank, -self.exceptions, -self.missing, self.id)


@dataclass(frozen=True)
class Check:
    """One expectation of a contract suite.

    Attributes:
        personal: its values are shown masked.
        examples: office, file, row and value of rows that fail.
        failing: rows that fail, by the code of the office that delivered them.
    """

    column: str
    name: str
    asked: str
    ours: bool
    success: bool
    result: str
    severity: str
    rows: int | None
    personal: bool
    examples: tuple[tuple[str, str, str, str], ...]
    failing: Mapping[str, int]


@dataclass(frozen=True)
class TableView:
    """One table's contract as the pages show it."""

    name: str
    title: str
    rows: int
    checks: tuple[Check, ...]
    url: str

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that do not hold."""
        return tuple(check for check in self.checks if not check.success)


def office_name(code: str | None, offices: Mapping[str, Office], lang: Language) -> str:
    """Return an office's name and code; items of no office belong to the country."""
    if code is None:
        return say("suites.country", lang)
    return f"{offices[code].name.within(lang)} ({code})" if code in offices else code


def rule_views(
    result: ExpectationSuiteValidationResult, offices: Mapping[str, Office], lang: Language
) -> list[RuleView]:
    """Return the rules of a run, those that matter most first."""
    return sorted((_rule(one, offices, lang) for one in result.results), key=lambda rule: rule.weight)


def _rule(one: ExpectationValidationResult, offices: Mapping[str, Office], lang: Language) -> RuleView:
    about, found = one.expectation_config, one.meta
    declared, kwargs = about.meta, about.kwargs
    return RuleView(
        id=kwargs["rule_id"],
        title=kwargs["title"][lang],
        severity=_severity(about),
        found=rule_found(found, lang),
        failed=found["failure"] is not None,
        population=found["population"],
        exceptions=found["exceptions"],
        missing=found["missing_value"],
        withheld=found["not_delivered"] + found["law_value_unknown"],
        effect=Decimal(found["effect"]),
        law=tuple(
            say("suites.clause", lang, act=named("acts", law["act"], lang), clause=law["clause"])
            for law in declared["law"]
        ),
        assumptions=(
            *(named("assumptions", name, lang) for name in declared["assumptions"]),
            *(own[lang] for own in declared["own_law"]),
        ),
        false_positives=(declared["known_false_positives"] or {}).get(lang),
        offices=tuple(_share(row, offices, lang) for row in found["offices"]),
        sample=tuple(
            _item(row, row["office_code"], offices, lang) for row in one.result["unexpected_index_list"]
        ),
        findings=found["findings"],
        command=f"ndaudit findings --rule {kwargs['rule_id']}",
    )


def _share(row: Mapping[str, Any], offices: Mapping[str, Office], lang: Language) -> OfficeCounts:
    code = row["office_code"]
    return OfficeCounts(
        code=code,
        name=office_name(code, offices, lang),
        population=row["population"],
        exceptions=row["exceptions"],
        missing=row["missing_value"],
        not_delivered=row["not_delivered"] > 0,
        unknown=row["law_value_unknown"],
        effect=Decimal(row["effect"]),
        sample=tuple(_item(item, code, offices, lang) for item in row["sample"]),
    )


def _item(
    row: Mapping[str, Any], code: str | None, offices: Mapping[str, Office], lang: Language
) -> SampleItem:
    outcome = say(f"suites.outcome_{row['outcome']}", lang)
    return SampleItem(row["item_key"], outcome, office_name(code, offices, lang))


def table_view(
    result: ExpectationSuiteValidationResult,
    table: Table | None,
    offices: Mapping[str, Office],
    url: str,
    lang: Language,
) -> TableView:
    """Return a table's contract and how it was kept, failing checks first."""
    checks = [_check(one, table, offices, lang) for one in result.results]
    rows = [check.rows for check in checks if check.rows is not None]
    return TableView(
        name=result.suite_name,
        title=table.title.within(lang) if table else result.suite_name,
        rows=max(rows, default=0),
        checks=tuple(sorted(checks, key=lambda check: (check.success, check.column != ""))),
        url=url,
    )


def _check(
    one: ExpectationValidationResult, table: Table | None, offices: Mapping[str, Office], lang: Language
) -> Check:
    about = one.expectation_config
    name = str(about.kwargs.get("column", ""))
    asked, ours = expectation_line(about.type, about.kwargs, table, lang)
    # a suite may say in words what a pattern asks
    worded = (about.meta or {}).get("asked", {}).get(lang)
    return Check(
        column=column_title(table, name, lang) if name else "",
        name=name,
        asked=worded or asked,
        ours=ours or worded is not None,
        success=bool(one.success),
        result=_result(one, lang),
        severity=_severity(about),
        rows=one.result.get("element_count"),
        personal=name not in public_columns(table),
        examples=_examples(one, name, offices, lang),
        failing={row["office_code"]: row["unexpected_count"] for row in (one.meta or {}).get("offices", [])},
    )


def _severity(about: ExpectationConfiguration) -> str:
    return str(getattr(about.severity, "value", about.severity))


def _result(one: ExpectationValidationResult, lang: Language) -> str:
    why = _raised(one.exception_info)
    if why is not None:
        return say("suites.check_not_run", lang, why=why)
    if one.success:
        return say("suites.check_held", lang)
    unexpected = one.result.get("unexpected_count")
    if unexpected is None:
        return say("suites.check_failed_table", lang)
    return say("suites.check_failed", lang, unexpected=count(unexpected))


def _raised(info: Any) -> str | None:
    """Return why an expectation could not be evaluated, or None when it was."""
    if not isinstance(info, dict):
        return None
    if "raised_exception" in info:
        return str(info["exception_message"] or "") if info["raised_exception"] else None
    return next((why for part in info.values() if (why := _raised(part)) is not None), None)


def _examples(
    one: ExpectationValidationResult, column: str, offices: Mapping[str, Office], lang: Language
) -> tuple[tuple[str, str, str, str], ...]:
    if one.success:
        return ()
    return tuple(
        (
            office_name(row["delivered_by"], offices, lang),
            str(row["source_file"]),
            str(row["source_row"]),
            str(row.get(column, "")),
        )
        for row in one.result.get("partial_unexpected_index_list") or []
    )
