"""One measurement = one fresh process: wall and CPU seconds, peak memory; sides alternate, medians count."""

import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figures:
    """Medians over the runs of one side: seconds of CPU and wall, GB at the peak."""

    cpu: float
    wall: float
    peak: float


def _peak() -> float:
    # not ru_maxrss: that one carries over from the process that started this one
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024**2


def _child(pipe: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    start = time.perf_counter()
    used = resource.getrusage(resource.RUSAGE_SELF)
    work(*arguments)
    now = resource.getrusage(resource.RUSAGE_SELF)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    pipe.send((cpu, time.perf_counter() - start, _peak()))
    pipe.close()


def once(work: Callable[..., Any], *arguments: Any) -> tuple[float, float, float]:
    """Run `work` in a fresh process; return CPU seconds, wall seconds and peak GB.

    Raises:
        RuntimeError: the process failed.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(there, work, arguments))
    process.start()
    there.close()
    try:
        figures: tuple[float, float, float] = here.recv()
    except EOFError as error:
        process.join()
        raise RuntimeError(f"{work.__name__} failed with exit code {process.exitcode}") from error
    process.join()
    return figures


def medians(taken: Mapping[str, Sequence[tuple[float, float, float]]]) -> dict[str, Figures]:
    """Return the medians of CPU seconds, wall seconds and peak GB by side."""
    return {
        name: Figures(*(statistics.median(column) for column in zip(*rows, strict=True)))
        for name, rows in taken.items()
    }


def alternate(
    sides: Mapping[str, tuple[Callable[..., Any], tuple[Any, ...]]], runs: int
) -> dict[str, Figures]:
    """Run every side in turn, `runs` times over, and return the medians by side."""
    taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in sides}
    for _ in range(runs):
        for name, (work, arguments) in sides.items():
            taken[name].append(once(work, *arguments))
    return medians(taken)
