"""What a run says about a subject: `(reading, scope) -> polars.DataFrame`, one subject a file.

Frames are typed and free of language: codes, counts (Int64), tögrög (Decimal), fractions (Decimal, 0 to 1),
days. They hold no personal data but item keys, which whoever shows them masks.
"""
