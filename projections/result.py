"""What the points of a unit come to: a grade, and what holds it down. Advice until somebody signs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.text import Text
from rubric.amounts import HUNDRED, Amount, decimal_text
from rubric.format2.rubric2 import Rubric2
from rubric.schema import Rubric

from .evaluation import Evaluation
from .facts import Facts
from .requirement import Status
from .rules import rule_for
from .rules.measured import number_words


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade with its reasons, what the points say first."""

    name: str
    because: tuple[Text, ...]

    def as_json(self, translate: Any) -> dict[str, Any]:
        """Return it as a scorecard shows it."""
        return {"grade": self.name, "because": [text.render(translate) for text in self.because]}


def grade_of(rubric: Rubric, evaluation: Evaluation, facts: Facts, day: date) -> Grade | None:
    """Return the unit's grade on *day*: by score and bonus, then held down; None where the rubric has no grades."""
    if not isinstance(rubric, Rubric2) or not rubric.result.grades:
        return None
    totals = evaluation.totals()
    points = totals.score + totals.bonus
    names = [name for name, _ in rubric.result.grades]
    place = next(
        (place for place, (_, start) in enumerate(rubric.result.grades) if points >= start * HUNDRED),
        len(names) - 1,
    )
    because = [Text("{points} 分，{grade}", points=decimal_text(points), grade=names[place])]
    for test in rubric.held_down:
        clause: Any = test.clause
        rule: Any = rule_for(clause, rubric)
        requirements = rule.requirements(facts, day)
        if (
            not requirements
            or requirements[0].status is Status.NOT_APPLICABLE
            or not _is_known(requirements[0])
        ):
            continue
        number: Amount = rule.numbers(requirements).now
        if test.hits(number) and names.index(test.grade) > place:
            place = names.index(test.grade)
            said = number_words(number)
            because.append(
                Text(
                    "{counted}是 {number}，最高评为{grade}", counted=test.words, number=said, grade=test.grade
                )
            )
    return Grade(names[place], tuple(because))


def _is_known(requirement: Any) -> bool:
    return bool(getattr(requirement.part, "known", True))
