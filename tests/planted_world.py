"""What synthetic offices cannot be made to show, and why: the exceptions of the planting tests."""

UNBREAKABLE = {
    "BEN-02": "the law value it asks, the term of an employer's invoice, is not on file: whatever an export"
    " leaves out, the law is missing first",
    "BOK-03": "it asks for the pension books of every office of the country",
}
"""Rules that three offices can give no exception, nor an item for want of a value: all stay undetermined."""
