"""Audit sampling: plan, select, evaluate. scipy knows the distributions; the audit layer is ours.

Shares and money are exact (`Fraction`, `Decimal`) wherever they meet a threshold: in binary fractions
400 × 0.035 is more than 14, and a sample planned with that is one deviation off.
"""
