"""Records are said in words: every type, every field, codes and members by their names."""

import re

import pytest

from ledger.events.types import EVENT_TYPES
from rubric.catalog import RubricCatalog
from taizhang.language.event_labels import TYPE_WORDS, RecordWords, field_word, type_word
from taizhang.language.i18n import speaking

FIELDS = {name: row.fields for name, row in EVENT_TYPES.items()}
WORDS = RecordWords(RubricCatalog(), {"m1": "张三", "m2": "李四"}.get)  # type: ignore[arg-type]


def test_every_type_and_every_field_has_a_word() -> None:
    assert set(TYPE_WORDS) == set(FIELDS)
    fields = {field for names in FIELDS.values() for field in names}
    assert {field for field in fields if field_word(field) == field} == set()


def test_there_is_an_english_word_for_each() -> None:
    with speaking("en"):
        said = [*map(type_word, FIELDS), *(field_word(field) for names in FIELDS.values() for field in names)]
    assert [word for word in said if re.search(r"[\u4e00-\u9fff]", word)] == []


@pytest.mark.parametrize(
    ("event_type", "data", "title"),
    [
        (
            "activity.held",
            {"kinds": ["party_lecture", "study_session"], "topic": "讲新时代"},
            "党课、集中学习：讲新时代",
        ),
        ("activity.held", {"kinds": ["study_session"], "topic": "集中学习：学讲话"}, "集中学习：学讲话"),
        ("activity.held", {"kinds": ["study_session"], "topic": "集中学习讲话"}, "集中学习：集中学习讲话"),
        (
            "document.filed",
            {"document": "annual_plan", "title": "2017 年计划"},
            "年度党建工作计划：2017 年计划",
        ),
        ("publication.made", {"outlet": "wujin_daily", "title": "报道"}, "《武进日报》：报道"),
        (
            "honor.received",
            {"honor": "role_model", "level": "city", "title": "典型"},
            "市级基层先进典型：典型",
        ),
        ("condition.declared", {"condition": "union_sound", "value": "no"}, "工会组织健全：没有做到"),
        (
            "judgement.passed",
            {"clause": "3.2", "deduct": "0.5", "reason": "检查"},
            "评定扣分 3.2：0.5 分，检查",
        ),
        ("member.joined", {"member": "m1"}, "党员加入：张三"),
        ("organization.closed", {}, "撤销支部"),
        ("claim.reviewed", {"record": "x", "verdict": "returned"}, "审核：退回"),
        ("appeal.filed", {"appeal": "a1", "clause": "1.1", "reason": "已按时报送"}, "申诉 1.1：已按时报送"),
        ("appeal.decided", {"appeal": "a1", "verdict": "upheld", "reason": "属实"}, "申诉答复：成立"),
        (
            "score.signed",
            {"for_year": 2017, "score": "93.5", "bonus": "1.5"},
            "2017 年得分签字：93.5 分，加分 1.5",
        ),
    ],
)
def test_a_title_tells_what_happened(event_type: str, data: dict[str, object], title: str) -> None:
    assert WORDS.title(event_type, data) == title


def test_details_are_in_words() -> None:
    data = {
        "member": "m1",
        "leader": True,
        "reason": "transferred",
        "attendees": ["m1", "m2"],
        "study_hours": "2",
    }
    assert WORDS.details(data) == [
        ("党员", "张三"),
        ("班子成员", "是"),
        ("理由", "转出"),
        ("参加人员", "张三、李四"),
        ("学时", "2"),
    ]
    assert WORDS.value("attendees", "all") == "全体"
    signed = [{"no": 1, "score": "6"}, {"no": 2, "score": "3", "advice": "2"}]
    assert WORDS.value("indicators", signed) == "指标 1：6、指标 2：3（算得 2）"
