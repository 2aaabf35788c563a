"""The ledgers of an installation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import RenderableType

from taizhang.cli.render.layout import table
from taizhang.language.i18n import N_, _, say
from taizhang.startup.ledgers import State

if TYPE_CHECKING:
    from taizhang.app.ledger_summaries import LedgerSummary
    from taizhang.startup.ledgers import Told

STATES = {State.OPEN: N_("在用"), State.CLOSED: N_("已停用"), State.BROKEN: N_("打不开")}


def ledgers(found: Sequence[Told]) -> RenderableType:
    """Draw what is told of each."""
    columns = [
        (_("台账"), "word"),
        (_("状态"), "word"),
        (_("事件"), "number"),
        (_("检查点上的名称"), "text"),
        (_("说明"), "text"),
        *([(_("节点"), "word")] if any(each.node for each in found) else []),
    ]
    rows = [
        [
            each.name or _("（第一个）"),
            _(STATES[each.state]),
            "—" if each.state is State.BROKEN else str(each.events),
            each.origin,
            "" if each.reason is None else say(each.reason),
            *([each.node or ""] if any(one.node for one in found) else []),
        ]
        for each in found
    ]
    return table(columns, rows)


def board(found: Sequence[LedgerSummary], now: datetime) -> RenderableType:
    """Draw the summaries, by the ledgers' names: no ranking."""
    from projections.summary import RubricSummary
    from taizhang.language.labels import instant_text

    columns = [
        (_("台账"), "word"),
        (_("细则"), "word"),
        (_("单位数"), "number"),
        (_("预计偏低"), "number"),
        (_("有逾期"), "number"),
        (_("有过期无记录"), "number"),
        (_("待评定分"), "number"),
        (_("汇总时间"), "text"),
    ]
    rows = [
        [
            each.name or each.ledger,
            summary.rubric,
            str(summary.units),
            str(summary.below_line),
            str(summary.overdue_units),
            str(summary.missed_units),
            f"{summary.awaiting / 100:g}",
            instant_text(each.made_at) + (_("（早于一天）") if each.is_old(now) else ""),
        ]
        for each in found
        for summary in each.rubrics or [RubricSummary("")]
    ]
    return table(columns, rows)
