"""Whether a server can do its work, looked at in one go: for `/healthz`, `/admin`, the log and the operator's mail.

Every look is cheap and repeats what it looked at the last time; none of them raises. What keeps people from their work
is `Severity.DOWN`, what an operator has to look into a warning; of what is well nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from ledger.events.event import SHANGHAI, instant_of
from ledger.merkle.proof_error import ProofError
from ledger.problem import StoreError
from ledger.signing.anchors import anchors_of
from ledger.text import Text
from reminders.store import outbox
from reminders.store.failing import failing
from taizhang.app.ledger import OpenLedger
from taizhang.app.settings import Settings
from taizhang.health.backup_age import LATE, newest_backup
from taizhang.health.finding import Finding, Severity, down, warning
from taizhang.health.machine import DiskSpace, free_bytes, ledger_path, ledger_space
from taizhang.health.writing import WriteProbe
from taizhang.proofs.anchoring import known_witnesses
from taizhang.proofs.clock import doubt_of

ANCHOR_LATE = timedelta(hours=50)
MAIL_LATE = timedelta(hours=24)
MAIL_LOOKED_BACK = timedelta(days=7)
"""What failed longer ago is in the outbox; nobody has to be told of it every day."""


JOB_NAMES = {
    "checkpoints": Text("签检查点"),
    "kept rows": Text("一览的更新"),
    "year tables": Text("全年数字的整理"),
    "proofs": Text("每夜的存证和备份"),
    "reminders": Text("发提醒"),
    "invitations": Text("寄账号的链接"),
    "watch": Text("查看系统状况"),
    "ledgers": Text("各台账的日常事务"),
    "ledgers' checkpoints": Text("各台账签检查点"),
    "ledgers' settings": Text("各台账的设置和细则"),
    "uploads": Text("清理没有记入的工作簿"),
}


class Checkup:
    """The looks at one server: its ledger, its jobs, and the machine under it."""

    def __init__(self, session: OpenLedger, evidence: Path) -> None:
        self._session = session
        self._evidence = evidence
        self._probe = WriteProbe(session)
        self._begun = session.clock()

    def findings(self, settings: Settings) -> list[Finding]:
        """Return what is not as it should be, the worst first; an empty list: all is well."""
        found = [finding for look in self._looks(settings) for finding in _whole(look)]
        return sorted(found, key=lambda finding: finding.severity is not Severity.DOWN)

    def _looks(self, settings: Settings) -> list[Callable[[], Iterator[Finding]]]:
        return [
            self._writing,
            self._disk,
            self._jobs,
            self._alarms,
            self._clock,
            lambda: self._backup(settings),
            lambda: self._mail(settings),
            self._addresses,
            lambda: self._anchor(settings),
            self._quota,
        ]

    def _writing(self) -> Iterator[Finding]:
        path = ledger_path(self._session.store)
        if path is not None and not path.exists():
            # What is written now goes into a file without a name, and is gone with the process.
            yield down(
                "write",
                Text("台账的文件 {path} 不在了：被移走、删掉，或磁盘没有挂上", path=str(path)),
                Text("马上停下服务，把文件放回原处；找不回来就用最近的备份恢复"),
            )
            return
        problem = self._probe.problem()
        if problem is not None:
            yield down(
                "write",
                Text("现在什么也记不进去：{problem}", problem=problem),
                Text("检查磁盘是否已满、文件夹的权限、数据库是否在运行；好了以后不用重启"),
            )

    def _disk(self) -> Iterator[Finding]:
        places = [
            ledger_space(self._session.store),
            DiskSpace(str(self._evidence), None, free_bytes(self._evidence)),
        ]
        for place in places:
            mend = Text("请腾出空间，或换大一点的磁盘")
            if place.is_full:
                yield down(
                    "disk_full",
                    Text("{where} 所在的磁盘满了", where=place.where),
                    mend,
                )
            elif place.is_tight:
                yield warning(
                    "disk",
                    Text("{where} 所在的磁盘快满了", where=place.where),
                    mend,
                )

    def _jobs(self) -> Iterator[Finding]:
        stopped = self._session.jobs.stopped()
        if stopped:
            yield down(
                "jobs",
                Text("自动做的事停了：{names}", names=[job_name(state.name) for state in stopped]),
                Text("看日志里的原因，再重启服务"),
            )
        for state in self._session.jobs.states():
            if state.failing and state.problem is not None:
                yield warning(
                    "job_failures",
                    Text(
                        "自动做的“{name}”接连失败 {count} 次：{problem}",
                        name=job_name(state.name),
                        count=state.failing,
                        problem=state.problem,
                    ),
                    Text("看日志里的原因；到时候会自己再试"),
                )

    def _alarms(self) -> Iterator[Finding]:
        for name, text in self._session.alarms.items():
            yield warning(name, text)

    def _clock(self) -> Iterator[Finding]:
        doubt = doubt_of(self._session.store, self._session.clock())
        if doubt is not None:
            yield warning("clock", doubt.text)
        with self._session.store.read() as work:
            missing = self._session.projections.missing_years(work, self._session.clock.today())
        for found in missing:
            text = Text("今年还没有考核细则，暂按上一年的算") if found.is_for_all else found.text()
            yield warning("rubric", text, address="/admin/rubrics")

    def _backup(self, settings: Settings) -> Iterator[Finding]:
        if self._is_demo or "backup" in self._session.alarms:
            return
        try:
            newest = newest_backup(settings)
        except OSError as error:
            reason = error.strerror or str(error)
            yield warning(
                "backup", Text("备份的文件夹打不开：{reason}", reason=reason), address="/admin/backups"
            )
            return
        now = self._session.clock()
        if newest is None or now - (newest.made or self._begun) <= LATE:
            return
        text = (
            Text("还没有备份")
            if newest.made is None
            else Text("最近的备份是 {when} 的，已经过了 {hours} 小时", when=_moment(newest.made),
                      hours=int((now - newest.made) / timedelta(hours=1)))
        )  # fmt: skip
        yield warning("backup", text, Text("现在就备份一次，看它说什么"), "/admin/backups")

    def _mail(self, settings: Settings) -> Iterator[Finding]:
        if self._is_demo:
            return
        now = self._session.clock()
        with self._session.store.read() as work:
            delivery = outbox.delivery(work.connection, now.astimezone(SHANGHAI).date() - MAIL_LOOKED_BACK)
        if delivery.failed or delivery.unknown:
            count = delivery.failed + delivery.unknown
            yield warning(
                "mail", Text("最近七天有 {count} 封提醒没有送达", count=count), address="/admin/outbox"
            )
        elif settings.smtp_url and delivery.oldest and now - instant_of(delivery.oldest) > MAIL_LATE:
            text = Text("有 {count} 封提醒等了一天还没有发出", count=delivery.waiting)
            yield warning("mail", text, address="/admin/outbox")

    def _addresses(self) -> Iterator[Finding]:
        with self._session.store.read() as work:
            count = len(failing(work.connection))
        if count:
            yield warning(
                "addresses", Text("{count} 个联系人的地址收不到提醒", count=count), address="/admin/contacts"
            )

    def _anchor(self, settings: Settings) -> Iterator[Finding]:
        session = self._session
        if (
            self._is_demo
            or "anchor" in session.alarms
            or (settings.tsa is None and not known_witnesses(session.log))
        ):
            return
        anchors = anchors_of(session.store.stream(""))
        last = anchors[-1].instant if anchors else self._begun
        if session.clock() - last > ANCHOR_LATE:
            yield warning(
                "anchor", Text("外部存证停了：最近一次是 {when}", when=_moment(last)), Text("看日志里的原因")
            )

    def _quota(self) -> Iterator[Finding]:
        for text in self._session.quota.alarms(self._session.settings.limits, self._session.clock()):
            yield warning("quota", text)

    @property
    def _is_demo(self) -> bool:
        return self._session.settings.demo_today is not None


def job_name(name: str) -> Text:
    """Return what a job is called to people."""
    return JOB_NAMES.get(name, Text("{name}", name=name))


def _whole(look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """Return what one look finds; one that the store keeps from looking has found that."""
    try:
        return list(look())
    except StoreError as error:
        return [down("store", error.text, Text("检查磁盘、文件和数据库；好了以后不用重启"))]
    except ProofError as error:
        return [warning("proofs", error.text)]


def _moment(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
