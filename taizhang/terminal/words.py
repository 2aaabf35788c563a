"""Statuses, kinds and days in words, marks and colours: what matters is never told by colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text as Line

from taizhang.wording import N_, _


@dataclass(frozen=True, slots=True)
class Look:
    """How a status is shown."""

    mark: str
    word: str
    style: str


LOOKS = {
    "met": Look("✓", N_("已完成"), "green"),
    "not_applicable": Look("–", N_("不适用"), "dim"),
    "open": Look("○", N_("待完成"), "cyan"),
    "behind": Look("◐", N_("落后"), "yellow"),
    "unearned": Look("☆", N_("未得分"), "magenta"),
    "overdue": Look("▲", N_("逾期"), "bold red"),
    "missed": Look("✗", N_("已错过"), "red"),
    "judged": Look("◆", N_("已评定"), "bold yellow"),
}
KINDS = {"committee": N_("党委"), "general_branch": N_("党总支"), "branch": N_("党支部")}


def status_line(status: str) -> Line:
    """Return the mark and the word of a status, in its colour."""
    look = LOOKS.get(status, Look("?", status, ""))
    return Line(f"{look.mark} {_(look.word)}", style=look.style)


def status_style(status: str) -> str:
    """Return the colour of a status."""
    look = LOOKS.get(status)
    return look.style if look else ""


def kind_word(kind: str) -> str:
    """Return the Chinese (or English) word for the kind of a unit."""
    return _(KINDS[kind]) if kind in KINDS else kind


def days_left(days: int | None) -> str:
    """Return how far off a due day is: 还剩 12 天, 今天到期, 逾期 3 天; nothing when there is none."""
    if days is None:
        return ""
    if days == 0:
        return _("今天到期")
    return _("还剩 {days} 天", days=days) if days > 0 else _("逾期 {days} 天", days=-days)


def clause_text(item: str | None, text: str) -> str:
    """Return a clause's words; clauses that share a sentence of the source are told apart by their item."""
    # `request` and `finding` are codes, not words of the source.
    if item is None or item.isascii() or item in text:
        return text
    return f"{item}：{text}"
