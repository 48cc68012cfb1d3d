"""`python -m benchmarks.faults`: the same tests as in `tests`, run for as long as is asked."""

import os
import subprocess
import sys
from pathlib import Path

LONG = {"NDAUDIT_KILLS": "50", "NDAUDIT_LOADS": "30", "NDAUDIT_MUTANTS": "1000"}
TESTS = (
    "tests/test_faults.py",
    "tests/test_faults_of_runs.py",
    "tests/test_monitor_kills.py",
    "tests/test_mutants.py",
)

if __name__ == "__main__":
    root = Path(__file__).parent.parent.parent
    command = [sys.executable, "-m", "pytest", "-q", *(sys.argv[1:] or TESTS)]
    sys.exit(subprocess.run(command, cwd=root, env=LONG | os.environ, check=False).returncode)
