"""The evidence of one finding in one folder, which an outsider checks with sha256sum alone."""

from ndaudit.evidencing.folder import Made, make_evidence

__all__ = ["Made", "make_evidence"]
