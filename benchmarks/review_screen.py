"""`make bars`: the review screen over many findings in a real browser; ends with 1 when it is too slow.

The run and the page are those of the tests (`PYTHONPATH=tests`).
"""

import os
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from chromium import browser
from review_harness import served
from test_widgets import GIVEN, RUN, make_run

from ndaudit.beginning import begin
from ndaudit.store import connect

FINDINGS = int(os.environ.get("NDAUDIT_FINDINGS", "1000000"))
MEDIAN_MS, WORST_MS = 250, 600
STEPS = (
    "part('.pager button:last-child').click()",
    "part('[name=office]').value = '1110'; part('[name=office]').dispatchEvent(new Event('change'))",
    "part('[name=office]').value = ''; part('[name=office]').dispatchEvent(new Event('change'))",
    "part('[name=order]').value = 'effect'; part('[name=order]').dispatchEvent(new Event('change'))",
    "part('.pager input').value = '9000'; part('.pager input').dispatchEvent(new Event('change'))",
    "part('.order button').click()",
    "part('[name=rule]').value = 'DET-05'; part('[name=rule]').dispatchEvent(new Event('change'))",
)


def measure(folder: Path) -> tuple[float, list[float]]:
    """Return the seconds until the screen stands, and the milliseconds of each step until it is drawn."""
    os.environ["NDAUDIT_KEY_FILE"] = str(folder / "key")
    made = begin(folder / "nd", "mn")
    make_run(made, GIVEN)
    con = connect(made.runs / RUN / "findings.duckdb")
    con.execute(
        "INSERT INTO finding SELECT substr(sha256(CAST(n AS VARCHAR)), 1, 16), rule_id, severity, '65|' || n,"
        " office_code, period, outcome, reason, effect + n % 100000, status, CAST(n AS VARCHAR),"
        f" evidence FROM finding, range({FINDINGS // len(GIVEN)}) t(n)"
    )
    con.close()
    begun = time.monotonic()
    with served(made, "mn") as url, browser(folder) as chromium, chromium.open(url) as tab:
        tab.wait("window.part && part('.review').dataset.ready")
        standing = time.monotonic() - begun
        took = [
            # until the rows were put in and the browser has drawn them
            tab.ask(
                "new Promise((done) => { const list = part('.list'), begun = performance.now();"
                " new MutationObserver((_, watch) => { watch.disconnect(); requestAnimationFrame(() =>"
                " requestAnimationFrame(() => done(performance.now() - begun))); })"
                f".observe(list, {{ childList: true }}); {step} }})"
            )
            for step in STEPS
        ]
    return standing, took


def main() -> None:
    """Measure, print, and end with 1 when a bar is missed."""
    with TemporaryDirectory() as folder:
        standing, took = measure(Path(folder))
    steps = ", ".join(f"{one:.0f}" for one in took)
    sys.stdout.write(f"{FINDINGS:,} findings: stands after {standing:.2f} s; steps {steps} ms\n")
    sys.exit(int(median(took) > MEDIAN_MS or max(took) > WORST_MS))


if __name__ == "__main__":
    main()
