"""The directory of a unit's people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text as Line

from taizhang.cli.render.layout import heading, stacked, table
from taizhang.language.i18n import _

if TYPE_CHECKING:
    from taizhang.people.person import Person


def people(found: Sequence[Person], unit: str) -> RenderableType:
    """Draw the people who were found."""
    if not found:
        return Line(_("{unit} 的通讯录里没有这样的人。", unit=unit))
    columns = [
        (_("编号"), "word"),
        (_("姓名"), "word"),
        (_("电话"), "word"),
        (_("出生日期"), "word"),
        (_("住址"), "text"),
    ]
    rows = [
        [
            each.member,
            each.name,
            each.telephone,
            each.born_on.isoformat() if each.born_on else "",
            each.address,
        ]
        for each in found
    ]
    title = heading(_("{unit} 的通讯录", unit=unit), _("{count} 人", count=len(found)))
    return stacked([title, table(columns, rows)])
