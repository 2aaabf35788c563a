"""The sections of administration in the order of their navigation: who may see one, its address, its name."""

from __future__ import annotations

from taizhang.language.i18n import N_

SECTIONS: tuple[tuple[str, str, str], ...] = (
    ("admin", "/admin", N_("概况")),
    ("admin", "/admin/district", N_("全区工作簿")),
    ("admin", "/admin/accounts", N_("账号")),
    ("admin", "/admin/tokens", N_("接口令牌")),
    ("admin", "/admin/contacts", N_("联系人")),
    ("admin", "/admin/outbox", N_("发件箱")),
    ("admin", "/admin/settings", N_("设置")),
    ("admin", "/admin/backups", N_("备份")),
    ("admin", "/admin/rubrics", N_("考核细则")),
    ("journal", "/admin/journal", N_("管理日志")),
)
"""Names are to be translated where they are shown."""
