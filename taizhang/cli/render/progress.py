"""A progress bar on standard error for work that turns out to take longer than a second."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from taizhang.cli.render.console import stderr_console

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE_SECONDS = 1.0
PAUSE_SECONDS = 0.1

Report = Callable[[int], None]


class Meter:
    """Counts what is done; the bar appears only when a second has gone by."""

    def __init__(self, label: str, total: int | None) -> None:
        self._label = label
        self._total = total
        self._started = self._shown = monotonic()
        self._progress: Progress | None = None

    def __call__(self, done: int) -> None:
        """Note that *done* of the total is done."""
        instant = monotonic()
        if instant - self._shown < PAUSE_SECONDS or instant - self._started < PATIENCE_SECONDS:
            return
        self._shown = instant
        if self._progress is None:
            self._progress = _bar(self._total is not None)
            self._progress.add_task(self._label, total=self._total)
            self._progress.start()
        self._progress.update(self._progress.task_ids[0], completed=done)

    def stop(self) -> None:
        """Remove the bar."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None


@contextmanager
def meter(label: str, total: int | None, wanted: bool) -> Iterator[Report | None]:
    """Give a function to report progress to, or None when nobody would see it."""
    if not wanted or not sys.stderr.isatty():
        yield None
        return
    counting = Meter(label, total)
    try:
        yield counting
    finally:
        counting.stop()


def _bar(known: bool) -> Progress:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()]
    waiting = [SpinnerColumn(), TextColumn("{task.description} {task.completed:,.0f}")]
    return Progress(*(columns if known else waiting), console=stderr_console(), transient=True)
