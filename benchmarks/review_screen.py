"""`make bars`: the review screen over many findings in a real browser; ends with 1 when it is too slow.

The run and the page are those of the tests (`PYTHONPATH=tests`).
"""

import os
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from chromium import Tab, browser
from review_harness import served
from test_widgets import GIVEN, RUN, make_run

from benchmarks.sections.review import FIRST_SECONDS, MEDIAN_MS, WORST_MS
from ndaudit.beginning import begin
from ndaudit.store import connect

FINDINGS = int(os.environ.get("NDAUDIT_FINDINGS", "1000000"))
ROUNDS = 3
STEPS = (
    "part('.pager button:last-child').click()",
    "part('[name=office]').value = '1110'; part('[name=office]').dispatchEvent(new Event('change'))",
    "part('[name=office]').value = ''; part('[name=office]').dispatchEvent(new Event('change'))",
    "part('[name=order]').value = 'effect'; part('[name=order]').dispatchEvent(new Event('change'))",
    "part('.pager input').value = '9000'; part('.pager input').dispatchEvent(new Event('change'))",
    "part('.order button').click()",
    "part('[name=rule]').value = 'DET-05'; part('[name=rule]').dispatchEvent(new Event('change'))",
    "part('[name=least]').value = '5000'; part('[name=least]').dispatchEvent(new Event('input'))",
    "part('[name=text]').value = 'ab1'; part('[name=text]').dispatchEvent(new Event('input'))",
    "part('.filters button').click()",
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
    with browser(folder) as chromium, chromium.open("about:blank") as tab:
        # from the call in the kernel (run opened, findings narrowed down) to the first row on the screen
        begun = time.monotonic()
        with served(made, "mn") as url:
            tab.call("Page.navigate", url=url)
            tab.wait("window.part && part('.list .row')?.getBoundingClientRect().height > 0")
            standing = time.monotonic() - begun
            took = [_step(tab, step) for _ in range(ROUNDS) for step in STEPS]
    return standing, took


def _step(tab: Tab, step: str) -> float:
    """Return the milliseconds until the rows were put in and the browser has drawn them."""
    drawn = "requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)))"
    return float(
        tab.ask(
            "new Promise((done) => { const list = part('.list'), begun = performance.now();"
            f" new MutationObserver((_, watch) => {{ watch.disconnect(); {drawn}; }})"
            f".observe(list, {{ childList: true }}); {step} }})"
        )
    )


def main() -> None:
    """Measure, print, and end with 1 when a bar is missed."""
    with TemporaryDirectory() as folder:
        standing, took = measure(Path(folder))
    steps = ", ".join(f"{one:.0f}" for one in took)
    sys.stdout.write(f"{FINDINGS:,} findings: first row after {standing:.2f} s; steps {steps} ms\n")
    missed = standing > FIRST_SECONDS or median(took) > MEDIAN_MS or max(took) > WORST_MS
    sys.exit(int(missed))


if __name__ == "__main__":
    main()
