"""One test for all notebooks: they tell, and leave the work to ndaudit."""

import ast
import re
from pathlib import Path

import nbformat
import pytest
from conftest import REPOSITORY

from ndaudit.reporting.parameters import declared_parameters

NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
PARAMETERS = {"office": "", "period": "", "lang": "mn", "workbench": ""}
OF_ITS_OWN = {"11_person_dossier": {"person": "", "unmask": ""}}
"""What a notebook asks for beside what every one does."""


@pytest.fixture(params=NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def notebook(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    path: Path = request.param
    content = nbformat.read(path, as_version=4)
    nbformat.validate(content)
    return content


def test_there_are_notebooks() -> None:
    wanted = {
        "01_data_reliability",
        "02_district_analysis",
        "03_order_163_monitoring",
        "04_prospective_pensioners",
        "05_pension_reperformance",
        "06_contributions",
        "07_benefits",
        "08_payments",
        "09_access_and_duties",
        "11_person_dossier",
        "12_catalogue",
    }
    assert wanted <= {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_parameters_are_the_same_everywhere(path: Path) -> None:
    declared = declared_parameters(nbformat.read(path, as_version=4), path.name)
    assert declared == PARAMETERS | OF_ITS_OWN.get(path.stem, {})


def test_code_cells_are_thin(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        assert len(cell.source.splitlines()) <= 10
        made = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While)
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, made)]
        assert not re.search(r"\b(SELECT|FROM|WHERE|JOIN)\b", cell.source)


def test_outputs_are_stripped(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_prose_is_told_in_both_languages(notebook: nbformat.NotebookNode) -> None:
    tags = [cell.metadata.tags for cell in notebook.cells if cell.cell_type == "markdown"]
    assert tags == [["mn"], ["en"]] * (len(tags) // 2)
    assert tags
