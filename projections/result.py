"""What the points of a unit come to: a grade, and what holds it down. Advice until somebody signs. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ledger.json_object import JsonObject
from ledger.text import Text
from rubric.amounts import HUNDRED, Amount, decimal_text
from rubric.format2.rubric2 import HeldDown, Rubric2
from rubric.schema import Rubric

from .evaluation import Evaluation
from .facts import Facts
from .places import Entrant, Outcome, shares_out
from .requirement import NEVER, Status
from .rules import rule_for
from .rules.measured import number_words


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade with its reasons, what the points say first."""

    name: str
    """Empty where the rubric names no grades."""
    because: tuple[Text, ...]
    place: int | None = None
    among: int | None = None
    """Its place, and among how many units; None where that decides nothing, or is not known."""
    prize: Amount = 0

    def as_json(self, translate: Any) -> JsonObject:
        """Return it as a scorecard shows it."""
        return {
            **({"grade": self.name} if self.name else {}),
            **({"place": self.place, "among": self.among} if self.place is not None else {}),
            **({"prize": decimal_text(self.prize)} if self.prize else {}),
            "because": [text.render(translate) for text in self.because],
        }

    def among_others(self, outcome: Outcome | None) -> Grade:
        """Return what it comes to beside the other units; None: how they stand is not known."""
        if outcome is None:
            return replace(self, because=(*self.because, Text("名额和名次要与其他单位比较，还没有算出")))
        because = (*self.because, *outcome.because)
        return Grade(outcome.grade, because, outcome.place, outcome.among, outcome.prize)


def grade_of(rubric: Rubric, evaluation: Evaluation, facts: Facts, day: date) -> Grade | None:
    """Return the unit's grade on *day*: by score and bonus, then held down; None where the rubric has no result.

    How the others stand is not looked at (see `Grade.among_others`).
    """
    if not isinstance(rubric, Rubric2) or not (rubric.result.grades or rubric.result.prizes):
        return None
    if not rubric.result.grades:
        return Grade("", ())
    totals = evaluation.totals()
    points = totals.score + totals.bonus
    names = [name for name, _ in rubric.result.grades]
    place = _by_points(rubric, points)
    because = [Text("{points} 分，{grade}", points=decimal_text(points), grade=names[place])]
    for test, number, _ in _tested(rubric, facts, day):
        if number is not None and test.hits(number) and names.index(test.grade) > place:
            place = names.index(test.grade)
            said = number_words(number)
            because.append(
                Text(
                    "{counted}是 {number}，最高评为{grade}", counted=test.words, number=said, grade=test.grade
                )
            )
    return Grade(names[place], tuple(because))


def grade_place(rubric: Rubric, points: int, held: int) -> str:
    """Return the grade of *points* (hundredths), held down to the place *held*; empty where nothing is shared out."""
    if not isinstance(rubric, Rubric2) or not rubric.result.grades or not shares_out(rubric):
        return ""
    return rubric.result.grades[max(_by_points(rubric, points), held)][0]


def held_down(rubric: Rubric, facts: Facts, day: date) -> tuple[int, date]:
    """Return the place of the best grade that the unit may have on *day*, and from when on that may be another."""
    if not isinstance(rubric, Rubric2) or not shares_out(rubric):
        return 0, NEVER
    names = [name for name, _ in rubric.result.grades]
    held, turns = 0, NEVER
    for test, number, until in _tested(rubric, facts, day):
        turns = min(turns, until)
        if number is not None and test.hits(number):
            held = max(held, names.index(test.grade))
    return held, turns


def _by_points(rubric: Rubric2, points: int) -> int:
    grades = rubric.result.grades
    return next(
        (place for place, (_, start) in enumerate(grades) if points >= start * HUNDRED), len(grades) - 1
    )


def _tested(rubric: Rubric2, facts: Facts, day: date) -> Iterator[tuple[HeldDown, Amount | None, date]]:
    """Yield each test of what holds a grade down, its number (None where there is none) and until when that stays."""
    for test in rubric.held_down:
        rule: Any = rule_for(test.clause, rubric)  # type: ignore[arg-type]
        requirements = rule.requirements(facts, day)
        turns = min((each.changes_on for each in requirements), default=NEVER)
        known = (
            bool(requirements)
            and requirements[0].status is not Status.NOT_APPLICABLE
            and _is_known(requirements[0])
        )
        yield test, rule.numbers(requirements).now if known else None, turns


def entrant_of(rubric: Rubric, evaluation: Evaluation, facts: Facts, day: date) -> Entrant:
    """Return a unit as it takes part in what is shared out among all."""
    totals, grade = evaluation.totals(), grade_of(rubric, evaluation, facts, day)
    group = facts.organization(facts.unit).value("group", min(day, rubric.ends_on), "")
    return Entrant(facts.unit, totals.score + totals.bonus, grade.name if grade else "", str(group))


def _is_known(requirement: Any) -> bool:
    return bool(getattr(requirement.part, "known", True))
