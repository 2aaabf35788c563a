"""Jobs that take more than they may, each in its own way; they run in a worker's process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from ledger.text import Text


class Unwilling(Exception):
    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


def backwards(payload: bytes) -> Iterator[bytes]:
    yield payload[::-1]


def loops(_payload: bytes) -> Iterator[bytes]:
    while True:
        pass
    yield b""


def sleeps(_payload: bytes) -> Iterator[bytes]:
    time.sleep(600)
    yield b""


def hoards(_payload: bytes) -> Iterator[bytes]:
    kept = []
    while True:
        kept.append(bytes(1 << 20))
        if len(kept) > 1 << 20:
            yield b""


def floods(_payload: bytes) -> Iterator[bytes]:
    while True:
        yield bytes(1 << 20)


def promises_much(_payload: bytes) -> Iterator[bytes]:
    """Say that four gigabytes follow, behind the harness's back."""
    (results,) = (fd for fd in range(3, 20) if _is_pipe(fd))
    os.write(results, b"D\xff\xff\xff\xff")
    time.sleep(600)
    yield b""


def leaves_a_child(_payload: bytes) -> Iterator[bytes]:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield str(child.pid).encode()


def environment(_payload: bytes) -> Iterator[bytes]:
    yield "\n".join(os.environ).encode()


def prints(_payload: bytes) -> Iterator[bytes]:
    print("a library says something")
    yield b"result"


def refuses(_payload: bytes) -> Iterator[bytes]:
    raise Unwilling(Text("第 {row} 行：{why}", row=3, why=Text("太长")))
    yield b""


def fails(_payload: bytes) -> Iterator[bytes]:
    raise ZeroDivisionError
    yield b""


def ends(_payload: bytes) -> Iterator[bytes]:
    os._exit(7)
    yield b""


def _is_pipe(fd: int) -> bool:
    try:
        return str(Path(f"/proc/self/fd/{fd}").readlink()).startswith("pipe:")
    except OSError:
        return False
