"""Standard output: one JSON document, or something for people; nothing else is ever printed there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from rich.console import RenderableType


def print_json(document: object) -> None:
    """Print *document*: on one line for programs, indented for a terminal."""
    option = orjson.OPT_INDENT_2 if sys.stdout.isatty() else 0
    write_bytes([orjson.dumps(document, option=option, default=str)])


def write_bytes(lines: Iterable[bytes]) -> None:
    """Write each line as it is, with a newline after it."""
    # The text layer would encode again, and on Windows turn the newlines into others.
    sys.stdout.flush()
    write = sys.stdout.buffer.write
    for line in lines:
        write(line + b"\n")
    sys.stdout.buffer.flush()


def show(document: Mapping[str, object], as_json: bool, drawing: Callable[[], RenderableType]) -> None:
    """Print the *document* of a command as JSON, else what *drawing* makes of it."""
    if as_json:
        print_json(document)
        return
    from taizhang.cli.render.console import stdout_console

    stdout_console().print(drawing())


def complain(lines: Iterable[str]) -> None:
    """Write lines to standard error."""
    for line in lines:
        print(line, file=sys.stderr)
