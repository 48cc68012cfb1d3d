"""The faults of SECURITY.md's table at full length: what each asks, what came of it, how long it took."""
