"""nbformat, which reads and judges notebooks, without a grammar it never asks for.

jsonschema, which it stands on, builds a grammar of international web addresses when it is imported, if it
can. That takes longer than everything else before a report begins, and no schema of notebooks names one.
"""

import sys

_GRAMMAR = "rfc3987_syntax"


def _import_without_grammar() -> None:
    if "jsonschema" in sys.modules or _GRAMMAR in sys.modules:
        return
    # None: whoever imports it is told it is not there; jsonschema is prepared for that
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]
    try:
        import jsonschema  # type: ignore[import-untyped]  # noqa: F401
    finally:
        del sys.modules[_GRAMMAR]


_import_without_grammar()

import nbformat  # noqa: E402
from nbformat.validator import ValidationError  # noqa: E402
from nbformat.warnings import DuplicateCellId, MissingIDFieldWarning  # noqa: E402

__all__ = ["DuplicateCellId", "MissingIDFieldWarning", "ValidationError", "nbformat"]
