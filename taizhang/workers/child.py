"""The program of a worker's process: ``python -m taizhang.workers.child package.module:function SECONDS MEMORY_BYTES``.

Standard input has jobs, each as its length (8 bytes, big-endian) and its bytes. Standard output has, for each job,
pieces as a mark (1 byte), a length (4 bytes) and bytes:

    D  a piece of the result          E  the result is whole
    R  refused: JSON of a `Text`      M  the memory did not suffice       F  failed: the traceback, for the log
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from datetime import date
from importlib import import_module
from traceback import format_exc
from typing import Any

from taizhang.workers.bounds import hold_job, hold_process

LENGTH_BYTES = 8
PIECE_LENGTH_BYTES = 4
TRACEBACK_CHARACTERS = 4000

DATA, END, REFUSED, MEMORY, FAILED = b"D", b"E", b"R", b"M", b"F"

Job = Callable[[bytes], Iterable[bytes]]


def main() -> None:
    """Do the jobs of standard input until it ends."""
    name, cpu_seconds, memory_bytes = sys.argv[1:]
    hold_process(int(memory_bytes))
    # What a library prints must not be taken for a result.
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    hold_job(int(cpu_seconds))
    module, _colon, function = name.partition(":")
    job: Job = getattr(import_module(module), function)
    read = sys.stdin.buffer.read
    while len(head := read(LENGTH_BYTES)) == LENGTH_BYTES:
        payload = read(int.from_bytes(head, "big"))
        hold_job(int(cpu_seconds))
        for mark, piece in _said(job, payload):
            results.write(mark + len(piece).to_bytes(PIECE_LENGTH_BYTES, "big") + piece)
        results.flush()


def _said(job: Job, payload: bytes) -> Iterable[tuple[bytes, bytes]]:
    try:
        for piece in job(payload):
            yield DATA, piece
    except MemoryError:
        yield MEMORY, b""
    except Exception as error:  # noqa: BLE001 - whatever an input makes of a library, the other side is told
        text = getattr(error, "text", None)
        if text is not None:
            yield REFUSED, json.dumps(_plain(text)).encode()
        else:
            yield FAILED, format_exc()[-TRACEBACK_CHARACTERS:].encode("utf-8", "replace")
    else:
        yield END, b""


def _plain(value: Any) -> Any:
    """Return a `Text` and what is in it as JSON; `worker` reads it."""
    if hasattr(value, "message"):
        return {
            "message": value.message,
            "values": {name: _plain(each) for name, each in value.values.items()},
        }
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


if __name__ == "__main__":
    main()
