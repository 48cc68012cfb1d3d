"""Reports: notebooks run by papermill, one process each, published as pages that need no network."""

from ndaudit.reporting.publishing import Published, publish_notebooks

__all__ = ["Published", "publish_notebooks"]
