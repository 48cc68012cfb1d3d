"""The Data Docs: pages of ours built from stored results, with every asset beside them.

Great Expectations' own pages load style sheets, fonts and scripts from nine hosts and are in English; this
site builder takes their place through the same hook (`data_docs_sites`). Its pages carry no script, and the
first page is replaced last and whole, so that it never names a page that is not there.
"""

import shutil
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import great_expectations
from great_expectations.core import ExpectationSuiteValidationResult
from great_expectations.data_context import AbstractDataContext
from great_expectations.data_context.store.html_site_store import SiteSectionIdentifier
from great_expectations.data_context.types.resource_identifiers import ValidationResultIdentifier
from great_expectations.render.renderer.site_builder import SiteBuilder
from jinja2 import Environment, PackageLoader, StrictUndefined

from ndaudit import notation
from ndaudit.durable import write_durably
from ndaudit.offices import read_offices
from ndaudit.suites.kept import OFFICES, RULES, SECTION, kept_pages
from ndaudit.suites.office_pages import OfficeView, office_views
from ndaudit.suites.pages import RuleView, TableView, rule_views, table_view
from ndaudit.tables import read_tables
from ndaudit.wording import Language, say

ASSETS = Path(__file__).parent.parent / "assets"
STYLES = Path(__file__).parent / "templates" / "data_docs.css"
CHART_BARS = 8
EARLIER = 12


def _environment(lang: Language) -> Environment:
    env = Environment(
        loader=PackageLoader("ndaudit.suites"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def money(amount: Decimal) -> str:
        return notation.money(amount) if amount else ""

    def day(written: str) -> str:
        return notation.day(date.fromisoformat(written), lang)

    env.filters |= {"count": notation.count, "money": money, "day": day}
    env.globals |= {
        "lang": lang,
        "say": lambda name, **values: say(f"suites.{name}", lang, **values),
        "version": great_expectations.__version__,
    }
    return env


def url_of(key: ValidationResultIdentifier) -> str:
    """Return the address of a result's page, from the first page."""
    return "/".join([SECTION, *key.to_tuple()]) + ".html"


class OfflineSite(SiteBuilder):  # type: ignore[misc]
    """Builds the site of one run.

    Args:
        lang: language of its pages.
        dictionary: folder of the data dictionary.
        offices: file that names the offices.
        facts: what the first page says about the run.
        keep: how many runs' pages are kept, this one's among them.
    """

    def __init__(
        self,
        data_context: AbstractDataContext,
        store_backend: dict[str, Any],
        lang: Language,
        dictionary: str,
        offices: str,
        facts: dict[str, Any],
        keep: int,
        site_name: str | None = None,
    ) -> None:
        super().__init__(data_context, store_backend, site_name=site_name)
        self._lang = lang
        self._tables = read_tables(Path(dictionary))
        self._offices = read_offices(Path(offices))
        self._facts = facts
        self._keep = keep
        self._env = _environment(lang)
        self._folder = Path(store_backend["base_directory"])

    def build(
        self,
        resource_identifiers: Sequence[ValidationResultIdentifier] | None = None,
        build_index: bool = True,
    ) -> tuple[str, None]:
        """Write the pages of the run's results, then the first page; return its address."""
        store = self.data_context.validation_results_store
        asked = store.list_keys() if resource_identifiers is None else resource_identifiers
        keys = [key for key in asked if key.run_id.run_name == self._facts["run_id"]]
        self._copy_assets()
        results = {key: store.get(key) for key in keys}
        rules_url, rules = self._rules_page(results)
        tables = [
            self._table_page(key, result) for key, result in results.items() if result.suite_name != RULES
        ]
        days = [(code, day) for code, day in self._facts["offices"]]
        views = office_views(self._facts["run_id"], days, rules, tables, self._offices, self._lang)
        self._office_pages(views, rules_url)
        if build_index:
            self._first_page(rules, rules_url, tables, views)
        return str(self.get_resource_url(only_if_exists=False)), None

    def _copy_assets(self) -> None:
        static = self._folder / "static"
        shutil.copytree(ASSETS / "fonts", static / "fonts", dirs_exist_ok=True)
        shutil.copyfile(ASSETS / "look.css", static / "look.css")
        shutil.copyfile(STYLES, static / "data_docs.css")

    def _page(self, key: ValidationResultIdentifier, template: str, **values: Any) -> None:
        root = "../" * len(key.to_tuple())
        text = self._env.get_template(template).render(root=root, facts=self._facts, **values)
        self.target_store.set(SiteSectionIdentifier(SECTION, key), text)

    def _rules_page(
        self, results: dict[ValidationResultIdentifier, ExpectationSuiteValidationResult]
    ) -> tuple[str, list[RuleView]]:
        for key, result in results.items():
            if result.suite_name == RULES:
                rules = rule_views(result, self._offices, self._lang)
                self._page(key, "rules.html.j2", rules=rules)
                return url_of(key), rules
        return "", []

    def _table_page(
        self, key: ValidationResultIdentifier, result: ExpectationSuiteValidationResult
    ) -> TableView:
        table = self._tables.get(result.suite_name)
        view = table_view(result, table, self._offices, url_of(key), self._lang)
        self._page(key, "table.html.j2", table=view)
        return view

    def _office_pages(self, views: list[OfficeView], rules_url: str) -> None:
        folder = self._folder / OFFICES / self._facts["run_id"]
        folder.mkdir(parents=True, exist_ok=True)
        template = self._env.get_template("office.html.j2")
        for view in views:
            text = template.render(root="../../", facts=self._facts, office=view, rules_url=rules_url)
            write_durably(self._folder / view.url, text)

    def _first_page(
        self, rules: list[RuleView], rules_url: str, tables: list[TableView], views: list[OfficeView]
    ) -> None:
        accusing = [rule for rule in rules if rule.severity != "info" and rule.exceptions]
        earlier = self._earlier()
        text = self._env.get_template("earlier.html.j2").render(root="", facts=self._facts, earlier=earlier)
        write_durably(self._folder / "earlier.html", text)
        text = self._env.get_template("index.html.j2").render(
            root="",
            facts=self._facts,
            rules=rules,
            rules_url=rules_url,
            tables=sorted(tables, key=lambda table: (-len(table.failed), table.title)),
            bars=sorted(accusing, key=lambda rule: -rule.exceptions)[:CHART_BARS],
            offices=views,
            earlier=earlier[:EARLIER],
            more=len(earlier) > EARLIER,
        )
        write_durably(self._folder / "index.html", text)

    def _earlier(self) -> list[tuple[str, str]]:
        """Return the runs that are kept beside this one, the latest first: their day, and their page."""
        others = [one for one in kept_pages(self._folder) if one.run_id != self._facts["run_id"]]
        return [
            (notation.moment(one.moment.astimezone(), self._lang), one.page.as_posix())
            for one in others[: self._keep - 1]
        ]
