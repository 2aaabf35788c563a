"""The colours by name, of everything that is not a page: mails, reports, sheets, drawings.

Pages have the same in `taizhang/web/static/tokens.css`; a test holds the two together, and one that no other file names
a colour.
"""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "paper": "#fdfdfb",
    "ground": "#f4f3ef",
    "ink": "#1d2125",
    "ink_soft": "#565d64",
    "line": "#d9d7d0",
    "line_strong": "#8b8f94",
    "accent": "#b3201c",
    "accent_ink": "#ffffff",
    "link": "#1f4e79",
    "focus": "#1f6fb2",
    "notice": "#fbf1d3",
    "notice_ink": "#5a4600",
    "met": "#2b6a3d",
    "open": "#3f5468",
    "behind": "#855300",
    "unearned": "#5b4a8a",
    "overdue": "#9c3d00",
    "missed": "#8a1f3d",
    "judged": "#6a4a12",
    "none": "#666c72",
    "band_floor": "#2f4858",
    "band_awaiting": "#8a7aa8",
    "band_forecast": "#7d97a8",
    "band_ceiling": "#dbe3e8",
    "band_lost": "#efece4",
    "step_0": "#2f4858",
    "step_1": "#5b7a8d",
    "step_2": "#93abba",
    "step_3": "#c9d5dd",
    "step_4": "#d9a14a",
    "step_5": "#9c3d00",
}
"""On light ground: the tokens of the pages, with ``_`` for ``-``."""

DARK: Mapping[str, str] = {
    "paper": "#17191c",
    "ground": "#101214",
    "ink": "#e6e4df",
    "ink_soft": "#a9adb2",
    "line": "#34383d",
    "line_strong": "#777c82",
    "accent": "#c9302b",
    "link": "#8fbce6",
    "focus": "#7db7ec",
    "notice": "#3a3214",
    "notice_ink": "#f0dfa6",
    "met": "#7fc795",
    "open": "#a8bccf",
    "behind": "#e0b060",
    "unearned": "#b9a8ea",
    "overdue": "#f0975a",
    "missed": "#f08aa4",
    "judged": "#d9b877",
    "none": "#a0a5aa",
    "band_floor": "#a9c1d0",
    "band_awaiting": "#6f5f8f",
    "band_forecast": "#637f92",
    "band_ceiling": "#34424d",
    "band_lost": "#22262a",
    "step_0": "#a9c1d0",
    "step_1": "#7f9db0",
    "step_2": "#5a7485",
    "step_3": "#3d4f5b",
    "step_4": "#b98332",
    "step_5": "#f0975a",
}
"""On dark ground, where another is better."""

PAPER: Mapping[str, str] = {
    "white": "#ffffff",
    "black": "#000000",
    "rule": "#333333",
    "soft": "#555555",
    "frame": "#999999",
    "head": "#f3e8e8",
    "required": "#c8102e",
    "example": "#6b7280",
}
"""What only paper and sheets have: rules of tables, heads of columns, and of those that have to be filled in."""
