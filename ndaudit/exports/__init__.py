"""One delivered file → typed rows and rejects, whatever its format, headers and spellings."""
