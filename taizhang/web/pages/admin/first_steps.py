"""What an operator does first, and what of it is not done yet: a check list on `/admin`, and a walk from stop to stop.

Any stop may be left for later: the walk does not come to it again by itself, and it stands in the list until it is
done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger.store.log import drop_fact, fact_of, keep_fact
from ledger.text import Text
from reminders.outbox import State
from reminders.store import contacts, outbox
from taizhang.accounts import store as account_rows
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.app.ledger import OpenLedger
from taizhang.app.settings import Settings
from taizhang.web.pages.site.first_steps import Step, is_shown

STOPS: tuple[tuple[str, Text], ...] = (
    ("name", Text("机关名称")),
    ("rubric", Text("考核细则")),
    ("units", Text("单位和支部")),
    ("accounts", Text("账号")),
    ("contacts", Text("联系人")),
    ("mail", Text("邮件")),
    ("backup", Text("备份")),
    ("https", Text("网址和 HTTPS")),
)
"""In the order of the walk: key and name."""
_LATER = "first step later: "
_TRIED = "trial mail sent"


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of the walk as it stands."""

    key: str
    name: Text
    is_done: bool
    is_later: bool

    @property
    def waits(self) -> bool:
        """Whether the walk still leads here by itself."""
        return not self.is_done and not self.is_later


def first_steps(
    session: OpenLedger, accounts: Iterable[Account], settings: Settings, *, secure: bool
) -> list[Step]:
    """Return the steps from an empty server to a working district, in order; any may be left for later.

    *accounts*: those that may come in. *secure*: pages are served over https.
    """
    roles = {account.role for account in accounts}
    with session.store.read() as work:
        has_contacts = bool(contacts.contacts(work.connection))
        tried = bool(fact_of(work.connection, _TRIED)) or State.SENT in outbox.counts(work.connection)
    sends = settings.smtp_url is not None and settings.mail_from is not None and tried
    own_rubric = session.shelf.missing_year(session.clock.today()) is None
    return [
        Step(bool(session.settings.district), Text("写上机关名称"), "/admin/settings", "name"),
        Step(
            own_rubric,
            Text("安装今年的考核细则（在这以前暂按上一年的算，标明“暂定”）"),
            "/admin/rubrics#install",
            "rubric",
        ),
        Step(
            bool(session.store.units()),
            Text("登记单位和支部：一个工作簿一次登记"),
            "/admin/district",
            "units",
        ),
        Step(
            Role.SECRETARY in roles,
            Text("给各单位的书记建账号，把一次性链接发给本人"),
            "/admin/district",
            "accounts",
        ),
        Step(Role.ASSESSOR in roles, Text("给考核人员建账号"), "/admin/new-account", "accounts"),
        Step(has_contacts, Text("添上联系人：提醒发给谁"), "/admin/contacts", "contacts"),
        Step(
            sends,
            Text("在服务器上设好邮件（TAIZHANG_SMTP_URL、TAIZHANG_MAIL_FROM），试发一封"),
            "/admin/outbox#test",
            "mail",
        ),
        Step(
            settings.backup is not None,
            Text("在服务器上设好备份的文件夹（TAIZHANG_BACKUP）"),
            "/admin/backups",
            "backup",
        ),
        Step(secure, Text("在前面架设 HTTPS，再给别的电脑用"), "/admin/begin/https", "https"),
    ]


def stops_of(session: OpenLedger, settings: Settings, *, secure: bool) -> list[Stop]:
    """Return the stops of the walk; of a demo none: it is looked at, not set up."""
    if not is_shown(session):
        return []
    with session.store.read() as work:
        active = [each for each in account_rows.everybody(work.connection) if each.active]
        later = {key for key, _name in STOPS if fact_of(work.connection, _LATER + key)}
    steps = first_steps(session, active, settings, secure=secure)
    return [Stop(key, name, _all_done(steps, key), key in later) for key, name in STOPS]


def _all_done(steps: Sequence[Step], key: str) -> bool:
    return all(step.is_done for step in steps if step.stop == key)


def leave_for_later(session: OpenLedger, key: str) -> None:
    """Have the walk go past a stop."""
    with session.store.write() as work:
        keep_fact(work.connection, _LATER + key, "yes")


def mail_was_tried(session: OpenLedger) -> None:
    """Note that a trial message went out: until then nobody knows that the mail server is set up well."""
    with session.store.write() as work:
        keep_fact(work.connection, _TRIED, "yes")


def take_up_again(session: OpenLedger) -> None:
    """Have the walk come to every stop that is not done."""
    with session.store.write() as work:
        for key, _name in STOPS:
            drop_fact(work.connection, _LATER + key)
