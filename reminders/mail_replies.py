"""What an SMTP server's refusal means: whether the same message may be taken later, and how long to wait. Pure.

RFC 5321 §4.2.1 has 4yz for "later" and 5yz for "never"; RFC 3463 says it finer. The large Chinese providers say "never"
(501, 535, 550, 552, 554) also where they mean "not now": a limit by minute, hour or day, a full mailbox, a busy
server. So the text counts as much as the code. What is neither is tried once a day: a reminder is moot soon enough.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from .plain import one_line

_MINUTES, _HOUR, _HOURS = timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6)
ONCE_A_DAY = timedelta(hours=20)
"""Less than a day, so that who is written to in the morning is so again the next morning."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the same message would be refused for ever, and how long to wait at least where it would not."""

    lasting: bool = False
    wait: timedelta | None = None


_TOO_BIG = re.compile(
    r"[45]\.3\.4|(message|mail|content|attach\w*)\b.{0,30}\b(size|too (big|large|long))"
    r"|(size|length) of|number of attachments|size exceeds|邮件(过大|太大)|附件"
)
_PASSING: tuple[tuple[re.Pattern[str], timedelta], ...] = (
    # A full mailbox is emptied by its owner, hours or days later.
    (re.compile(r"\b[45]\.2\.2\b|mailbox (is )?full|(over|exceed\w*) .{0,20}(quota|storage)"
                r"|quota exceed|space not enough|(邮箱|空间|容量).{0,4}(已?满|不足)"), _HOURS),
    (re.compile(r"\b(day|daily|24 ?h\w*)\b|threshold|quota|mi:(stc|rmd)|rp:trc"
                r"|(当天|每天|每日|今日|日内|一天)"), _HOURS),
    (re.compile(r"\b(hour|hourly)\b|每小时"), _HOUR),
    (re.compile(r"frequen|too (many|much|fast|often)|\brates?\b|limit|exceed|throttl|behaviou?r spam"
                r"|access denied$|access denied[. ]*http|频率|频繁|过快|太快|超过|超出|限制"), _MINUTES),
    (re.compile(r"busy|try (again|later)|\blater\b|temporar|transient|grey-?list|gray-?list|not available"
                r"|\b[45]\.4\.\d|稍后|稍候|繁忙|系统忙|暂时"), timedelta()),
)  # fmt: skip
_NOBODY_THERE = re.compile(
    r"\b5\.1\.\d|(no such|unknown|invalid|bad|unavailable) (mail )?(user|recipient|mailbox|address|account)"
    r"|(user|mailbox|account|recipient|address)\S* (is )?(not (found|exist|known)|unknown|invalid|rejected)"
    r"|do(es|s) ?n[o'’]?t exist|no (such )?exist|not a local|non-local|address syntax"
    r"|(用户|收件人|邮箱|账号|帐号|地址).{0,4}不(存在|正确)"
)


def verdict_on(code: int, text: str) -> Verdict:
    """Return what to make of a reply that is no acceptance, whichever command it answers."""
    said = " ".join(text.lower().split())
    if code >= 500 and _TOO_BIG.search(said):
        return Verdict(lasting=True)
    for pattern, wait in _PASSING:
        if pattern.search(said):
            return Verdict(wait=wait or None)
    if code < 500:
        return Verdict()
    if _NOBODY_THERE.search(said):
        return Verdict(lasting=True)
    return Verdict(wait=ONCE_A_DAY)


def is_about_size(text: str) -> bool:
    """Return whether a refusal is of what was sent, and not of whom it was sent to."""
    return _TOO_BIG.search(" ".join(text.lower().split())) is not None


def reply_text(reply: bytes | str, most: int = 200) -> str:
    """Return a server's words on one line: UTF-8, or GBK as older Chinese servers write it."""
    said = reply if isinstance(reply, str) else _decoded(reply)
    return " ".join(one_line(said).split())[:most]


def _decoded(reply: bytes) -> str:
    try:
        return reply.decode()
    except UnicodeDecodeError:
        return reply.decode("gb18030", "replace")
