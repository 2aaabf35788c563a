"""Branches are called by what tells them apart; what would be left without a name keeps its whole one."""

from __future__ import annotations

from datetime import date

import pytest

from projections.facts import Facts
from projections.records import Records
from taizhang.language.branch_names import branch_names

DAY = date(2017, 9, 20)


def registered(number: int, subject: str, name: str) -> dict[str, object]:
    return {
        "id": f"r{number}",
        "type": "organization.registered",
        "subject": subject,
        "time": "2017-01-01T09:00:00+08:00",
        "recordedtime": "2017-01-01T01:00:00.000Z",
        "sequence": f"{number:020}",
        "authid": "office",
        "data": {"name": name, "kind": "branch" if "/" in subject else "general_branch"},
    }


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["青禾小学低年级党支部", "青禾小学退休教师党支部"], ["低年级党支部", "退休教师党支部"]),
        (["青禾小学党支部", "低年级党支部"], ["青禾小学党支部", "低年级党支部"]),
        (["青禾小学第一党支部", "第一党支部"], ["青禾小学第一党支部", "第一党支部"]),
    ],
    ids=["without the school's name", "nothing left to say", "told apart"],
)
def test_branches_by_name(names: list[str], said: list[str]) -> None:
    events = [registered(1, "qh", "青禾小学党总支")]
    events += [registered(place + 2, f"qh/b{place}", name) for place, name in enumerate(names)]
    facts = Facts("qh", Records("qh", events).counting(DAY, date.max))
    assert list(branch_names(facts, DAY).values()) == said
