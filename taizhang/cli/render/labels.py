"""Statuses in marks and colours: what matters is never told by colour alone."""

from __future__ import annotations

from rich.text import Text as Line

from taizhang.language.labels import clause_text, days_left, kind_word, status_word

__all__ = ["clause_text", "days_left", "kind_word", "status_line", "status_style"]

MARKS = {
    "met": ("✓", "green"),
    "not_applicable": ("–", "dim"),
    "open": ("○", "cyan"),
    "behind": ("◐", "yellow"),
    "unearned": ("☆", "magenta"),
    "overdue": ("▲", "bold red"),
    "missed": ("✗", "red"),
    "judged": ("◆", "bold yellow"),
    "awaiting": ("◇", "dim"),
}


def status_line(status: str) -> Line:
    """Return the mark and the word of a status, in its colour."""
    mark, style = MARKS.get(status, ("?", ""))
    return Line(f"{mark} {status_word(status)}", style=style)


def status_style(status: str) -> str:
    """Return the colour of a status."""
    return MARKS.get(status, ("", ""))[1]
