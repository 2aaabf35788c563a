"""What is said of the rubric itself: that a year has none of its own yet."""

from __future__ import annotations

from ledger.text import Text
from rubric.schema import Rubric


def without_rubric(provisional: Rubric) -> Text:
    """Return the sentence for whoever reads a figure that was made with a *provisional* rubric (contract §6)."""
    earlier = provisional.made_from
    assert earlier is not None
    return Text(
        "{year} 年度的考核细则还没有安装：现在按 {before} 年度的细则顺移日期暂算，只供参考；与当年有关的条款待定",
        year=provisional.year,
        before=earlier.year,
    )
