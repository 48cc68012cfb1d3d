"""Reports: notebooks run by papermill, one process each, published as pages that need no network."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ndaudit.reporting.publishing import Published, publish_notebooks

__all__ = ["Published", "publish_notebooks"]


def __getattr__(name: str) -> Any:
    # what a notebook calls lies in this package too, and need not wait for what publishes it
    if name in __all__:
        from ndaudit.reporting import publishing

        return getattr(publishing, name)
    raise AttributeError(name)
