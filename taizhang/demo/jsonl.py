"""The demo as a file for `taizhang import`, one event a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO

import orjson

from taizhang.demo.generate import Entry


def write_jsonl(
    entries: Iterable[Entry], file: BinaryIO, progress: Callable[[int], None] | None = None
) -> int:
    """Write the events of *entries* to *file* as JSONL (UTF-8); return their number.

    *progress* is called after each entry with the number of events written so far.
    """
    written = 0
    for entry in entries:
        file.write(b"".join(orjson.dumps(event) + b"\n" for event in entry.events))
        written += len(entry.events)
        if progress is not None:
            progress(written)
    return written
