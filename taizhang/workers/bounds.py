"""How much one job may take, and how a process holds itself to it."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_NICE = 5


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one job may take; whoever takes more is ended."""

    cpu_seconds: int
    """Processor time of one job."""
    wall_seconds: int
    """From when a job is handed over until its last byte has come back."""
    memory_bytes: int
    """Address space of the process (RLIMIT_AS)."""
    output_bytes: int
    """What a job may give back."""


def hold_process(memory_bytes: int) -> None:
    """Bound the memory of this process, let pages go before it, and have it end with whoever started it.

    Where the system cannot bound a process (Windows) the wall time that the other side keeps still holds.
    """
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if hasattr(os, "nice"):
        os.nice(_NICE)
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        # When the machine runs out of memory nevertheless, this goes and not the server.
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def hold_job(cpu_seconds: int) -> None:
    """Bound the processor time of the job that begins now: the system ends the process at its end."""
    with suppress(ImportError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        until = int(used.ru_utime + used.ru_stime) + 1 + cpu_seconds
        _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
        if hard != resource.RLIM_INFINITY:
            until = min(until, hard)
        resource.setrlimit(resource.RLIMIT_CPU, (until, hard))
