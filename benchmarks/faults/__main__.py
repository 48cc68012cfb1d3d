"""`python -m benchmarks.faults`: the same tests as in `tests/test_faults.py`, run for as long as is asked."""

import os
import subprocess
import sys
from pathlib import Path

LONG = {"NDAUDIT_KILLS": "50", "NDAUDIT_LOADS": "30"}

if __name__ == "__main__":
    root = Path(__file__).parent.parent.parent
    command = [sys.executable, "-m", "pytest", "-q", "tests/test_faults.py", *sys.argv[1:]]
    sys.exit(subprocess.run(command, cwd=root, env=LONG | os.environ, check=False).returncode)
