"""Where the folders are, and the one frozen settings object."""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal, get_args

from ndaudit.declarations import Declaration, read_declaration
from ndaudit.errors import DeclarationError, UsageError
from ndaudit.wording import LANGUAGES, Language

SETTINGS_FILE = "ndaudit.toml"
PASSING = ".passing-"
"""How folders under `data/` begin that go with the process that made them."""
RisenAgeBasis = Literal["birth_year", "claim_year"]


@dataclass(frozen=True)
class Settings:
    """The settings of one workbench (`ndaudit.toml`).

    Attributes:
        keep_results: of how many checks the Great Expectations results and pages are kept.
        memory_limit: what DuckDB may hold in memory, as DuckDB writes it.
        thresholds: overrides of `expectations/thresholds.toml`, by name.
        risen_age_basis: whether the risen pension age goes by the year of birth or by the year of claim.
    """

    lang: Language = "mn"
    group: str | None = None
    keep_snapshots: int = 3
    keep_results: int = 100
    memory_limit: str = "4GB"
    thresholds: Mapping[str, Decimal] = field(default_factory=dict)
    risen_age_basis: RisenAgeBasis = "birth_year"

    @property
    def deciding(self) -> dict[str, Any]:
        """What of the settings outcomes depend on, as a run records it."""
        thresholds = {name: str(value) for name, value in sorted(self.thresholds.items())}
        return {"risen_age_basis": self.risen_age_basis, "thresholds": thresholds}

    def decided_by(self, recorded: Mapping[str, Any]) -> "Settings":
        """Return these settings with what a run recorded of its own."""
        thresholds = {name: Decimal(value) for name, value in recorded["thresholds"].items()}
        return replace(self, thresholds=thresholds, risen_age_basis=recorded["risen_age_basis"])


@dataclass(frozen=True)
class Workbench:
    """One folder of expectations, notebooks, data and reports."""

    root: Path
    settings: Settings = Settings()

    @property
    def expectations(self) -> Path:
        """What must be true: dictionary, law, populations, rules, suites."""
        return self.root / "expectations"

    @property
    def notebooks(self) -> Path:
        """The notebooks papermill runs."""
        return self.root / "notebooks"

    @property
    def reports(self) -> Path:
        """What runs publish."""
        return self.root / "reports"

    @property
    def data(self) -> Path:
        """Everything that holds personal data."""
        return self.root / "data"

    @property
    def own_law(self) -> Path:
        """Values of the law this workbench states itself, beside `expectations/law`."""
        return self.data / "law"

    @property
    def deliveries(self) -> Path:
        """Deliveries as they came, never touched."""
        return self.data / "deliveries"

    @property
    def store(self) -> Path:
        """Snapshots and their pointer."""
        return self.data / "store"

    def snapshot_file(self, snapshot: str) -> Path:
        """Return where the snapshot of that id lies, while it is kept."""
        return self.store / f"{snapshot}.duckdb"

    @property
    def runs(self) -> Path:
        """Runs and their pointer."""
        return self.data / "runs"

    @property
    def spill(self) -> Path:
        """Where readers put what does not fit into memory: never into the system's folder for such."""
        return self.data / "spill"

    @property
    def umask(self) -> int:
        """What no file of ours is ever open to, whatever made it."""
        return 0o007 if self.settings.group else 0o077

    @property
    def file_mode(self) -> int:
        """The mode of files under `data/`: the owner's, or the group's where one is set."""
        return 0o660 if self.settings.group else 0o600

    def private_folder(self, path: Path) -> Path:
        """Make a folder under `data/` nobody else can look into, and return it."""
        for folder in [*reversed(path.relative_to(self.root).parents[:-1]), path.relative_to(self.root)]:
            if not (self.root / folder).is_dir():
                (self.root / folder).mkdir(exist_ok=True)
                self.protect(self.root / folder)
        return path

    def protect(self, path: Path) -> None:
        """Give a file or folder under `data/` its mode, and its group where one is set."""
        if self.settings.group:
            shutil.chown(path, group=self.settings.group)
        path.chmod((0o2770 if self.settings.group else 0o700) if path.is_dir() else self.file_mode)

    def protect_all(self, folder: Path) -> None:
        """Give a folder and everything in it its mode; what nobody may write any more stays so."""
        for path in (folder, *folder.rglob("*")):
            # what another process has removed since needs no protection
            with suppress(FileNotFoundError):
                if path.is_dir() or path.stat().st_mode & 0o200:
                    self.protect(path)


def _number(part: Declaration, name: str) -> Decimal:
    value = part.take(name, (int, str))
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise DeclarationError(
            "declarations.not_allowed", where=part.where, key=name, came=value, allowed='50, "0.5"'
        )
    return number


def _settings(path: Path) -> Settings:
    declared = read_declaration(path)
    raw = declared.take("thresholds", dict, {})
    part = Declaration(raw, f"{path.name} [thresholds]")
    settings = Settings(
        lang=declared.one_of("lang", LANGUAGES, "mn"),
        group=declared.take("group", str, None),
        keep_snapshots=declared.take("keep_snapshots", int, 3),
        keep_results=declared.take("keep_results", int, 100),
        memory_limit=declared.take("memory_limit", str, "4GB"),
        thresholds={name: _number(part, name) for name in raw},
        risen_age_basis=declared.one_of("risen_age_basis", get_args(RisenAgeBasis), "birth_year"),
    )
    declared.finish()
    for key in ("keep_snapshots", "keep_results"):
        if getattr(settings, key) < 1:
            came = getattr(settings, key)
            raise DeclarationError(
                "declarations.not_allowed", where=path.name, key=key, came=came, allowed="≥ 1"
            )
    return settings


def open_workbench(folder: Path | None, environ: Mapping[str, str], cwd: Path) -> Workbench:
    """Return the workbench named, else that of `NDAUDIT_WORKBENCH`, else the nearest one upwards.

    Raises:
        UsageError: no `ndaudit.toml` there.
    """
    named = folder or (Path(environ["NDAUDIT_WORKBENCH"]) if environ.get("NDAUDIT_WORKBENCH") else None)
    candidates = [named] if named else [cwd, *cwd.parents]
    for candidate in candidates:
        if (candidate / SETTINGS_FILE).is_file():
            return Workbench(candidate.resolve(), _settings(candidate / SETTINGS_FILE))
    raise UsageError("usage.no_workbench", where=named or cwd)
