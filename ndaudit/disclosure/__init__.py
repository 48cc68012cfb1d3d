"""Tables for readers outside: cells of few people or of one who dominates, and others to hide them."""

from ndaudit.disclosure.cells import Cells, Key, hierarchy
from ndaudit.disclosure.protecting import Limits, Protected, protect

__all__ = ["Cells", "Key", "Limits", "Protected", "hierarchy", "protect"]
