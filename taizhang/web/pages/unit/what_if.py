"""What if: to-dos ticked, and what forecast, floor and score would be with them done. Nothing is stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from projections.consequences import supposing
from projections.points import Totals
from projections.scorecard import Scorecard
from rubric.amounts import decimal_text
from taizhang.documents.tasks import task_groups
from taizhang.language.i18n import _

TICKED_MAX = 400


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure before and after."""

    name: str
    was: str
    now: str

    @property
    def moved(self) -> bool:
        """Whether it moves at all."""
        return self.was != self.now


@dataclass(frozen=True, slots=True)
class Supposed:
    """A rubric year as if so many of its to-dos were done."""

    year: int
    done: int
    figures: list[Figure]
    title: str = ""
    """The rubric's title, where several of one year are told of."""


def supposed_done(cards: Sequence[Scorecard], keys: Collection[str]) -> list[Supposed]:
    """Return what *cards*, one a rubric year, come to if the tasks of *keys* were done; what is not there is left out.

    Years in which nothing is ticked are not told of, unless nothing is ticked at all.
    """
    groups = task_groups(cards, whole_year=True)
    found = []
    for card in cards:
        ticked = [groups[key] for key in dict.fromkeys(keys) if key in groups and groups[key][0].card is card]
        if ticked or not keys:
            satisfied = [shortfall.requirement for group in ticked for shortfall in group]
            totals = supposing(card.evaluation, satisfied, card.facts, card.day)
            title = card.rubric.title if any(each.rubric.is_beside for each in cards) else ""
            found.append(
                Supposed(card.rubric.year, len(ticked), _figures(card.evaluation.totals(), totals), title)
            )
    return found


def _figures(before: Totals, after: Totals) -> list[Figure]:
    return [
        Figure(_("预计"), decimal_text(before.forecast), decimal_text(after.forecast)),
        Figure(_("保底"), decimal_text(before.floor), decimal_text(after.floor)),
        Figure(_("得分"), decimal_text(before.score), decimal_text(after.score)),
    ]
