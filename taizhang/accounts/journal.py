"""The journal of administration: who gave whom access, and took it, when. Written with the deed, in its transaction.

The ledger says who recorded what; this says who could. It is no part of the ledger's bytes and of no score.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ledger.events.event import recorded_text
from ledger.store.sql import Connection
from taizhang.app.log_lines import line
from taizhang.app.log_lines import security as log
from taizhang.language.i18n import N_

from .account import Account

SHOWN_MAX = 200
INACTIVE = "(inactive)"


class Deed(StrEnum):
    """What can be done."""

    CREATED = "account.created"
    CHANGED = "account.changed"
    INVITED = "account.invited"
    LOGIN_ENDED = "login.ended"
    TOKEN_CREATED = "token.created"  # noqa: S105  # names a deed
    TOKEN_REVOKED = "token.revoked"  # noqa: S105
    SETTINGS = "settings.changed"
    BACKUP = "backup.made"
    CLOCK = "clock.confirmed"
    CONTACT = "contact.kept"
    CONTACT_REMOVED = "contact.removed"
    PASSWORD = "password.changed"  # noqa: S105
    SECOND_FACTOR = "second_factor.on"
    SECOND_FACTOR_OFF = "second_factor.off"
    RECOVERY_CODES = "recovery_codes.made"
    BOUND = "sign_on.bound"
    UNBOUND = "sign_on.unbound"
    ASSIGNED = "units.assigned"


DEED_NAMES: dict[Deed, str] = {
    Deed.CREATED: N_("建账号"),
    Deed.CHANGED: N_("改账号"),
    Deed.INVITED: N_("发一次性链接"),
    Deed.LOGIN_ENDED: N_("让登录退出"),
    Deed.TOKEN_CREATED: N_("建令牌"),
    Deed.TOKEN_REVOKED: N_("吊销令牌"),
    Deed.SETTINGS: N_("改设置"),
    Deed.BACKUP: N_("备份"),
    Deed.CLOCK: N_("确认时钟"),
    Deed.CONTACT: N_("改联系人"),
    Deed.CONTACT_REMOVED: N_("删联系人"),
    Deed.PASSWORD: N_("改密码"),
    Deed.SECOND_FACTOR: N_("打开两步验证"),
    Deed.SECOND_FACTOR_OFF: N_("关掉两步验证"),
    Deed.RECOVERY_CODES: N_("换备用码"),
    Deed.BOUND: N_("第一次统一登录"),
    Deed.UNBOUND: N_("解除统一登录"),
    Deed.ASSIGNED: N_("分派单位"),
}
"""To be translated where they are shown."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed: by whom, on which account, and what it came to."""

    at: str
    by: str
    deed: Deed
    about: str
    detail: str


def create_journal(connection: Connection) -> None:
    """A migration of the accounts' room."""
    connection.execute(
        "CREATE TABLE administration (at TEXT NOT NULL, by TEXT NOT NULL, deed TEXT NOT NULL,"
        " about TEXT NOT NULL, detail TEXT NOT NULL)"
    )
    connection.execute("CREATE INDEX administration_by_time ON administration (at)")


def note(connection: Connection, now: datetime, by: str, deed: Deed, about: str, detail: str = "") -> None:
    """Write down a deed, here and in the log."""
    log.info("%s", line(now, deed.value, by=by, about=about, detail=detail))
    connection.execute(
        "INSERT INTO administration (at, by, deed, about, detail) VALUES (?, ?, ?, ?, ?)",
        (recorded_text(now), by, deed.value, about, detail),
    )


def latest(connection: Connection, count: int = SHOWN_MAX) -> list[Entry]:
    """Return the last deeds, the latest first."""
    found = connection.execute(
        "SELECT at, by, deed, about, detail FROM administration ORDER BY at DESC, deed, about LIMIT ?",
        (count,),
    ).fetchall()
    return [Entry(at, by, Deed(deed), about, detail) for at, by, deed, about, detail in found]


def in_short(account: Account) -> str:
    """Return what an account may do, on a line: ``secretary wj-01 wj-02``."""
    parts = [account.role.value, *sorted(account.units)]
    return " ".join(parts) if account.active else " ".join([*parts, INACTIVE])
