"""ndaudit: an audit workbench for the social insurance offices of Mongolia."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ndaudit.session import explain, gx_context
    from ndaudit.session import open_session as open
    from ndaudit.widgets.screen import review

__version__ = "0.1.0"
__all__ = ["__version__", "explain", "gx_context", "open", "review"]


def __getattr__(name: str) -> Any:
    # polars and duckdb are heavy; the command line must not import them for `--help`
    if name == "open":
        from ndaudit.session import open_session

        return open_session
    if name == "explain":
        from ndaudit.session import explain

        return explain
    if name == "review":
        from ndaudit.widgets.screen import review

        return review
    if name == "gx_context":
        from ndaudit.session import gx_context

        return gx_context
    raise AttributeError(name)
