"""Synthetic deliveries: a lawful invented population, and defects planted in it on purpose."""

from ndaudit.synthetic.deliveries import SyntheticSummary, make_deliveries

__all__ = ["SyntheticSummary", "make_deliveries"]
