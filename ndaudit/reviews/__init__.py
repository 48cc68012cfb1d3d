"""What auditors decide about findings: an append-only log, and the states that follow from it."""
