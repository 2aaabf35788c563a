"""Measuring and telling: CPU and wall time taken in turn, medians, peak memory, and a line for each target."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles


@dataclass(slots=True)
class Spent:
    """Seconds of CPU (children that ended included) and of wall time."""

    cpu: float = 0.0
    wall: float = 0.0

    def each(self, count: int) -> Spent:
        """Return what one of *count* took."""
        return Spent(self.cpu / count, self.wall / count)


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@contextmanager
def stopwatch() -> Iterator[Spent]:
    """Measure the block; what it spent stands in the value once the block has ended."""
    spent = Spent()
    cpu, wall = _cpu(), time.perf_counter()
    yield spent
    spent.wall = time.perf_counter() - wall
    spent.cpu = _cpu() - cpu


def in_turn(rounds: int, contenders: Mapping[str, Callable[[int], Spent]]) -> dict[str, Spent]:
    """Let all contenders do each round, one after the other (A B A B), and return each one's medians.

    A contender is handed the number of the round and returns what its measured part spent.
    """
    found: dict[str, list[Spent]] = {name: [] for name in contenders}
    for number in range(rounds):
        for name, contender in contenders.items():
            gc.collect()
            found[name].append(contender(number))
    return {
        name: Spent(median(spent.cpu for spent in all_spent), median(spent.wall for spent in all_spent))
        for name, all_spent in found.items()
    }


def p95(seconds: list[float]) -> float:
    """Return what 95 of 100 do not exceed; 0 of none."""
    return quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else max(seconds, default=0.0)


def median_wall(times: int, work: Callable[[], object]) -> float:
    """Return the median wall time of *work* in seconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return median(found)


def peak_memory_mb() -> float:
    """Return the most memory (MB resident) of this process so far, plus that of its largest child."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    # ru_maxrss of the process itself still counts what its parent held before exec; VmHWM does not.
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000 + children
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1000 + children


def at_most(value: float, limit: float, aim: float | None = None) -> str:
    """Return in words whether *value* stays within *limit*, and within the *aim* beyond it."""
    if value > limit:
        return f"MISSED (over by {100 * (value / limit - 1):.0f} %)"
    return "met" if aim is None else "met, aim reached" if value <= aim else "met, aim not reached"


def at_least(value: float, limit: float, aim: float | None = None) -> str:
    """Return in words whether *value* reaches *limit*, and the *aim* beyond it."""
    if value < limit:
        return f"MISSED (short by {100 * (1 - value / limit):.0f} %)"
    return "met" if aim is None else "met, aim reached" if value >= aim else "met, aim not reached"


@dataclass(frozen=True, slots=True)
class Line:
    """One measured figure beside its target. Without a target it is told for information."""

    work: str
    figure: str
    compared: str = ""
    target: str = ""
    verdict: str = "for information"

    def __str__(self) -> str:
        return f"{self.work:<50} {self.figure:>12}  {self.compared:<48} {self.target:<26} {self.verdict}".rstrip()


HEADING = str(Line("work", "figure", "compared with", "target", "verdict"))


def microseconds(seconds: float) -> str:
    """Return 0.0001234 as "123 µs"."""
    return f"{seconds * 1e6:,.0f} µs"


def milliseconds(seconds: float) -> str:
    """Return 0.01234 as "12.34 ms"."""
    return f"{seconds * 1e3:,.2f} ms"


def rate(count: int, seconds: float) -> str:
    """Return so many in so many seconds as "12,345/s"."""
    return f"{count / seconds:,.0f}/s"
