"""Digit tests of amounts, with a gate: a test that does not fit the data is refused, and says why."""
