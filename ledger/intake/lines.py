"""The lines of a JSONL file as they come: a byte order mark, CRLF and blank lines are no part of the JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from ledger.events.strict_json import LINE_BYTES_MAX
from ledger.intake.draft import ReadLine
from ledger.store.protocol import Line

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def numbered_lines(file: BinaryIO) -> Iterator[Line]:
    """Yield the lines of *file* from 1 on; of a line that is too long, only as much as shows that it is."""
    number = 0
    while line := file.readline(LINE_BYTES_MAX + 2):
        number += 1
        yield number, line
        while line and not line.endswith(b"\n"):
            line = file.readline(LINE_BYTES_MAX)


def written_lines(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines that have something in them, without byte order mark and line end."""
    first = True
    for number, raw in lines:
        if isinstance(raw, ReadLine):
            first = False
            yield number, raw
            continue
        line = (raw.removeprefix(BYTE_ORDER_MARK) if first else raw).strip(b" \t\r\n")
        first = False
        if line:
            yield number, line
