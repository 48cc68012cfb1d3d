"""Checks whose cost follows the change: only what a delivery touched is decided again."""
