"""Measurements beside a floor or a rival in the same run; never a test."""
