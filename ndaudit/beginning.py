"""A new workbench: the declarations and notebooks that travel with the package, settings, roles, folders."""

import json
import shutil
from pathlib import Path

from ndaudit import ledger
from ndaudit.durable import write_durably
from ndaudit.errors import RefusedError
from ndaudit.roles import ROLES_FILE
from ndaudit.wording import Language, say
from ndaudit.workbench import SETTINGS_FILE, Workbench, open_workbench

FOLDERS = ("expectations", "notebooks")
_SETTINGS = """# The settings of this workbench. Everything left out keeps its default.
lang = "{lang}"          # mn | en
keep_snapshots = 3
keep_results = 100       # checks whose Great Expectations results and pages are kept
memory_limit = "4GB"
risen_age_basis = "birth_year"   # birth_year | claim_year: by which the risen pension age goes

# Overrides of expectations/thresholds.toml
[thresholds]
"""


def shipped(name: str) -> Path:
    """Return a folder that travels with the package: inside the wheel, or beside it in the repository."""
    package = Path(__file__).parent
    inside = package / "shipped" / name
    return inside if inside.is_dir() else package.parent / name


def begin(root: Path, lang: Language) -> Workbench:
    """Make a workbench in `root`, ready to load, with the account that makes it as its administrator.

    Raises:
        RefusedError: the folder already holds something.
    """
    if root.exists() and any(root.iterdir()):
        raise RefusedError("beginning.not_empty", where=root)
    root.mkdir(parents=True, exist_ok=True)
    for name in FOLDERS:
        shutil.copytree(shipped(name), root / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    (root / "data").mkdir(mode=0o700)
    (root / "reports").mkdir(mode=0o700)
    write_durably(root / SETTINGS_FILE, _SETTINGS.format(lang=lang))
    account = json.dumps(ledger.account(), ensure_ascii=False)
    write_durably(root / ROLES_FILE, say("roles.file", lang, account=account).lstrip())
    return open_workbench(root, {}, root)
