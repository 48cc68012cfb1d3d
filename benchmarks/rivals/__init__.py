"""Other validators on the same twenty row rules, each in an environment of its own."""
