"""What is settled for the unit that the demo shows, so that the shown day has something of everything to say.

On 2017-09-20 the shown unit has something missed (a branch held no unified activity day in August), something
overdue (a paper asked for by 8 September), and something behind (news sent to the site).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SHOWN_DAY = date(2017, 9, 20)
"""The day on which the demo shows the board and the scorecard of `SHOWN_UNIT`."""


@dataclass(frozen=True, slots=True)
class Story:
    """Turns that a unit's year takes whatever the dice say. Nothing is settled in the story of most units."""

    missed_unified_day: tuple[int, int] | None = None
    """Branch (counted from 1) and month."""
    answers_late: tuple[str, int] | None = None
    """Key of a request and the days after its due day."""
    news_by_the_shown_day: int | None = None
    """How many news items are sent before the autumn term is three weeks old."""
    does_first_half: bool = False
    """The meetings on party work of the first half of the year are held, and the plans filed."""


UNTOLD = Story()
SHOWN = Story(
    missed_unified_day=(2, 8),
    answers_late=("secretary-project", 18),
    news_by_the_shown_day=4,
    does_first_half=True,
)
