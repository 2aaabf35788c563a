"""What became of the ticker's jobs: when each last ran, how often it failed, and whether any has stopped coming.

Measured with a clock that nobody sets: a machine whose time is put back would else wait for hours, and nobody
would know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Lock
from time import monotonic

from ledger.text import Text

LATE_AT_LEAST = timedelta(minutes=5)
"""So much later than its time a job may begin before it counts as stopped."""
RUN_MAX = timedelta(hours=6)
"""No run takes longer; one that does hangs."""


@dataclass(frozen=True, slots=True)
class JobState:
    """One job: how often it is to run, and what became of its runs. Instants are seconds of the log's own clock."""

    name: str
    period: timedelta
    since: float
    """When its last run began or ended, or when it was first waited for."""
    running: bool = False
    runs: int = 0
    failures: int = 0
    """Of all runs."""
    failing: int = 0
    """Of the last runs, without one that went well in between."""
    problem: Text | None = None
    """Why the last run failed."""

    def has_stopped(self, now: float) -> bool:
        """Whether the job should have come again by *now* and did not."""
        bound = RUN_MAX if self.running else self.period + max(self.period, LATE_AT_LEAST)
        return now - self.since > bound.total_seconds()


class JobLog:
    """The jobs of one ticker. Safe for threads."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._states: dict[str, JobState] = {}

    def expect(self, name: str, period: timedelta) -> None:
        """Begin to wait for a job."""
        with self._lock:
            self._states[name] = JobState(name, period, self._clock())

    def dismiss(self, name: str) -> None:
        """Wait for it no more: its ticker was ended in good order."""
        with self._lock:
            self._states.pop(name, None)

    def begun(self, name: str) -> None:
        """Note that a run begins."""
        self._change(name, lambda state: replace(state, running=True))

    def done(self, name: str) -> int:
        """Note that a run went well; return how many before it had not."""
        former = self._change(
            name, lambda state: replace(state, running=False, runs=state.runs + 1, failing=0, problem=None)
        )
        return former.failing if former is not None else 0

    def failed(self, name: str, problem: Text) -> None:
        """Note that a run failed, and why."""
        self._change(
            name,
            lambda state: replace(
                state,
                running=False,
                runs=state.runs + 1,
                failures=state.failures + 1,
                failing=state.failing + 1,
                problem=problem,
            ),
        )

    def states(self) -> list[JobState]:
        """Return every job that is waited for, by name."""
        with self._lock:
            return sorted(self._states.values(), key=lambda state: state.name)

    def stopped(self) -> list[JobState]:
        """Return the jobs that should have come and did not."""
        now = self._clock()
        return [state for state in self.states() if state.has_stopped(now)]

    def _change(self, name: str, change: Callable[[JobState], JobState]) -> JobState | None:
        with self._lock:
            former = self._states.get(name)
            if former is not None:
                self._states[name] = replace(change(former), since=self._clock())
            return former
