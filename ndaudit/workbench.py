"""Where the folders are, and the one frozen settings object."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args

from ndaudit.declarations import Declaration, read_declaration
from ndaudit.errors import DeclarationError, UsageError
from ndaudit.wording import LANGUAGES, Language

SETTINGS_FILE = "ndaudit.toml"
RisenAgeBasis = Literal["birth_year", "claim_year"]


@dataclass(frozen=True)
class Settings:
    """The settings of one workbench (`ndaudit.toml`).

    Attributes:
        memory_limit: what DuckDB may hold in memory, as DuckDB writes it.
        thresholds: overrides of `expectations/thresholds.toml`, by name.
        risen_age_basis: whether the risen pension age goes by the year of birth or by the year of claim.
    """

    lang: Language = "mn"
    group: str | None = None
    keep_snapshots: int = 3
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

    @property
    def runs(self) -> Path:
        """Runs and their pointer."""
        return self.data / "runs"

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


def _settings(path: Path) -> Settings:
    declared = read_declaration(path)
    raw = declared.take("thresholds", dict, {})
    part = Declaration(raw, f"{path.name} [thresholds]")
    settings = Settings(
        lang=declared.one_of("lang", LANGUAGES, "mn"),
        group=declared.take("group", str, None),
        keep_snapshots=declared.take("keep_snapshots", int, 3),
        memory_limit=declared.take("memory_limit", str, "4GB"),
        thresholds={name: Decimal(str(part.take(name, (int, str)))) for name in raw},
        risen_age_basis=declared.one_of("risen_age_basis", get_args(RisenAgeBasis), "birth_year"),
    )
    declared.finish()
    if settings.keep_snapshots < 1:
        raise DeclarationError(
            "declarations.not_allowed",
            where=path.name,
            key="keep_snapshots",
            came=settings.keep_snapshots,
            allowed="≥ 1",
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
