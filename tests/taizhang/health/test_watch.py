"""What begins to be wrong is told at once, to the log and to the operator, and not again before a day has passed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from ledger.text import Text
from reminders.contacts import Person
from reminders.delivery import HandOver, NotDelivered
from reminders.rendered_message import RenderedMessage
from taizhang.app.clock import Clock
from taizhang.app.ledger import OpenLedger
from taizhang.app.settings import BadSettings, Settings
from taizhang.health.checkup import Checkup
from taizhang.jobs import watch as watching
from taizhang.jobs.watch import Watch
from taizhang.startup.open_ledger import open_ledger


class Post:
    """A mail server in memory, that refuses while it is told to."""

    removes_duplicates = False
    per_minute = None

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.refuses = False

    def send(self, id_: str, person: Person, written: RenderedMessage, hand_over: HandOver) -> None:
        if self.refuses:
            raise NotDelivered(Text("连不上"))
        self.sent.append((person.address, written.subject, written.text))

    def close(self) -> None: ...


@pytest.fixture
def session(tmp_path: Path) -> Iterator[OpenLedger]:
    with open_ledger(f"sqlite:///{tmp_path / 'taizhang.db'}", new=True, durable=False) as opened:
        yield opened


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the machine's clock, as the job reads it, so many hours ahead."""

    def ahead(count: float) -> None:
        now = Clock()() + timedelta(hours=count)
        monkeypatch.setattr(watching, "Clock", lambda: lambda: now)

    return ahead


def watch_over(session: OpenLedger, post: Post, folder: Path) -> Watch:
    settings = Settings(operator_mail="a@example.cn, b@example.cn", base_url="https://x.example.cn")
    return Watch(session, settings, Checkup(session, folder / "evidence"), post)


def test_the_operator_is_written_to_once_and_again_after_a_day(
    session: OpenLedger, tmp_path: Path, hours: Callable[[float], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "taizhang.operations")
    post = Post()
    watch = watch_over(session, post, tmp_path)
    watch.look()
    session.alarms["backup"] = Text("昨夜的备份没有做成：没有口令")
    watch.look()
    assert post.sent == [], "what passes within a minute needs no mail"
    for _ in range(3):
        watch.look()
    assert [address for address, _, _ in post.sent] == ["a@example.cn", "b@example.cn"]
    assert post.sent[0][1] == "台账需要处理：昨夜的备份没有做成：没有口令"
    assert "https://x.example.cn/admin" in post.sent[0][2]
    again = watch_over(session, post, tmp_path)
    for _ in range(3):
        again.look()
    assert len(post.sent) == 2, "a restart tells nothing anew"
    hours(24)
    watch.look()
    again.look()
    assert len(post.sent) == 4, "one server of two"
    session.alarms.clear()
    watch.look()
    session.alarms["backup"] = Text("没有地方了")
    for _ in range(2):
        watch.look()
    assert len(post.sent) == 6, "it was over, and is news again"
    events = [orjson.loads(record.message) for record in caplog.records]
    told = [each["event"] for each in events if each.get("name") != "rubric"]
    assert told[:2] == ["trouble.begun", "operator.mailed"]
    assert {"trouble.ended"} < {each["event"] for each in events}
    assert all(each["time"].endswith("Z") for each in events)


def test_a_mail_that_does_not_go_out_is_tried_again_and_told_in_the_log(
    session: OpenLedger, tmp_path: Path, hours: Callable[[float], None]
) -> None:
    post = Post()
    post.refuses = True
    watch = watch_over(session, post, tmp_path)
    session.alarms["checkpoint"] = Text("台账短了")
    watch.look()
    with pytest.raises(NotDelivered):
        watch.look()
    watch.look()
    post.refuses = False
    hours(0.5)
    watch.look()
    assert len(post.sent) == 2


def test_it_is_told_also_where_nothing_can_be_written(session: OpenLedger, tmp_path: Path) -> None:
    post = Post()
    watch = watch_over(session, post, tmp_path)
    session.store._connection.execute("PRAGMA query_only = ON")  # type: ignore[attr-defined]
    for _ in range(4):
        watch.look()
    assert [address for address, _, _ in post.sent] == ["a@example.cn", "b@example.cn"]


def test_an_operators_address_that_is_none_is_told_at_the_start() -> None:
    with pytest.raises(BadSettings):
        Settings(operator_mail="admin")
