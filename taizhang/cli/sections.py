"""The program's table of contents: each command under the heading of what it is for, those of every day first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from taizhang.language.i18n import N_

SECTIONS: Mapping[str, Sequence[str]] = {
    N_("记录"): ("import", "excel", "correct", "retract", "people"),
    N_("查看"): ("score", "shortfalls", "board", "members", "calibration", "history", "report", "export"),
    N_("评审"): ("audit", "rubric"),
    N_("提醒"): ("remind", "contact", "outbox", "calendar"),
    N_("校验与备份"): (
        "verify", "backup", "restore", "copy", "archive",
        "checkpoint", "prove", "key", "anchor", "anchors", "witness", "witnessed", "tiles",
    ),
    N_("管理"): (
        "serve", "doctor", "ledgers", "demo", "account", "scheduler", "rebuild", "leftovers", "report-templates",
    ),
}  # fmt: skip
"""Titles (Chinese message ids) to command names, in the order in which help and completion show them."""
