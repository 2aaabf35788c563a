"""Who came in, who did not, and what was refused: lines in the log for other programs, rows for the journal's page.

What it promises: no password, token or key, no name that nobody has (it may be a mistyped password); and no flood.
Of what repeats itself (the same event, account and place) the first is told at once, then one line a minute with how
often; beside KINDS_MAX kinds at a time the rest is counted together, and the table keeps its newest ROWS_MAX rows. A
store that does not take a row stops nothing: the line is in the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock

from ledger.events.event import recorded_text
from ledger.problem import StoreError
from ledger.store.protocol import Store
from ledger.store.sql import Connection
from taizhang.app.log_lines import line
from taizhang.app.log_lines import security as log
from taizhang.language.i18n import N_

TOLD_EVERY = timedelta(minutes=1)
ONE_ROW_FOR = timedelta(hours=1)
KINDS_MAX = 1000
ROWS_MAX = 10_000
SHOWN_MAX = 200


class Happened(StrEnum):
    """What is told."""

    LOGIN = "login.ok"
    LOGIN_FAILED = "login.failed"
    LOGIN_WAITS = "login.locked_out"
    CONFIRM_FAILED = "password.wrong"
    CODE_FAILED = "code.wrong"
    SIGN_ON_FAILED = "sign_on.failed"
    LINK_USED = "link.used"
    LOGOUT = "logout"
    TOKEN_REFUSED = "token.refused"  # noqa: S105  # names an event
    REFUSED = "access.refused"
    OTHER_SITE = "origin.refused"


NAMES: dict[Happened, str] = {
    Happened.LOGIN: N_("登录"),
    Happened.LOGIN_FAILED: N_("登录失败"),
    Happened.LOGIN_WAITS: N_("输错太多，要等"),
    Happened.CONFIRM_FAILED: N_("确认时密码不对"),
    Happened.CODE_FAILED: N_("两步验证的码不对"),
    Happened.SIGN_ON_FAILED: N_("统一登录没有成功"),
    Happened.LINK_USED: N_("用一次性链接设密码"),
    Happened.LOGOUT: N_("退出"),
    Happened.TOKEN_REFUSED: N_("令牌无效"),
    Happened.REFUSED: N_("没有权限，已拒绝"),
    Happened.OTHER_SITE: N_("从别的网站来，已拒绝"),
}
"""To be translated where they are shown."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is counted together: the event, whose account (empty: nobody's), from where, and of which route."""

    event: Happened
    account: str = ""
    address: str = ""
    what: str = ""


@dataclass(slots=True)
class _Count:
    told_at: datetime
    waiting: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One kind within an hour: from when to when, and how often."""

    first_at: str
    last_at: str
    event: Happened
    account: str
    address: str
    what: str
    count: int


class SecurityLog:
    """Counts and tells; one for a server. Safe for threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._counts: dict[Kind, _Count] = {}

    def note(self, kind: Kind, now: datetime) -> None:
        """Tell of *kind*, or count it until the minute is over."""
        with self._lock:
            count = self._counts.get(kind)
            if count is None and len(self._counts) >= KINDS_MAX:
                kind = Kind(kind.event)
                count = self._counts.get(kind)
            if count is not None and now - count.told_at < TOLD_EVERY:
                count.waiting += 1
                count.last_at = now
                return
            told = 1 + (count.waiting if count is not None else 0)
            self._counts[kind] = _Count(now)
        self._tell(kind, told, now)

    def flush(self, now: datetime, *, whole: bool = False) -> None:
        """Tell what was counted for a minute, or with *whole* everything that is not told; forget what was quiet."""
        due: list[tuple[Kind, int, datetime]] = []
        with self._lock:
            for kind, count in list(self._counts.items()):
                if not whole and now - count.told_at < TOLD_EVERY:
                    continue
                if count.waiting:
                    due.append((kind, count.waiting, count.last_at or now))
                    self._counts[kind] = _Count(now)
                else:
                    del self._counts[kind]
        for kind, number, last_at in due:
            self._tell(kind, number, last_at)

    def _tell(self, kind: Kind, number: int, now: datetime) -> None:
        log.info(
            "%s",
            line(now, kind.event, account=kind.account, address=kind.address, what=kind.what, count=number),
        )
        try:
            with self._store.write() as work:
                _keep(work.connection, kind, number, now)
        except StoreError:
            log.warning("%s", line(now, "journal.unwritten"))


# -- rows ------------------------------------------------------------------------------------------------------


def create_security_events(connection: Connection) -> None:
    """A migration of the accounts' room."""
    connection.execute(
        "CREATE TABLE security_events (first_at TEXT NOT NULL, last_at TEXT NOT NULL, event TEXT NOT NULL,"
        " account TEXT NOT NULL, address TEXT NOT NULL, what TEXT NOT NULL, count BIGINT NOT NULL)"
    )
    connection.execute("CREATE INDEX security_events_by_time ON security_events (last_at)")


def _keep(connection: Connection, kind: Kind, number: int, now: datetime) -> None:
    at, said = recorded_text(now), (kind.event.value, kind.account, kind.address, kind.what)
    done = connection.execute(
        "UPDATE security_events SET last_at = ?, count = count + ?"
        " WHERE event = ? AND account = ? AND address = ? AND what = ? AND first_at > ?",
        (at, number, *said, recorded_text(now - ONE_ROW_FOR)),
    )
    if done.rowcount:
        return
    connection.execute(
        "INSERT INTO security_events (first_at, last_at, event, account, address, what, count)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (at, at, *said, number),
    )
    rows = connection.execute("SELECT count(*) FROM security_events").fetchone()[0]
    if rows > ROWS_MAX:
        (oldest,) = connection.execute(
            "SELECT last_at FROM security_events ORDER BY last_at LIMIT 1 OFFSET ?", (rows - ROWS_MAX - 1,)
        ).fetchone()
        connection.execute("DELETE FROM security_events WHERE last_at <= ?", (oldest,))


def latest_security(connection: Connection, count: int = SHOWN_MAX) -> Sequence[Row]:
    """Return the last rows, the latest first."""
    found = connection.execute(
        "SELECT first_at, last_at, event, account, address, what, count FROM security_events"
        " ORDER BY last_at DESC, event, account, address, what LIMIT ?",
        (count,),
    ).fetchall()
    return [Row(first, last, Happened(event), *rest) for first, last, event, *rest in found]
