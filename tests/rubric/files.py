"""The files that the tests of this room read, and that others may: a small rubric, the clause sheet, the source."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
SMALL = (HERE / "small-2019.yaml").read_text("utf-8")
SHEET = (HERE / "clauses-2017.yaml").read_text("utf-8")
SEED = (HERE / "seed-2017.txt").read_text("utf-8")
BUILTIN = (HERE.parent.parent / "rubric" / "data" / "wujin-2017.yaml").read_text("utf-8")


def changed(old: str, new: str, text: str = SMALL) -> str:
    """Return *text* with the one place that says *old* saying *new*."""
    assert text.count(old) == 1, (old, text.count(old))
    return text.replace(old, new)
