"""What an operator does first, and what of it is not done yet: it stands on `/admin` until it is."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.text import Text
from reminders.store import contacts
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.app.ledger import OpenLedger
from taizhang.app.settings import Settings
from taizhang.web.pages.site.first_steps import Step


def first_steps(
    session: OpenLedger, accounts: Iterable[Account], settings: Settings, *, secure: bool
) -> list[Step]:
    """Return the steps from an empty server to a working district, in order; any may be left for later.

    *accounts*: those that may come in. *secure*: pages are served over https.
    """
    roles = {account.role for account in accounts}
    with session.store.read() as work:
        has_contacts = bool(contacts.contacts(work.connection))
    sends = settings.smtp_url is not None and settings.mail_from is not None
    own_rubric = session.shelf.missing_year(session.clock.today()) is None
    return [
        Step(bool(session.settings.district), Text("写上机关名称"), "/admin/settings"),
        Step(
            own_rubric,
            Text("安装今年的考核细则（在这以前暂按上一年的算，标明“暂定”）"),
            "/admin/rubrics#install",
        ),
        Step(bool(session.store.units()), Text("登记单位和支部：一个工作簿一次登记"), "/admin/district"),
        Step(Role.SECRETARY in roles, Text("给各单位的书记建账号，把一次性链接发给本人"), "/admin/district"),
        Step(Role.ASSESSOR in roles, Text("给考核人员建账号"), "/admin/new-account"),
        Step(has_contacts, Text("添上联系人：提醒发给谁"), "/admin/contacts"),
        Step(
            sends,
            Text("在服务器上设好邮件（TAIZHANG_SMTP_URL、TAIZHANG_MAIL_FROM），试发一封"),
            "/admin/outbox#test",
        ),
        Step(
            settings.backup is not None,
            Text("在服务器上设好备份的文件夹（TAIZHANG_BACKUP）"),
            "/admin/backups",
        ),
        Step(secure, Text("在前面架设 HTTPS，再给别的电脑用")),
    ]
