"""One checkpoint per run: every contract suite and the suite of rules, results stored, Data Docs built."""

import atexit
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Any

import duckdb
import great_expectations as gx
from great_expectations.checkpoint import Checkpoint, CheckpointResult
from great_expectations.core import ExpectationSuite, RunIdentifier
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context import EphemeralDataContext
from great_expectations.data_context.types.base import DataContextConfig, ProgressBarsConfig
from great_expectations.expectations.metadata_types import FailureSeverity

from ndaudit.catalogue import Catalogue
from ndaudit.errors import RefusedError, machine_faults
from ndaudit.findings import Run
from ndaudit.masking import key_path, load_key
from ndaudit.store import Snapshot, attach_snapshot, connect
from ndaudit.suites import CheckpointSummary, Progress
from ndaudit.suites.by_office import count_by_office
from ndaudit.suites.datasource import DuckDBDatasource, let_go, on_connection
from ndaudit.suites.declared import read_contracts, suite_of_rules
from ndaudit.suites.kept import RULES, SITE, drop_results, results_folder
from ndaudit.suites.outcomes import SAMPLE, lay_out
from ndaudit.suites.results import LOCATION
from ndaudit.wording import Language
from ndaudit.workbench import Workbench

DATASOURCE = "snapshot"
_IN_MEMORY = {"class_name": "InMemoryStoreBackend"}
RESULT_FORMAT = {
    "result_format": "SUMMARY",
    "partial_unexpected_count": SAMPLE,
    "unexpected_index_column_names": list(LOCATION),
}


def checkpoint_of(
    workbench: Workbench, catalogue: Catalogue, run: Run, lang: Language, progress: Progress | None
) -> CheckpointSummary:
    """Do what `ndaudit.suites.run_checkpoint` promises."""
    contracts = read_contracts(workbench.expectations / "suites", catalogue.tables)
    findings = run.database.relative_to(workbench.root).as_posix()
    suites = [suite_of_rules(catalogue, findings, lang), *contracts]
    atexit.register(let_go)
    step = progress or (lambda *_: None)
    with closing(_open(workbench, catalogue, run)) as con, machine_faults(workbench.reports):
        context = _context(workbench, catalogue, run, lang, con)
        source = context.data_sources.add_duckdb(DATASOURCE, **on_connection(con))
        try:
            step(SITE, 0, 2)
            result = _run(context, source, suites, run)
            _add_offices(context, source, result)
            step(SITE, 1, 2)
            context.build_data_docs(resource_identifiers=list(result.run_results))
            step(SITE, 2, 2)
        finally:
            source.get_execution_engine().close()
            source.get_engine().dispose()
        for suite in results_folder(workbench).glob(f"*/{run.id}"):
            workbench.protect(suite.parent)
            workbench.protect_all(suite)
        workbench.protect_all(workbench.reports / SITE)
        drop_results(workbench, run.id)
    return _summary(workbench, result)


def _add_offices(context: EphemeralDataContext, source: DuckDBDatasource, result: CheckpointResult) -> None:
    """Add to the results of the contracts which office broke them, and store those again."""
    for key, suite in result.run_results.items():
        engine = source.get_execution_engine()
        if suite.suite_name != RULES and count_by_office(engine, suite.suite_name, suite.results):
            context.validation_results_store.set(key, suite)


def _open(workbench: Workbench, catalogue: Catalogue, run: Run) -> duckdb.DuckDBPyConnection:
    path = workbench.snapshot_file(run.snapshot)
    if not path.is_file():
        raise RefusedError("suites.snapshot_gone", run=run.id, snapshot=run.snapshot)
    key = load_key(os.environ)
    con = connect(memory_limit=workbench.settings.memory_limit, spill=workbench.spill)
    attach_snapshot(con, Snapshot(run.snapshot, path, run.snapshot_sha256, {}), catalogue.tables.values())
    lay_out(con, run, key)
    return con


