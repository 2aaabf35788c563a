"""The ledgers of an installation."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType

from taizhang.cli.render.layout import table
from taizhang.language.i18n import N_, _, say
from taizhang.startup.ledgers import State, Told

STATES = {State.OPEN: N_("在用"), State.CLOSED: N_("已停用"), State.BROKEN: N_("打不开")}


def ledgers(found: Sequence[Told]) -> RenderableType:
    """Draw what is told of each."""
    columns = [
        (_("台账"), "word"),
        (_("状态"), "word"),
        (_("事件"), "number"),
        (_("检查点上的名称"), "text"),
        (_("说明"), "text"),
    ]
    rows = [
        [
            each.name or _("（第一个）"),
            _(STATES[each.state]),
            "—" if each.state is State.BROKEN else str(each.events),
            each.origin,
            "" if each.reason is None else say(each.reason),
        ]
        for each in found
    ]
    return table(columns, rows)
