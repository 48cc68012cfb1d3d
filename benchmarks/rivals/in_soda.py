"""soda-core 4 on DuckDB: one contract, verified without its cloud, in one pass over the file.

Only counts come back: the keys of failing rows are for its cloud and the extensions that go with it.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

# nothing is to leave the machine
os.environ["SODA_CORE_TELEMETRY_ENABLED"] = "false"

import asked
import duckdb
from soda_core.contracts import verify_contract_locally
from soda_duckdb import DuckDBDataSource

TABLE = "contribution"
COLUMNS = {
    **dict.fromkeys(asked.PRESENT, "- missing:"),
    "insured_type": f"- invalid:\n          valid_values: {asked.TYPES}",
    "office_code": f"- invalid:\n          valid_values: {asked.OFFICES}",
    "worked_days": "- invalid:\n          valid_min: 0\n          valid_max: 31",
    "base": f"- invalid:\n          valid_min: 0\n          valid_max: {asked.CEILING}",
    "employer_no": "- invalid:\n          valid_length: 9",
}
"""What a check of a single column states; a column holds one check of a kind unless they are named."""
ROWS = {
    **{f"{name} at least": f"{name} < {least}" for name, least in asked.LEAST.items()},
    **{f"{low} to {high}": f"{low} > {high}" for low, high in asked.PAIRS},
    "first period": f"period < DATE '{asked.FIRST}'",
    "last period": f"period > DATE '{asked.LAST}'",
    "ceiling": f"wage > {asked.CEILING}",
}
"""What a check of failing rows states: the expression that is true of one."""


def contract() -> str:
    """Return the contract of the twenty rules."""
    columns = [f"  - name: {name}\n    checks:\n      {check}" for name, check in COLUMNS.items()]
    rows = [
        f'  - failed_rows:\n      name: {name}\n      qualifier: r{number}\n      expression: "{failing}"'
        for number, (name, failing) in enumerate(ROWS.items())
    ]
    return "\n".join([f"dataset: rows/main/{TABLE}", "columns:", *columns, "checks:", *rows]) + "\n"


def work(path: Path) -> dict[str, int]:
    """Return failing rows by rule."""
    con = duckdb.connect()
    con.execute(f"CREATE VIEW {TABLE} AS FROM read_parquet('{path}')")
    with TemporaryDirectory() as folder:
        written = Path(folder) / "contract.yml"
        written.write_text(contract(), "utf-8")
        source = DuckDBDataSource.from_existing_cursor(con, name="rows")
        told = verify_contract_locally(data_sources=[source], contract_file_path=str(written))
    if told.has_errors:
        raise RuntimeError(told.get_errors_str())
    found = {}
    for number, check in enumerate(told.contract_verification_results[0].check_results):
        found[f"{number} {check.check.name}"] = int(check.threshold_value)
    return found


asked.run(work)
