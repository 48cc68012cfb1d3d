"""The sections of the results: each module has one function, `measured(sizes)`, that returns its tables."""
