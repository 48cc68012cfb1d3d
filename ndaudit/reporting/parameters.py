"""Parameters of a notebook, checked by name and type against its parameters cell before anything runs."""

import ast
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ndaudit.errors import DeclarationError, UsageError
from ndaudit.reporting.notebook_format import (
    DuplicateCellId,
    MissingIDFieldWarning,
    ValidationError,
    nbformat,
)

TAG = "parameters"
FORMAT = 4
_UNSOUND = (DuplicateCellId, MissingIDFieldWarning)
"""What nbformat only warns of today: nobody who publishes a report sees warnings."""
UNREAD = (SyntaxError, MemoryError, RecursionError)
"""What Python raises over a cell it cannot read; the last two over signs or words without end."""
_NO_NOTEBOOK = (
    *_UNSOUND,
    ValidationError,
    ValueError,
    KeyError,
    AttributeError,
    TypeError,
    RecursionError,
)
"""What nbformat raises over a file that is no notebook."""


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """Return the notebook in `path`.

    Raises:
        DeclarationError: it is not a notebook.
    """
    try:
        with warnings.catch_warnings():
            for kind in _UNSOUND:
                warnings.simplefilter("error", kind)
            # older ones are not converted: nbformat stumbles over what is no notebook at all
            notebook: nbformat.NotebookNode = nbformat.read(path, as_version=nbformat.NO_CONVERT)
            if notebook.get("nbformat") != FORMAT:
                raise ValueError(f"nbformat {notebook.get('nbformat')}, not {FORMAT}")
            nbformat.validate(notebook)
    except _NO_NOTEBOOK as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DeclarationError("reports.not_notebook", notebook=path.name, why=why) from error
    return notebook


def declared_parameters(notebook: nbformat.NotebookNode, name: str) -> dict[str, Any]:
    """Return the parameters of a notebook with their defaults.

    Raises:
        DeclarationError: no cell is tagged `parameters`, or that cell holds more than `name = value` lines.
    """
    cells = [cell for cell in notebook.cells if TAG in cell.metadata.get("tags", ())]
    if not cells:
        raise DeclarationError("reports.no_parameters", notebook=name)
    found: dict[str, Any] = {}
    source = cells[0].source
    for line in _statements(source, name):
        target = line.target if isinstance(line, ast.AnnAssign) else getattr(line, "targets", [None])[0]
        value = getattr(line, "value", None)
        try:
            if not isinstance(target, ast.Name) or value is None:
                raise ValueError(TAG)
            found[target.id] = ast.literal_eval(value)
        except (ValueError, TypeError, RecursionError) as error:
            told = source.splitlines()[line.lineno - 1]
            raise DeclarationError("reports.not_literal", notebook=name, line=told) from error
    return found


def _statements(source: str, name: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except UNREAD as error:
        raise DeclarationError(
            "reports.not_literal", notebook=name, line=getattr(error, "text", None) or ""
        ) from error


def check_parameters(declared: Mapping[str, Any], given: Mapping[str, Any], notebook: str) -> None:
    """Refuse what the notebook does not know.

    Raises:
        UsageError: an unknown parameter, naming the allowed ones, or a value of another type.
    """
    for name, value in given.items():
        if name not in declared:
            raise UsageError(
                "reports.unknown_parameter", notebook=notebook, came=name, allowed=", ".join(declared)
            )
        wanted = type(declared[name])
        if type(value) is not wanted:
            raise UsageError(
                "reports.parameter_kind",
                notebook=notebook,
                name=name,
                wanted=wanted.__name__,
                came=type(value).__name__,
            )
