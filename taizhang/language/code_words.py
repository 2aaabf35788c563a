"""The word for each code that an event's data may hold, said once: every door, sheet, form and mail asks here.

Codes that a rubric gives (activities, honours, conditions ...) have their names in the rubric, not here.
"""

from __future__ import annotations

from collections.abc import Mapping

from taizhang.language.i18n import N_, _

UNIT_KINDS: Mapping[str, str] = {
    "committee": N_("党委"),
    "general_branch": N_("党总支"),
    "branch": N_("党支部"),
}
LEVELS: Mapping[str, str] = {
    "national": N_("国家级"),
    "province": N_("省级"),
    "city": N_("市级"),
    "district": N_("区级"),
    "bureau": N_("局级"),
}
DECLARED: Mapping[str, str] = {
    "yes": N_("做到"),
    "no": N_("没有做到"),
    "not_applicable": N_("不适用"),
}
VERDICTS: Mapping[str, str] = {
    "accepted": N_("通过"),
    "returned": N_("退回"),
    "upheld": N_("成立"),
    "rejected": N_("不成立"),
}
LEAVINGS: Mapping[str, str] = {
    "transferred": N_("转出"),
    "deceased": N_("去世"),
    "withdrew": N_("退党"),
    "removed": N_("除名"),
    "expelled": N_("开除党籍"),
    "other": N_("其他"),
}
"""Why a member left (contract §3). 退党, 除名 and 开除党籍 are three things in the Party's statutes."""


def word_of(table: Mapping[str, str], code: str) -> str:
    """Return the word for *code* in the reader's language; the code itself for one that this program does not know."""
    return _(table[code]) if code in table else code
