"""A process that does one kind of costly job, seen from the server: handed a payload, it gives bytes or is ended."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Timer
from types import TracebackType
from typing import IO, Any, Literal, Self

import taizhang
from ledger.errors import ErrorKind, TaizhangError
from ledger.text import Text
from taizhang.workers import child
from taizhang.workers.bounds import Bounds

_ROOT = str(Path(taizhang.__file__).parents[1])
_PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "LD_LIBRARY_PATH",  # where a bundle brought Pango along
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "SYSTEMROOT",
    "XDG_CACHE_HOME",
    "XDG_DATA_DIRS",
)
"""Of the environment a job gets no more than these and what names the machine's fonts: passwords stand in it."""
_SAID_MAX = 64 * 1024
"""Bytes of a refusal or of a traceback."""

_log = logging.getLogger(__name__)

Which = Literal["time", "memory", "output"]


class OverBounds(Exception):
    """The job wanted more than it may have; it was ended. `which`: what it wanted more of."""

    def __init__(self, which: Which) -> None:
        super().__init__(which)
        self.which = which


class JobRefused(TaizhangError):
    """The job found its input wanting; `text` says what to do."""


class JobFailed(Exception):
    """The job ended in a way that nobody foresaw; the log says how."""


class Ending(TaizhangError):
    """The program is being told to end: no more jobs."""

    kind = ErrorKind.UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(Text("服务正在停止；请过一会儿再试"))


class Worker:
    """A process for jobs of one kind, one after another; `with` ends it, and whatever it started.

    Hand over inputs of one account only: what one job does to its process the next must not feel.
    """

    def __init__(self, job: str, bounds: Bounds) -> None:
        """Make one for *job*, ``package.module:function``. The process starts with the first payload."""
        self._job = job
        self._bounds = bounds
        self._process: subprocess.Popen[bytes] | None = None
        self._late = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def do(self, payload: bytes) -> bytes:
        """Return what the job makes of *payload*. Raises OverBounds, JobRefused, JobFailed and Ending."""
        process = self._started()
        self._late = False
        watch = Timer(self._bounds.wall_seconds, self._too_late)
        watch.daemon = True
        watch.start()
        whole = False
        try:
            result = self._exchanged(process, payload)
            whole = True
        except JobRefused:
            whole = True
            raise
        finally:
            watch.cancel()
            if not whole:
                # Its pipes are in the midst of something.
                self.end()
        return result

    def end(self) -> None:
        """End the process, and with it whatever it started."""
        process, self._process = self._process, None
        if process is None:
            return
        _kill(process)
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]  # both are pipes
        process.wait()
        with _lock:
            _running.discard(process)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None:
            return self._process
        bounds = self._bounds
        program = [sys.executable, "-m", "taizhang.workers.child", self._job]
        with _lock:
            if _ending.is_set():
                raise Ending
            self._process = subprocess.Popen(  # noqa: S603 - our own program, nothing of an input in its arguments
                [*program, str(bounds.cpu_seconds), str(bounds.memory_bytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env=_environment(),
            )
            _running.add(self._process)
        return self._process

    def _too_late(self) -> None:
        self._late = True
        process = self._process
        if process is not None:
            _kill(process)

    def _exchanged(self, process: subprocess.Popen[bytes], payload: bytes) -> bytes:
        assert process.stdin is not None
        assert process.stdout is not None
        # Who ended before it took its input says below why.
        with suppress(BrokenPipeError):
            process.stdin.write(len(payload).to_bytes(child.LENGTH_BYTES, "big"))
            process.stdin.write(payload)
            process.stdin.flush()
        pieces: list[bytes] = []
        taken = 0
        while True:
            mark, size = _head(process.stdout)
            taken += size if mark == child.DATA else 0
            if taken > self._bounds.output_bytes or (mark != child.DATA and size > _SAID_MAX):
                raise OverBounds("output")
            piece = process.stdout.read(size)
            if len(piece) < size:
                mark = b""
            match mark:
                case child.DATA:
                    pieces.append(piece)
                case child.END:
                    return b"".join(pieces)
                case child.REFUSED:
                    raise JobRefused(_text(json.loads(piece)))
                case child.MEMORY:
                    raise OverBounds("memory")
                case child.FAILED:
                    _log.error("%s: %s", self._job, piece.decode("utf-8", "replace"))
                    raise JobFailed
                case _ended:
                    raise self._ended(process)

    def _ended(self, process: subprocess.Popen[bytes]) -> Exception:
        """Return why the process is no more."""
        code = process.wait()
        if _ending.is_set():
            return Ending()
        if self._late or code == -signal.SIGXCPU:
            return OverBounds("time")
        # The system's own end for want of memory, and that of libraries that get none (abort).
        if code in (-signal.SIGKILL, -signal.SIGABRT, -signal.SIGSEGV):
            return OverBounds("memory")
        _log.error("%s ended with %s", self._job, code)
        return JobFailed()


def do(job: str, payload: bytes, bounds: Bounds) -> bytes:
    """Do one *job* in a process of its own. Raises OverBounds, JobRefused, JobFailed and Ending."""
    with Worker(job, bounds) as worker:
        return worker.do(payload)


def end_all() -> None:
    """End every job under way, and begin none from here on: the program is being told to end."""
    with _lock:
        _ending.set()
        for process in _running:
            _kill(process)


def running() -> int:
    """Return how many processes are there."""
    with _lock:
        return len(_running)


_lock = Lock()
_running: set[subprocess.Popen[bytes]] = set()
_ending = Event()


def _kill(process: subprocess.Popen[bytes]) -> None:
    # Its group bears its number as long as it is not waited for.
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()


def _head(results: IO[bytes]) -> tuple[bytes, int]:
    head = results.read(1 + child.PIECE_LENGTH_BYTES)
    if len(head) < 1 + child.PIECE_LENGTH_BYTES:
        return b"", 0
    return head[:1], int.from_bytes(head[1:], "big")


def _text(plain: Any) -> Text:
    """Return the `Text` that a job said; nothing of it is believed but that it is words."""
    if not isinstance(plain, dict):
        return Text(str(plain).replace("{", "{{").replace("}", "}}"))
    return Text(str(plain["message"]), **{str(name): _value(each) for name, each in plain["values"].items()})


def _value(plain: object) -> Any:
    if isinstance(plain, dict):
        return _text(plain)
    if isinstance(plain, list):
        return [_value(each) for each in plain]
    return plain if isinstance(plain, int) else str(plain)


def _environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED_ON or name.startswith(("FONTCONFIG_", "PANGO"))
    }
    return kept | {"PYTHONPATH": _ROOT, "PYTHONSAFEPATH": "1"}
