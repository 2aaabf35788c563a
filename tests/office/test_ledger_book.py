"""The paper ledger: every record of the year stands in it, and expected is who belongs to the body that met."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import orjson
import pytest

from ledger.store.protocol import Recorder
from taizhang.documents.reports.evidence import Entry, entries_of
from taizhang.documents.reports.ledger_book import ledger_book
from taizhang.documents.reports.material import UnitMaterial, unit_material
from taizhang.startup.open_ledger import open_ledger
from tests.web.site import activity

DAY = date(2017, 6, 30)
LEADERS = ["m1", "m2"]
EVERYBODY = [*LEADERS, "m3", "m4"]


def event(kind: str, id_: str, subject: str, day: str, /, **data: Any) -> dict[str, Any]:
    return activity(id_, subject, day, "party_lecture") | {"type": kind, "data": data}


def history() -> Iterator[dict[str, Any]]:
    yield event("organization.registered", "unit", "u1", "2016-01-05", name="一小", kind="general_branch")
    yield event("organization.registered", "b1", "u1/b1", "2016-01-05", name="一支部", kind="branch")
    for member in EVERYBODY:
        yield event(
            "member.joined", f"j-{member}", "u1/b1", "2016-02-01", member=member, leader=member in LEADERS
        )
    for kind, who in (
        ("committee_meeting", ["m1"]),
        ("party_work_meeting", "all"),
        ("democratic_life_meeting", ["m1", "m3"]),
        ("group_meeting", ["m1", "m3"]),
        ("member_meeting", ["m1", "m3"]),
    ):
        yield activity(kind, "u1/b1", "2017-03-06", kind, topic=kind, attendees=who)
    both = activity("both", "u1/b1", "2017-04-06", "committee_meeting", topic="both", attendees=["m1"])
    both["data"]["kinds"].append("member_meeting")
    yield both
    yield event("document.filed", "paper", "u1", "2017-05-02", document="other", title="一份别的材料")
    yield event("document.filed", "gone", "u1", "2017-05-03", document="other", title="记错的")
    yield event("document.filed", "before", "u1", "2016-05-03", document="other", title="去年的")
    yield event("record.retracted", "back", "u1", "2017-05-04", record="gone", reason="记错了")


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> UnitMaterial:
    path = tmp_path_factory.mktemp("book") / "book.db"
    with open_ledger(f"sqlite:///{path}", durable=False, new=True) as session:
        lines = [(None, orjson.dumps(each)) for each in history()]
        session.store.append(lines, by=Recorder("tests"), now=session.clock())
        with session.store.read() as work:
            return unit_material(session, work, "u1", DAY, "wujin-2017")


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("committee_meeting", "应到 2，实到 1；缺席：m2"),
        ("party_work_meeting", "应到 2，实到 2"),
        ("democratic_life_meeting", "应到 2，实到 1，另有 1 人；缺席：m2"),
        ("group_meeting", "实到 2"),
        ("member_meeting", "应到 4，实到 2；缺席：m2、m4"),
        ("both", "应到 4，实到 1；缺席：m2、m3、m4"),
    ],
)
def test_expected_is_who_belongs_to_the_body_that_met(material: UnitMaterial, record: str, said: str) -> None:
    entry: Entry = entries_of(material)[record]
    assert entry.came == said


def test_every_record_of_the_year_stands_under_a_clause_or_among_the_others(material: UnitMaterial) -> None:
    book = ledger_book(material)
    listed = {entry.number: entry for chapter in book.chapters for entry in chapter.entries}
    assert len(listed) == book.records == len(entries_of(material))
    others = [entry.title for entry in book.chapters[-1].entries]
    assert book.chapters[-1].title == "其他记录"
    assert any("一份别的材料" in title for title in others)
    told = "".join(entry.title for entry in listed.values())
    assert "记错的" not in told
    assert "去年的" not in told
