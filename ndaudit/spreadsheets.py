"""Workbooks that go out: inert cells."""

INERT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""xlsxwriter's options under which no text becomes a formula, a link or a number."""
