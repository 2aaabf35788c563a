"""A job that is killed at its n-th step, a step being what the file system or the database is asked to do."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from typing import Any

from ledger.store.sqlite.opening import open_connection
from ledger.store.sqlite.store import open_sqlite

STEPS = ("open", "fsync", "write", "replace", "rename", "mkdir", "rmdir", "unlink", "chmod")


def killed_at(step: int, job: Callable[[], int]) -> int | None:
    """Run *job* in a child process that is killed before its step number *step*; return its status, None if killed."""
    child = os.fork()
    if child == 0:
        try:
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            _count_to(step)
            os._exit(job())
        finally:
            os._exit(99)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return None
    return os.WEXITSTATUS(status)


def _count_to(last: int) -> Callable[[], int]:
    """Kill this process before its step number *last*; what is returned tells how many there were so far."""
    done = 0

    def step(*_: object) -> None:
        nonlocal done
        done += 1
        if done >= last:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            step()
            return real(*arguments, **options)

        return call

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))
    connect = sqlite3.connect

    def connected(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(step)
        return connection

    sqlite3.connect = connected  # type: ignore[assignment]
    for opener in (open_sqlite, open_connection):
        assert opener.__kwdefaults__ is not None
        opener.__kwdefaults__["connect"] = connected
    return lambda: done


def steps_of(job: Callable[[], int]) -> int:
    """Run *job* to its end in a child process, and return how many steps it takes."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            counted = _count_to(sys.maxsize)
            status = job()
            sys.stdout.flush()
            os._exit(status or _tell(writing, counted()))
        finally:
            os._exit(99)
    os.close(writing)
    with os.fdopen(reading) as told:
        said = told.read()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    return int(said)


def _tell(descriptor: int, count: int) -> int:
    with os.fdopen(descriptor, "w") as pipe:
        pipe.write(str(count))
    return 0
