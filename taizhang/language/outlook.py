"""A unit's year in one sentence, and the parts that the bar under it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rubric.amounts import decimal_text, hundredths
from taizhang.language.i18n import _


@dataclass(frozen=True, slots=True)
class OutlookParts:
    """What full points are made of, as decimal text: they add up to it."""

    secured: str
    """Certain, whatever comes (but for judgements)."""
    awaiting: str
    expected: str
    """What of the rest is forecast to be kept."""
    winnable: str
    """What can still be won beyond the forecast, if all is done in time."""
    lost: str

    @property
    def is_decided(self) -> bool:
        """Whether nothing that a unit does can move the score any more."""
        return self.expected == self.winnable == "0"


def outlook_parts(total: Mapping[str, str]) -> OutlookParts:
    """Return the parts of `total`, that of a scorecard or of a board's row (contract §6)."""
    full, ceiling, forecast, floor, awaiting = (
        hundredths(total[name]) for name in ("full", "ceiling", "forecast", "floor", "awaiting")
    )
    parts = (floor - awaiting, awaiting, forecast - floor, ceiling - forecast, full - ceiling)
    return OutlookParts(*map(decimal_text, parts))


def outlook_sentence(total: Mapping[str, str]) -> str:
    """Return where the year stands and what it may come to; once all days have passed, what it came to."""
    if outlook_parts(total).is_decided:
        said = _("各项期限都已过，全年 {score} 分", score=total["score"])
    else:
        said = _(
            "照现在的进度，年底约 {forecast} 分；都按期做完最高 {ceiling}，什么都不再做 {floor}",
            forecast=total["forecast"],
            ceiling=total["ceiling"],
            floor=total["floor"],
        )
    if total["awaiting"] != "0":
        said += _("；其中 {awaiting} 分待考核人员评定", awaiting=total["awaiting"])
    return said + _("。")
