"""A unit whose main rubric of this year nobody has installed: every door says so, and of the others says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.events.new import new_event
from ledger.store.protocol import Recorder
from reminders.agenda import Agenda
from reminders.compose import Composer
from reminders.contacts import Role
from reminders.plan import Item
from reminders.workdays import Workdays
from taizhang.app.ledger import OpenLedger
from taizhang.app.rubrics import install_rubric
from taizhang.startup.open_ledger import open_ledger
from tests.projections.test_several_rubrics import rubric

DAY = date(2019, 3, 1)
NOW = datetime(2019, 3, 1, 4, tzinfo=UTC)


def of_year(content: bytes, year: int) -> bytes:
    text = content.decode().replace("2019-01-31", f"{year + 1}-01-31").replace("2018", str(year))
    return text.encode()


@pytest.fixture
def session(tmp_path: Path) -> Iterator[OpenLedger]:
    with open_ledger(f"sqlite:///{tmp_path}/t.db", durable=False, new=True) as session:
        committees, branches = "for: {kinds: [committee]}\n", "for: {kinds: [branch]}\n"
        install_rubric(session, rubric("committees-2018", 20, committees), now=NOW)
        install_rubric(session, rubric("branches-2018", 30, branches), now=NOW)
        install_rubric(session, of_year(rubric("committees-2018", 20, committees), 2019), now=NOW)
        for unit, kind in (("c-1", "committee"), ("b-1", "branch"), ("b-2", "branch")):
            data = {"name": unit, "kind": kind}
            event = new_event("organization.registered", unit, "2018-01-01", data)
            session.store.append(
                [(None, orjson.dumps(event))], by=Recorder("t", clock_is_right=True), now=NOW
            )
        yield session


def missing(session: OpenLedger, units: Any = None) -> list[str]:
    with session.store.read() as work:
        return [str(each.text()) for each in session.projections.missing_years(work, DAY, units)]


SAID = "2019 年度还没有考核 b-1、b-2 等 2 个单位的细则（共 3 个单位）：它们现在按 2018 年度的细则顺移日期暂算，只供参考"


def test_it_is_said_for_whom(session: OpenLedger) -> None:
    assert session.shelf.missing_year(DAY) is None, "somebody has one, so that nobody said anything"
    assert missing(session) == [SAID]
    assert missing(session, ["c-1"]) == []
    (own,) = missing(session, ["b-2"])
    assert own.startswith("2019 年度的考核细则还没有安装")
    board = session.projections.board(session.store, DAY)
    assert {row.unit for row in board.rows if row.is_provisional} == {"b-1", "b-2"}
    assert board.provisional
    for unit, provisional in (("c-1", False), ("b-1", True)):
        assert session.projections.score(session.store, unit, DAY).rubric.is_provisional is provisional
        assert session.projections.shortfalls(session.store, unit, DAY).provisional is provisional


def test_letters_say_it(session: OpenLedger) -> None:
    links: Any = None  # of no matter for what stands at a letter's end
    composer = Composer(
        session.store, session.projections, Agenda(session.store, session.projections), links, Workdays()
    )

    def notes(unit: str) -> list[str]:
        label = session.projections.score(session.store, unit, DAY).rubric.label
        item = Item(unit, Role.SECRETARY, label, "1.1", "", DAY, "due")
        return [str(note)[:15] for note in composer._notes(DAY, [item]) if "细则" in str(note)]

    assert notes("c-1") == []
    assert notes("b-1") == ["2019 年度的考核细则还没有"]


def test_it_is_over_once_they_have_one(session: OpenLedger) -> None:
    install_rubric(session, of_year(rubric("branches-2018", 30, "for: {kinds: [branch]}\n"), 2019), now=NOW)
    session.projections.renew(session.store, DAY)
    assert missing(session) == []
    assert not session.projections.board(session.store, DAY).provisional
