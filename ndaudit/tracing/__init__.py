"""From a finding back to what was delivered: the rows it rests on, and their bytes as they came."""

from ndaudit.tracing.originals import Original, originals
from ndaudit.tracing.origins import Origins
from ndaudit.tracing.sources import EVERY_ROW, SourceRow, Traced, finding_of, trace

__all__ = ["EVERY_ROW", "Original", "Origins", "SourceRow", "Traced", "finding_of", "originals", "trace"]
