"""The house: a module imports only from floors below, or from modules before it on its own floor."""

import ast
from pathlib import Path

import pytest
from conftest import REPOSITORY

PACKAGE = REPOSITORY / "ndaudit"
FLOORS = (
    ("wording", "errors", "declarations", "periods", "text", "durable", "notation", "commit", "spreadsheets"),
    (
        "workbench",
        "file_modes",
        "scope",
        "tables",
        "offices",
        "law",
        "law_notes",
        "ledger",
        "masking",
        "masks",
        "roles",
        "unmasking",
        "beginning",
    ),
    ("populations", "rules", "clauses", "catalogue"),
    ("store", "memory", "sorting", "snapshots", "veils", "noting"),
    ("exports", "deciding", "evaluation", "costs", "cases", "increment"),
    ("intake", "findings", "checking", "reading", "recomputing", "tracing"),
    ("disclosure", "listing", "phrasing", "suites", "sampling", "digits", "reviews", "analyses"),
    ("lexicon", "charts", "forms", "explanation", "evidencing"),
    ("reporting", "widgets"),
    ("audit", "doctor", "history", "backup", "session", "monitor", "verification"),
    ("cli", "__main__"),
)
ORDER = {name: place for place, name in enumerate(name for floor in FLOORS for name in floor)}
ROOF = ("synthetic",)


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module == "ndaudit":
            names |= {f"ndaudit.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("ndaudit.")}


MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(PACKAGE)) for path in MODULES])
def test_module_imports_only_from_below(path: Path) -> None:
    own = room(path)
    if own in ROOF:
        return
    for other in imported_rooms(path) - {own, "__version__"}:
        if other in ROOF:
            assert own == "cli", f"{own} imports {other}"
        else:
            assert ORDER[other] < ORDER[own], f"{own} imports {other}, which stands above it"


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(PACKAGE)) for path in MODULES])
def test_module_and_functions_are_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, f"{path.name}: {node.name} is too long"
