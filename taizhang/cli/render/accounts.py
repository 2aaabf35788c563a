"""The accounts, as `account list` draws them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text as Line

from taizhang.cli.render.layout import heading, stacked, table
from taizhang.language.i18n import _

if TYPE_CHECKING:
    from taizhang.accounts.administration import Line as AccountLine


def accounts(lines: Sequence[AccountLine]) -> RenderableType:
    """Draw them by name."""
    from taizhang.accounts.roles import ROLE_NAMES

    if not lines:
        return Line(_("还没有账号；运行 taizhang serve，它会打印系统管理员的一次性链接。"))
    columns = [
        (_("账号"), "word"),
        (_("角色"), "word"),
        (_("称呼"), "text"),
        (_("负责单位"), "text"),
        (_("状态"), "word"),
        (_("最近使用"), "word"),
    ]
    rows = [
        [
            line.account.name,
            _(ROLE_NAMES[line.account.role]),
            line.account.display_name,
            " ".join(sorted(line.account.units)),
            _state(line),
            _seen(line.use.seen_at),
        ]
        for line in lines
    ]
    return stacked([heading(_("账号"), _("{count} 个", count=len(lines))), table(columns, rows)])


def _state(line: AccountLine) -> str:
    if not line.account.active:
        return _("已停用")
    if line.has_password:
        return _("可登录")
    return _("只用令牌") if line.use.tokens else _("未设密码")


def _seen(text: str | None) -> str:
    from ledger.events.event import SHANGHAI, instant_of

    return instant_of(text).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if text else "—"
