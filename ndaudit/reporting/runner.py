"""Reports run side by side: a process each, forked from a server that has imported everything once."""

import multiprocessing
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerProcess

from ndaudit.reporting.task import FAILURE, Task, run_task
from ndaudit.reporting.warmth import told
from ndaudit.wording import say

TIMEOUT_SECONDS = 900


@dataclass(frozen=True)
class Ended:
    """How one task went; `failure` is one line, or None."""

    task: Task
    failure: str | None
    seconds: float


@dataclass(frozen=True)
class _Running:
    task: Task
    process: ForkServerProcess
    since: float


def run_tasks(tasks: Sequence[Task], jobs: int, timeout: float = TIMEOUT_SECONDS) -> Iterator[Ended]:
    """Run tasks, `jobs` at a time, and yield each as it ends; one that takes too long is stopped."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["ndaudit.reporting.preload"])
    waiting = deque(tasks)
    running: list[_Running] = []
    ended: list[Ended] = []
    try:
        while waiting or running or ended:
            while waiting and len(running) < jobs:
                task = waiting.popleft()
                process = context.Process(target=run_task, args=(task,), daemon=True)
                with told(tasks):
                    process.start()
                running.append(_Running(task, process, time.monotonic()))
            # those that follow run already while these are put in their place
            yield from ended
            settled = _settled(running, timeout)
            ended = [_ended(item, timeout) for item in settled]
            running = [item for item in running if item not in settled]
    finally:
        for item in running:
            item.process.kill()
            item.process.join()


def _settled(running: Sequence[_Running], timeout: float) -> list[_Running]:
    if not running:
        return []
    left = min(item.since for item in running) + timeout - time.monotonic()
    wait([item.process.sentinel for item in running], max(0.0, left))
    now = time.monotonic()
    return [item for item in running if not item.process.is_alive() or now - item.since >= timeout]


def _ended(item: _Running, timeout: float) -> Ended:
    task, process = item.task, item.process
    seconds = time.monotonic() - item.since
    failure = None
    if process.is_alive():
        process.kill()
        failure = say("reports.too_long", task.lang, seconds=round(timeout))
    process.join()
    told = task.folder / FAILURE
    if failure is None and process.exitcode != 0:
        known = told.read_text("utf-8") if told.is_file() else None
        failure = known or say("reports.process_failed", task.lang, code=process.exitcode)
    return Ended(task, failure, seconds)
