"""Words that the terminal and the pages share: kinds, days, clauses. Statuses have a word; each door draws its mark."""

from __future__ import annotations

from datetime import datetime

from ledger.events.event import SHANGHAI
from rubric.schema import Rubric
from taizhang.language.code_words import UNIT_KINDS, word_of
from taizhang.language.i18n import N_, _

STATUS_WORDS = {
    "met": N_("已完成"),
    "not_applicable": N_("不适用"),
    "open": N_("待完成"),
    "behind": N_("落后"),
    "unearned": N_("未得分"),
    "overdue": N_("逾期"),
    "missed": N_("过期无记录"),
    "judged": N_("已评定"),
    "awaiting": N_("待评定"),
}


def status_word(status: str) -> str:
    """Return the word of a status (contract §5)."""
    return _(STATUS_WORDS[status]) if status in STATUS_WORDS else status


def kind_word(kind: str) -> str:
    """Return the Chinese (or English) word for the kind of a unit."""
    return word_of(UNIT_KINDS, kind)


def work_assessed(rubric: Rubric) -> str:
    """Return what titles call the work that *rubric* assesses; nothing where its own title does not say so."""
    return _("党建工作") if "党建" in rubric.title else ""


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


def instant_text(instant: datetime) -> str:
    """Return an instant as people in Shanghai read it, to the second."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
