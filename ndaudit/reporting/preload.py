"""What the fork server holds before it forks: libraries, and the declarations of the run reported on.

No query and no connection may be made here, because threads do not survive a fork. Set before numpy is
imported: one BLAS thread per report.
"""

# ruff: noqa: E402

import atexit
import gc
import os

import ndaudit.reporting.notebook_format  # first: what follows imports nbformat too

# nothing made here is garbage
gc.disable()
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("PLOTLY_RENDERER", "plotly_mimetype")

import duckdb  # noqa: F401
import nbconvert.exporters.templateexporter  # noqa: F401
import nbformat.validator  # noqa: F401
import papermill  # noqa: F401
import plotly.graph_objects  # noqa: F401
import polars  # noqa: F401
import pyarrow  # noqa: F401
import scipy.stats  # noqa: F401
import xlsxwriter  # noqa: F401

import ndaudit.analyses
import ndaudit.charts
import ndaudit.reporting.notebook  # noqa: F401
from ndaudit.reporting.warmth import warm

warm(os.environ)
# nor do the reports look through it: what is never touched stays one copy for all of them
gc.freeze()
gc.enable()
# when the server ends, DuckDB looks for what nobody collected
atexit.register(gc.unfreeze)
