"""A list of units as an office pastes it."""

from __future__ import annotations

import pytest

from taizhang.entry.units import kind_of, proposed_code, read_units


def test_a_list_without_a_head_row() -> None:
    found = read_units(
        "实验小学党总支\t党总支\t低年级党支部、高年级党支部\n湖塘中学党支部\n", {"old": "老学校党委"}
    )
    assert not found.problems
    assert [(unit.name, unit.kind, unit.code, unit.branches) for unit in found.units] == [
        ("实验小学党总支", "general_branch", "syxx", ("低年级党支部", "高年级党支部")),
        ("湖塘中学党支部", "branch", "htzx", ()),
    ]
    assert [subject for subject, _data in found.units[0].organizations()] == ["syxx", "syxx/b1", "syxx/b2"]


def test_columns_by_their_names_below_a_title() -> None:
    table = "2026年基层党组织一览\n序号\t编号\t单位名称\t类别\n1\twj-01\t实验小学\t总支\n合计\t\t\t\n"
    found = read_units(table, {})
    assert [(unit.code, unit.name, unit.kind) for unit in found.units] == [
        ("wj-01", "实验小学", "general_branch")
    ]
    assert found.problems == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("实验小学", "看不出"),
        ("实验小学\t工会", "没有“工会”这种组织"),
        ("实验小学党支部\t\t甲支部", "不再设支部"),
        ("实验小学党总支\t\t甲支部、甲 支部、甲支部", "两个同名"),
        ("实验小学党支部\t\t\twj/01", "只用字母"),
        ("另一所党支部\t\t\twj-01", "已经有单位用了"),
        ("\t党支部", "没有单位名称"),
        ("长" * 90 + "党支部", "名称太长"),
    ],
)
def test_what_is_wrong_is_said_of_its_row(row: str, said: str) -> None:
    found = read_units(f"好学校党支部\n{row}\n", {"wj-01": "老学校党支部"})
    assert [each.row for each in found.problems] == [2]
    assert said in str(found.problems[0].text)
    assert len(found.units) == 1


def test_who_is_registered_already_is_left_out_and_twins_are_told() -> None:
    found = read_units("老学校党支部\n新学校党支部\n新学校 党支部\n新学校党支部\n", {"wj-01": "老学校党支部"})
    assert found.there == [(1, "老学校党支部")]
    assert [each.row for each in found.problems] == [4]
    assert [unit.code for unit in found.units] == ["xxx", "xxx-2"]


def test_codes_are_free_and_short() -> None:
    assert proposed_code("中共武进区实验小学总支部", set()) == "wjqsyxx"
    assert proposed_code("党委", set()) == "dw"
    assert proposed_code("！！", {"unit"}) == "unit-2"
    assert kind_of("中共某某学校总支部") == "general_branch"
    assert kind_of("工会") is None
