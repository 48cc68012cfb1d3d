"""ndaudit: an audit workbench for the social insurance offices of Mongolia."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ndaudit.session import explain
    from ndaudit.session import open_session as open

__version__ = "0.1.0"
__all__ = ["__version__", "explain", "open"]


def __getattr__(name: str) -> Any:
    # polars and duckdb are heavy; the command line must not import them for `--help`
    if name == "open":
        from ndaudit.session import open_session

        return open_session
    if name == "explain":
        from ndaudit.session import explain

        return explain
    raise AttributeError(name)
