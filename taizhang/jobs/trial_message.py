"""A message by which somebody sees that he is reached: from a page, now, past the outbox, so many an hour."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from ledger.text import Text
from reminders.contacts import Person
from reminders.delivery import Doubtful, NotDelivered
from reminders.mail import BadMailSetting
from reminders.trial import send_trial, trial
from taizhang.app.settings import Settings
from taizhang.jobs.reminders import channels_of, translate_for

FREE = 5
WINDOW = timedelta(hours=1)
ACCOUNTS_MAX = 10_000


class Allowance:
    """So many trials an hour may each account have: a page is no way to fill mailboxes. Safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sent: OrderedDict[str, deque[datetime]] = OrderedDict()

    def takes(self, account: str, now: datetime) -> bool:
        """Whether the account may send one more; it is counted."""
        with self._lock:
            sent = self._sent.setdefault(account, deque(maxlen=FREE))
            self._sent.move_to_end(account)
            if len(self._sent) > ACCOUNTS_MAX:
                self._sent.popitem(last=False)
            if len(sent) == FREE and abs(now - sent[0]) < WINDOW:
                return False
            sent.append(now)
            return True


_ALLOWANCE = Allowance()


def send_trial_to(settings: Settings, person: Person, *, by: str, now: datetime) -> Text | None:
    """Send *person* a message that says it is a trial; return what went wrong, None when it was taken."""
    if not _ALLOWANCE.takes(by, now):
        return Text("试发得太勤了；请过一小时再试")
    try:
        channel = channels_of(settings).get(person.channel)
        if channel is None:
            return Text("服务器上还没有设好邮件，请系统管理员设 TAIZHANG_SMTP_URL 和 TAIZHANG_MAIL_FROM")
        alike, written = trial(person.address, person.language, translate_for(person.language), now)
        try:
            send_trial(channel, replace(person, id=alike.id), written)
        finally:
            channel.close()
    except (NotDelivered, Doubtful, BadMailSetting) as error:
        return error.text
    return None
