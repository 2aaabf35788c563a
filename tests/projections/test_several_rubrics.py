"""Several rubrics at once: each unit's main one by `for`, those beside, and what names one of them (contract §6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest

from ledger.events.new import new_event
from ledger.problem import Refused
from ledger.store.protocol import Recorder
from projections import totals
from taizhang.app.ledger import OpenLedger
from taizhang.app.rubrics import install_rubric
from taizhang.startup.open_ledger import open_ledger

NOW = datetime(2018, 6, 20, tzinfo=UTC)
DAY = date(2018, 6, 20)


def rubric(rubric_id: str, points: int, meant: str = "") -> bytes:
    return (
        f"format: 2\nid: {rubric_id}\nyear: 2018\ntitle: 细则\ncloses_on: 2019-01-31\n{meant}"
        "kinds: {committee: 党委, branch: 党支部}\ntags: {school: 学校}\n"
        "codes: {activities: {lecture: 党课}}\n"
        f"of:\n- {{id: 1, title: 党课, points: {points}, rules: ["
        f"{{id: '1.1', missing: [{{activity: lecture, due: 2018-06-30}}], lose: {{flat: {points}}}}}]}}\n"
        "- {id: 2, title: 评定, points: 10, rules: [{id: '2.1', judge: true, lose: {each: 1}}]}\n"
    ).encode()


def append(session: OpenLedger, event_type: str, unit: str, /, **data: Any) -> None:
    event = new_event(event_type, unit, data.pop("time", "2018-06-01"), data)
    session.store.append([(None, orjson.dumps(event))], by=Recorder("tests"), now=NOW)


@pytest.fixture
def session(new_url: Callable[[], str]) -> Iterator[OpenLedger]:
    with open_ledger(new_url(), new=True) as session:
        install_rubric(session, rubric("committees", 20, "for: {kinds: [committee]}\n"), now=NOW)
        install_rubric(session, rubric("branches", 30, "for: {kinds: [branch]}\n"), now=NOW)
        install_rubric(session, rubric("ideology", 40, "for: {tags: [school]}\n"), beside=True, now=NOW)
        for unit, data in (
            ("c-1", {"kind": "committee", "tags": ["school"]}),
            ("b-1", {"kind": "branch"}),
            ("b-2", {"kind": "branch", "tags": ["school"]}),
        ):
            append(session, "organization.registered", unit, time="2018-01-01", name=unit, **data)
        yield session


def fulls(session: OpenLedger, unit: str) -> dict[str, str]:
    with session.store.read() as work:
        cards = session.projections.cards(work, unit, DAY)
    return {card.rubric.id: card.as_json(str)["total"]["full"] for card in cards}


def test_each_unit_has_its_own(session: OpenLedger) -> None:
    assert fulls(session, "c-1") == {"committees": "30", "ideology": "50"}
    assert fulls(session, "b-1") == {"branches": "40"}
    score = session.projections.score
    assert score(session.store, "b-2", DAY).rubric.id == "branches"
    assert score(session.store, "b-2", DAY, None, "ideology").rubric.id == "ideology"
    board = session.projections.board(session.store, DAY)
    assert {row.unit: row.rubric for row in board.rows} == {
        "c-1": "committees",
        "b-1": "branches",
        "b-2": "branches",
    }
    assert board.made_anew == 0, "the rows were kept"
    assert [each["rubric"] for each in board.as_json(str)["units"]] == ["branches", "branches", "committees"]
    beside = session.projections.board(session.store, DAY, "ideology")
    assert [row.unit for row in beside.rows] == ["b-2", "c-1"]
    short = session.projections.shortfalls(session.store, None, DAY)
    assert [(each.card.unit, each.card.rubric.id) for each in short.found] == [
        ("b-1", "branches"), ("b-2", "branches"), ("b-2", "ideology"), ("c-1", "committees"), ("c-1", "ideology"),
    ]  # fmt: skip


def test_one_event_counts_for_both_and_a_kind_that_changes_changes_the_rubric(session: OpenLedger) -> None:
    append(session, "activity.held", "c-1", kinds=["lecture"], topic="党课")
    with session.store.read() as work:
        cards = session.projections.cards(work, "c-1", DAY)
    assert {card.rubric.id: len(card.shortfalls()) for card in cards} == {"committees": 0, "ideology": 0}
    append(session, "organization.changed", "c-1", kind="branch", tags=[])
    assert fulls(session, "c-1") == {"branches": "40"}
    with session.store.read() as work:
        assert {row.unit: row.rubric for row in totals.rows(work.connection)}["c-1"] == "branches"
    before = session.projections.board(session.store, DAY).rows
    session.projections.rebuild(session.store, DAY)
    assert session.projections.board(session.store, DAY).rows == before


def test_a_judgement_counts_for_the_main_one_unless_it_names_another(session: OpenLedger) -> None:
    def judged() -> dict[str, str]:
        with session.store.read() as work:
            cards = session.projections.cards(work, "c-1", DAY)
        return {
            card.rubric.id: clause["judged"]
            for card in cards
            for indicator in card.as_json(str)["indicators"]
            for clause in indicator["clauses"]
            if clause["id"] == "2.1"
        }

    append(session, "judgement.passed", "c-1", clause="2.1", deduct=1, reason="迟报")
    assert judged() == {"committees": "1", "ideology": "0"}
    append(session, "judgement.passed", "c-1", clause="2.1", deduct=2, reason="漏报", rubric="ideology")
    assert judged() == {"committees": "1", "ideology": "2"}
    with pytest.raises(Refused):
        append(session, "judgement.passed", "c-1", clause="9.9", deduct=2, reason="漏报", rubric="ideology")


def test_appeals_and_signings_are_of_a_rubric(session: OpenLedger) -> None:
    append(session, "appeal.filed", "c-1", appeal="a", clause="2.1", reason="有误")
    append(session, "appeal.filed", "c-1", appeal="b", clause="2.1", reason="有误", rubric="ideology")
    with pytest.raises(Refused):
        append(session, "appeal.filed", "c-1", appeal="c", clause="2.1", reason="有误", rubric="ideology")
    for rubric_id in ("committees", "ideology"):
        rubric = session.shelf.get(rubric_id)
        figures = {
            "score": "9",
            "floor": "9",
            "ceiling": "9",
            "bonus": "0",
            "indicators": [{"no": 1, "score": "9"}],
        }
        append(
            session, "score.signed", "c-1", for_year=2018, rubric=rubric_id, rubric_version=1, as_of="2018-06-01",
            rubric_sha256=rubric.sha256, sequence=3, **figures,
        )  # fmt: skip


def test_whom_no_rubric_means_is_provisional_and_says_so(session: OpenLedger) -> None:
    assert not session.projections.board(session.store, DAY).provisional
    append(session, "organization.registered", "g-1", time="2018-01-01", name="g-1", kind="general_branch")
    board = session.projections.board(session.store, DAY)
    assert {row.unit for row in board.rows if row.is_provisional} == {"g-1"}
    assert board.provisional
    assert board.as_json(str)["provisional"]
