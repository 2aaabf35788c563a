"""The ticker's job that looks whether the server can do its work, and tells: a line in the log when something begins
and when it ends, and a mail to the operator, at once and then once a day as long as it lasts.

What was told is kept in the ledger, so that neither a restart nor a second server tells it again; where nothing can be
written it is kept in memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from ledger.events.event import instant_of, recorded_text
from ledger.problem import StoreError
from ledger.store.log import fact_of, keep_fact
from ledger.text import Text
from reminders.delivery import Channel, Doubtful, NotDelivered
from reminders.ticker import Every, Job
from reminders.trial import notice, send_trial
from taizhang.app.clock import Clock
from taizhang.app.ledger import OpenLedger
from taizhang.app.log_lines import told
from taizhang.app.settings import Settings
from taizhang.health.checkup import Checkup
from taizhang.health.finding import Finding
from taizhang.jobs.reminders import mail_of, translate_for
from taizhang.language.i18n import say

EVERY = timedelta(minutes=1)
AGAIN_AFTER = timedelta(hours=23)
"""Less than a day, so that who is written to in the morning is so again the next morning."""
TRY_AGAIN_AFTER = timedelta(minutes=15)
"""After a mail that did not go out."""
LOOKS_FIRST = 2
"""Something is written of only when so many looks in a row found it: what passes within a minute needs no mail."""
NOT_MAILED = frozenset({"rubric", "quota"})
"""They stand on `/admin`; nobody has to be called for them."""
_FACT = "operator told: "


class Watch:
    """What was found the last time, and what was told of it."""

    def __init__(
        self, session: OpenLedger, settings: Settings, checkup: Checkup, mail: Channel | None = None
    ) -> None:
        self._session = session
        self._settings = settings
        self._checkup = checkup
        self._mail = mail
        self._seen: dict[str, int] = {}
        """How many looks in a row found each."""
        self._told_at: dict[str, datetime] = {}

    def look(self) -> None:
        """Look, and tell what has changed. Raises NotDelivered and Doubtful where the mail did not go out."""
        found = {finding.name: finding for finding in self._checkup.findings(self._settings)}
        for name, finding in found.items():
            if name not in self._seen:
                told("trouble.begun", name=name, severity=finding.severity.value, text=say(finding.text))
        for name in self._seen.keys() - found.keys():
            told("trouble.ended", name=name)
        self._seen = {name: self._seen.get(name, 0) + 1 for name in found}
        self._write_to_operator(found)

    def _write_to_operator(self, found: Mapping[str, Finding]) -> None:
        if (
            self._mail is None
            or not self._settings.operator_mail
            or self._session.settings.demo_today is not None
        ):
            return
        lasting = [
            finding
            for name, finding in found.items()
            if name not in NOT_MAILED and self._seen[name] >= LOOKS_FIRST
        ]
        # What was told before and is over: the next time it is news again.
        self._forget({name for name in self._told_at if name not in found})
        news = [finding for finding in lasting if self._claim(finding.name, Clock()())]
        if news:
            try:
                _send(self._mail, self._settings, news)
            except (NotDelivered, Doubtful):
                for finding in news:
                    self._try_again_soon(finding.name, Clock()())
                raise
            told("operator.mailed", names=[finding.name for finding in news])

    def _claim(self, name: str, now: datetime) -> bool:
        """Whether it is for this server to tell of *name* now; nobody else does for a day then."""
        mine = self._told_at.get(name)
        if mine is not None and now - mine < AGAIN_AFTER:
            return False
        try:
            with self._session.store.write() as work:
                kept = fact_of(work.connection, _FACT + name)
                if kept and timedelta() <= now - instant_of(kept) < AGAIN_AFTER:
                    self._told_at[name] = instant_of(kept)
                    return False
                keep_fact(work.connection, _FACT + name, recorded_text(now))
        except StoreError:
            pass
        self._told_at[name] = now
        return True

    def _try_again_soon(self, name: str, now: datetime) -> None:
        self._told_at[name] = earlier = now - AGAIN_AFTER + TRY_AGAIN_AFTER
        with suppress(StoreError), self._session.store.write() as work:
            keep_fact(work.connection, _FACT + name, recorded_text(earlier))

    def _forget(self, names: set[str]) -> None:
        for name in names:
            try:
                with self._session.store.write() as work:
                    keep_fact(work.connection, _FACT + name, "")
            except StoreError:
                return
            del self._told_at[name]


def watch_job(session: OpenLedger, settings: Settings, checkup: Checkup) -> Job:
    """Return the job. Raises BadMailSetting."""
    return Job("watch", Watch(session, settings, checkup, mail_of(settings)).look, Every(EVERY))


def _send(mail: Channel, settings: Settings, findings: Sequence[Finding]) -> None:
    notes = [text for finding in findings for text in (finding.text, finding.mend) if text is not None]
    notes.append(Text("详情见 {address}/admin", address=(settings.base_url or "").rstrip("/")))
    subject = Text("台账需要处理：{what}", what=findings[0].text)
    failed: NotDelivered | Doubtful | None = None
    for address in settings.operator_addresses:
        person, written = notice(
            address, settings.lang, subject, notes, translate_for(settings.lang), Clock()()
        )
        try:
            send_trial(mail, person, written)
        except (NotDelivered, Doubtful) as error:
            failed = error
    if failed is not None:
        raise failed
