"""Standing among units: places, means and bests as counted one by one; quotas and prizes; the day that is named."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from projections.compared import Compared
from projections.measures.peers import percent
from projections.peers import Brought, Comparison
from projections.places import Entrant, outcomes
from rubric.format2.curves import Worlds
from rubric.format2.document import ResultTerms
from rubric.load import parse
from rubric.mistake import RubricRefused
from tests.format2.test_keys import HEAD, ITEMS

TAKES = ("place", "mean", "share_of_best")


def one_by_one(take: str, own: Worlds, others: list[Worlds]) -> Compared:
    """The definition, unit by unit."""
    among = len(others) + 1
    if take == "place":
        worlds = Worlds(
            1 + sum(each.now > own.now for each in others),
            1 + sum(each.low > own.high for each in others),
            1 + sum(each.high > own.low for each in others),
        )
    elif take == "mean":
        worlds = Worlds(
            percent(own.now * among, own.now + sum(each.now for each in others)),
            percent(own.low * among, own.low + sum(each.high for each in others)),
            percent(own.high * among, own.high + sum(each.low for each in others)),
        )
    else:
        worlds = Worlds(
            percent(own.now, max([own.now, *(each.now for each in others)])),
            percent(own.low, max([own.low, *(each.high for each in others)])),
            percent(own.high, max([own.high, *(each.low for each in others)])),
        )
    return Compared(worlds, among)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_looked_up_is_what_is_counted(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(seed)

    def numbers() -> Worlds:
        low, now, high = sorted(
            Fraction(random.randrange(12), random.choice((1, 1, 3, 10**17 + 1))) for _ in range(3)
        )
        return Worlds(now, low, high)

    rules = [
        SimpleNamespace(clause=SimpleNamespace(id=take, terms=SimpleNamespace(take=take))) for take in TAKES
    ]
    monkeypatch.setattr("projections.peers.peers_rules", lambda _rule_set: rules)
    brought = {
        f"u{unit}": {take: Brought(numbers(), random.choice("ab")) for take in TAKES if random.random() < 0.9}
        for unit in range(random.choice((1, 2, 9)))
    }
    rule_set: Any = None
    comparison = Comparison(rule_set, brought)
    asked = [*brought.items(), ("nobody", {take: Brought(numbers(), "a") for take in TAKES})]
    for unit, own in asked:
        for instead in (None, {take: Brought(numbers(), random.choice("ab")) for take in TAKES}):
            if unit == "nobody" and instead is None:
                continue
            found = comparison.of(unit, instead)
            for take, mine in (own if instead is None else instead).items():
                others = [
                    each[take].numbers
                    for other, each in brought.items()
                    if other != unit and take in each and each[take].group == mine.group
                ]
                assert found[take] == one_by_one(take, mine.numbers, others)


TERMS: dict[str, Any] = {
    "grades": [["优秀", 90], ["良好", 80], ["合格", 0]],
    "quotas": [["优秀", 30], ["良好", 50]],
}


def came_to(entrants: list[Entrant], **more: Any) -> dict[str, tuple[str, int, int]]:
    found = outcomes(ResultTerms.model_validate(TERMS | more), entrants)
    return {unit: (each.grade, each.place, int(each.prize)) for unit, each in found.items()}


def ten(points: list[int], groups: str = "") -> list[Entrant]:
    def grade(of: int) -> str:
        return "优秀" if of >= 90 else "良好" if of >= 80 else "合格"

    return [
        Entrant(f"u{place}", 100 * each, grade(each), groups[place : place + 1])
        for place, each in enumerate(points)
    ]


def test_only_so_many_have_a_grade() -> None:
    found = came_to(ten([99, 98, 97, 96, 95, 94, 93, 92, 91, 50]))
    assert [grade for grade, _, _ in found.values()] == ["优秀"] * 3 + ["良好"] * 5 + ["合格"] * 2
    # Nobody is lifted by a quota that is not used up.
    assert [grade for grade, _, _ in came_to(ten([99, 81, 50])).values()] == ["良好", "合格", "合格"]


def test_equals_at_the_edge_are_left_to_people() -> None:
    entrants = ten([99, 98, 97, 97, 50, 50, 50, 50, 50, 50])
    found = outcomes(ResultTerms.model_validate(TERMS), entrants)
    assert [found[f"u{place}"].grade for place in range(4)] == ["优秀", "优秀", "良好", "良好"]
    assert str(found["u2"].because[0]) == (
        "“优秀”最多 3 个（10 个单位的 30%），同为 97 分的 2 个单位名额不够分，暂列良好，取谁由人决定"
    )
    over = outcomes(ResultTerms.model_validate(TERMS), ten([99, 98, 97, 96, 50, 50, 50, 50, 50, 50]))
    assert str(over["u3"].because[0]) == "“优秀”最多 3 个（10 个单位的 30%），名额已满，列为良好"


def test_places_earn_prizes_in_the_group() -> None:
    prizes: dict[str, Any] = {"prizes": {1: 5, 2: "2.5"}, "quotas": []}
    entrants = ten([70, 90, 90, 60], "aabb")
    assert [each[1:] for each in came_to(entrants, **prizes).values()] == [(3, 0), (1, 500), (1, 500), (4, 0)]
    assert [each[1:] for each in came_to(entrants, group=True, **prizes).values()] == [
        (2, 250), (1, 500), (1, 500), (2, 250),
    ]  # fmt: skip
    found = outcomes(ResultTerms.model_validate(TERMS | prizes), entrants)
    assert str(found["u1"].because[0]) == "在 4 个单位中列第 1 名，奖 5 分"


GRADES = "result: {grades: [[优秀, 90], [良好, 80], [合格, 0]], "


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ("quotas: [[优, 30]]}", "grades 里没有“优”这个等次"),
        ("quotas: [[合格, 30]]}", "“合格”已是最低的等次，名额以外的没有更低的可列；请去掉"),
        ("quotas: [[优秀, 0.3]]}", "名额是百分数：30% 写成 30，不写 0.3"),
        ("quotas: [[优秀, 130]]}", "名额是百分数，要在 0 和 100 之间：30% 写成 30"),
        ("quotas: [[优秀, 30], [优秀, 20]]}", "“优秀”的名额写了两次"),
        ("prizes: {1: 3, 2: 5}}", "名次奖分要从第 1 名往后写，越后越少，例如 {1: 5, 2: 3, 3: 1}"),
        ("prizes: {0: 3}}", "名次奖分要从第 1 名往后写，越后越少，例如 {1: 5, 2: 3, 3: 1}"),
        ("group: true}", "group 只和 quotas（名额）、prizes（名次奖分）一起写"),
    ],
)
def test_what_cannot_work_is_named(result: str, told: str) -> None:
    with pytest.raises(RubricRefused) as refused:
        parse(HEAD + ITEMS + GRADES + result + "\n")
    assert [mistake.render(str) for mistake in refused.value.mistakes] == [told]
