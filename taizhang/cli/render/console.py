"""The terminal: its width, whether it has colours, and which marks it can show."""

from __future__ import annotations

import os
import sys

from rich.console import Console

WIDTH_MAX = 110
"""Longer lines are tiring to read, however wide the window."""
WIDTH_PIPED = 80


def stdout_console() -> Console:
    """Return the console for results; piped, it writes no colours and assumes 80 columns unless COLUMNS is set."""
    return Console(
        file=sys.stdout, width=_width(sys.stdout.isatty()), highlight=False, emoji=False, markup=False
    )


def stderr_console() -> Console:
    """Return the console for progress."""
    return Console(stderr=True, highlight=False, emoji=False)


def _width(terminal: bool) -> int:
    if os.environ.get("COLUMNS", "").isdigit():
        asked = int(os.environ["COLUMNS"])
        return max(asked, 40) if asked else WIDTH_PIPED
    if not terminal:
        return WIDTH_PIPED
    return max(40, min(os.get_terminal_size(sys.stdout.fileno()).columns, WIDTH_MAX) or WIDTH_PIPED)