def _facts(run: Run, con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return what the first page says about the run, as plain values: the site is configured with them."""
    offices = con.execute(
        "SELECT office_code, CAST(CAST(max(exported_at) AS DATE) AS VARCHAR) FROM batch"
        " GROUP BY office_code ORDER BY office_code"
    ).fetchall()
    return {
        "run_id": run.id,
        "finished_at": run.finished_at.isoformat(),
        "snapshot": run.snapshot,
        "sha256": run.snapshot_sha256,
        "catalogue": run.catalogue_hash,
        "full": run.full,
        "offices": [list(office) for office in offices],
    }


def live_context(
    workbench: Workbench, catalogue: Catalogue, run: Run, lang: Language
) -> EphemeralDataContext:
    """Do what `ndaudit.suites.gx_context` promises."""
    read_contracts(workbench.expectations / "suites", catalogue.tables)
    atexit.register(let_go)
    con = _open(workbench, catalogue, run)
    context = _context(workbench, catalogue, run, lang, con, _folder(str(workbench.expectations / "suites")))
    source = context.data_sources.add_duckdb(DATASOURCE, **on_connection(con))
    for name in catalogue.tables:
        asset = source.add_table_asset(name, table_name=name)
        asset.add_batch_definition_whole_table(run.snapshot)
    return context


def _context(
    workbench: Workbench,
    catalogue: Catalogue,
    run: Run,
    lang: Language,
    con: duckdb.DuckDBPyConnection,
    suites: Mapping[str, Any] = _IN_MEMORY,
) -> EphemeralDataContext:
    """Return a context that publishes our site; `suites` says where it keeps expectation suites."""
    results = workbench.private_folder(results_folder(workbench))
    workbench.private_folder(workbench.reports)
    dictionary = str(workbench.expectations / "tables")
    config = DataContextConfig(
        expectations_store_name="expectations",
        validation_results_store_name="validation_results",
        checkpoint_store_name="checkpoints",
        stores={
            "expectations": {"class_name": "ExpectationsStore", "store_backend": dict(suites)},
            "checkpoints": {"class_name": "CheckpointStore", "store_backend": dict(_IN_MEMORY)},
            "validation_definition_store": {
                "class_name": "ValidationDefinitionStore",
                "store_backend": dict(_IN_MEMORY),
            },
            "validation_results": {
                "module_name": "ndaudit.suites.results",
                "class_name": "MaskedResultsStore",
                "dictionary": dictionary,
                "key_file": str(key_path(os.environ)),
                "store_backend": _folder(str(results)),
            },
        },
        data_docs_sites={
            SITE: {
                "module_name": "ndaudit.suites.site",
                "class_name": "OfflineSite",
                "lang": lang,
                "dictionary": dictionary,
                "offices": str(workbench.expectations / "offices.toml"),
                "facts": _facts(run, con),
                "keep": workbench.settings.keep_results,
                "store_backend": _folder(str(workbench.reports / SITE)),
            }
        },
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def _folder(path: str) -> dict[str, Any]:
    return {
        "class_name": "TupleFilesystemStoreBackend",
        "base_directory": path,
        "suppress_store_backend_id": True,
    }


def _run(
    context: EphemeralDataContext,
    source: DuckDBDatasource,
    suites: Iterable[ExpectationSuite],
    run: Run,
) -> CheckpointResult:
    """Add each suite over its table and run them as one checkpoint."""
    definitions = []
    for suite in suites:
        table = "rule_result" if suite.name == RULES else suite.name
        batch: BatchDefinition = source.add_table_asset(suite.name, table_name=table)
        definitions.append(
            gx.ValidationDefinition(
                name=suite.name,
                data=batch.add_batch_definition_whole_table(run.snapshot),
                suite=context.suites.add(suite),
            )
        )
    for definition in definitions:
        context.validation_definitions.add(definition)
    checkpoint = context.checkpoints.add(
        Checkpoint(name=run.id, validation_definitions=definitions, result_format=dict(RESULT_FORMAT))
    )
    return checkpoint.run(run_id=RunIdentifier(run_name=run.id, run_time=run.finished_at))


def _summary(workbench: Workbench, result: CheckpointResult) -> CheckpointSummary:
    failed: Counter[str] = Counter()
    evaluated = 0
    for suite in result.run_results.values():
        for one in suite.results:
            evaluated += 1
            # a lead succeeds whatever it found, and is counted all the same
            found = suite.suite_name == RULES and (one.result["unexpected_count"] or one.meta["failure"])
            if not one.success or found:
                failed[FailureSeverity(one.expectation_config.severity).value] += 1
    return CheckpointSummary(
        index=workbench.reports / SITE / "index.html",
        success=bool(result.success),
        failed=dict(failed),
        evaluated=evaluated,
    )
