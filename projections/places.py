"""What the points of all units come to together: places, grades that only so many may have, prizes. Pure.

Advice until somebody signs, like every figure. Who stands at the edge of a quota with equals has the lower grade, and
is told so: whom of them to take is for people to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ledger.text import Text
from rubric.amounts import HUNDRED, Amount, decimal_text
from rubric.format2.document import ResultTerms
from rubric.format2.rubric2 import Rubric2
from rubric.schema import Rubric


@dataclass(frozen=True, slots=True)
class Entrant:
    """A unit with its points (score and bonus, in hundredths), its grade by these alone, and its group."""

    unit: str
    points: int
    grade: str = ""
    group: str = ""


@dataclass(slots=True)
class Outcome:
    """What a unit comes to among the others; equal points share a place."""

    grade: str
    place: int
    among: int
    prize: Amount = 0
    """In hundredths of a point."""
    because: list[Text] = field(default_factory=list)


def shares_out(rubric: Rubric) -> bool:
    """Whether the result of *rubric* depends on how the others stand."""
    return isinstance(rubric, Rubric2) and bool(rubric.result.quotas or rubric.result.prizes)


def outcomes(terms: ResultTerms, entrants: Iterable[Entrant]) -> dict[str, Outcome]:
    """Return what each unit of *entrants* comes to, by unit."""
    groups: dict[str, list[Entrant]] = {}
    for each in entrants:
        groups.setdefault(each.group if terms.group else "", []).append(each)
    found: dict[str, Outcome] = {}
    for members in groups.values():
        found |= _in_group(terms, members)
    return found


def _in_group(terms: ResultTerms, members: Sequence[Entrant]) -> dict[str, Outcome]:
    places = _places(members)
    found = {each.unit: Outcome(each.grade, places[each.points], len(members)) for each in members}
    points = {each.unit: each.points for each in members}
    shares = dict(terms.quotas)
    names = [name for name, _ in terms.grades]
    for name, below in pairwise(names):
        if name in shares:
            most = int(len(members) * shares[name] // 100)
            _take_the_best(name, below, most, shares[name], found, points)
    for outcome in found.values():
        prize = terms.prizes.get(outcome.place, 0) * HUNDRED
        if prize:
            outcome.prize = prize
            outcome.because.append(
                Text(
                    "在 {count} 个单位中列第 {place} 名，奖 {points} 分",
                    count=outcome.among,
                    place=outcome.place,
                    points=decimal_text(prize),
                )
            )
    return found


def _places(members: Sequence[Entrant]) -> dict[int, int]:
    """Return the place of everybody with so many points."""
    found: dict[int, int] = {}
    for place, points in enumerate(sorted((each.points for each in members), reverse=True), 1):
        found.setdefault(points, place)
    return found


def _take_the_best(
    name: str, below: str, most: int, share: Amount, found: dict[str, Outcome], points: dict[str, int]
) -> None:
    """Let at most *most* units keep the grade *name*, those with the most points; the others have *below*."""
    having = sorted((unit for unit in found if found[unit].grade == name), key=lambda unit: -points[unit])
    if len(having) <= most:
        return
    # Whoever has as many points as the first that is left out is left out, too.
    edge = points[having[most]]
    equals = sum(points[unit] == edge for unit in having)
    for unit in having:
        if points[unit] > edge:
            continue
        outcome = found[unit]
        outcome.grade = below
        limit = Text(
            "“{grade}”最多 {most} 个（{count} 个单位的 {share}%）",
            grade=name, most=most, count=outcome.among, share=decimal_text(share * HUNDRED),
        )  # fmt: skip
        tied = most and points[unit] == edge == points[having[most - 1]]
        outcome.because.append(
            Text(
                "{limit}，同为 {points} 分的 {equals} 个单位名额不够分，暂列{below}，取谁由人决定",
                limit=limit, points=decimal_text(edge), equals=equals, below=below,
            )
            if tied
            else Text("{limit}，名额已满，列为{below}", limit=limit, below=below)
        )  # fmt: skip
