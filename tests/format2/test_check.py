"""`rubric check`: examples that do not come to what they say are mistakes at their lines; oddities are warnings."""

from __future__ import annotations

import pytest

from rubric.mistake import RubricRefused
from taizhang.documents.rubric_check import checked

HEAD = """\
format: 2
id: small-2024
year: 2024
title: 小细则
closes_on: 2025-01-31
codes:
  activities: {meeting: 例会, unused: 没用到的}
  documents: {plan: 计划}
figures: {rate: {name: 完成率, max: 100}}
"""


def _notes(body: str) -> list[tuple[int | None, str]]:
    return [(note.line, str(note.text)) for note in checked((HEAD + body).encode()).notes]


ODD = """\
of:
- {title: 例会, points: 3, text: 少一次扣2分,
   rules: [{periods: quarter, needs: [{activity: meeting}], lose: {each: 0.5}}]}
- {title: 计划, points: 2, rules: [{missing: [{document: plan}], lose: {each: 2, free: 3}}]}
- {title: 完成率, points: 5, start: zero, rules: [{figure: rate, gain: {table: {0: 1, 90: 5}}}]}
- {title: 表现, points: 10, rules: [{judge: true, lose: {each: 1}}]}
"""


def test_warnings_name_their_lines() -> None:
    found = _notes(ODD)
    assert found == [
        (7, "“没用到的”（unused）没有一条规则用到"),
        (12, "文字里写“扣2分”，规则里没有 2 这个分值"),
        (13, "没有人会在这一条上扣分：什么也不做也不扣；请核对分值、free 和期限"),
        (14, "什么也不做也能在这一条上得 1 分"),
    ]


def test_doing_nothing_is_told() -> None:
    told = checked((HEAD + ODD).encode()).idle
    # 3 - 4 x 0.5, nothing lost of the plan, 1 for the least rate, and ten points that wait for people
    assert (told.full, told.score, told.awaiting) == (2000, 1400, 1000)


def test_items_out_of_reach() -> None:
    body = "of:\n- {title: 例会, points: 4, rules: [{missing: [{activity: meeting}], lose: {flat: 1}}]}\n"
    assert (11, "这一项 4 分，各条合起来最多只动 1 分；其余的分没有人会失去或得到") in _notes(body)


EXAMPLE = """\
of:
- {title: 例会, points: 4, rules: [{missing: [{activity: meeting, n: 2}], as: times, lose: {each: 2}}]}
examples:
- name: 开了一次
  events: [{type: activity.held, time: 2024-02-20, data: {kinds: [meeting], topic: 例会}}]
  as_of: 2024-12-31
  expect: {"1.1": {floor_lose: 2}, total: {score: 4}}
- name: 开了三次
  events: [{type: activity.held, time: 2024-02-30, data: {kinds: [meting]}}]
  as_of: 2024-12-31
  expect: {"1.1": {lose: 0}}
- name: 没有开
  as_of: 2025-01-01
  expect:
    "1.1": {lose: 3}
    "9.1": {lose: 3}
    total: {points: 1}
"""


def test_examples_are_run() -> None:
    with pytest.raises(RubricRefused) as refused:
        checked((HEAD + EXAMPLE).encode())
    told = [(mistake.line, mistake.render(str)) for mistake in refused.value.mistakes]
    assert [line for line, _ in told] == [18, 18, 18, 24, 25, 26]
    words = " ".join(text for _, text in told)
    assert "示例“没有开”：写的是 3，算出来是 4" in words
    assert "data.topic" in words
    assert "没有“9.1”这一条" in words
    assert "没有“points”" in words


def test_gains_that_cannot_be_seen() -> None:
    body = "of:\n- {title: 例会, points: 4, rules: [{count: {activity: meeting}, gain: {each: 1, cap: 4}}]}\n"
    said = (11, "这一项从满分算起，得分（gain）加不上去；从零加起的，请写 start: zero")
    assert said in _notes(body)
    assert said not in _notes(body.replace("points: 4,", "points: 4, start: zero,"))
    assert said not in _notes(body.replace("points: 4,", "points: 4, bonus: true,"))
