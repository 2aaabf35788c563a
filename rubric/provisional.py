"""What a year is scored by for which nobody has installed a rubric yet: the nearest earlier one, its dates moved.

Nothing that only a person can know is supposed. A clause that is tied to its year awaits a decision: it is neither
earned nor lost before the year's own rubric says what it asks for (contract §6).
"""

from __future__ import annotations

from .clauses import Clause, Judgement
from .derive import derive
from .load import parse
from .mistake import RubricRefused
from .schema import Rubric

VERSION = 0
"""Below the first version of any file, so that what was worked out with it is never taken for the real one's."""


def provisional_for(year: int, earlier: Rubric) -> Rubric | None:
    """Return the provisional rubric of *year* made from *earlier*; None where its file is not at hand or gives none."""
    if not earlier.file:
        return None
    try:
        draft = parse(derive(earlier.file.decode(), year), drafts=True)
    except RubricRefused:
        return None
    clauses = tuple(_undecided(draft, clause) for clause in draft.clauses)
    made = draft.model_copy(update={"version": VERSION, "clauses": clauses})
    made.mark_provisional(earlier)
    return made


def _undecided(draft: Rubric, clause: Clause) -> Clause:
    """Return *clause*, as one that an assessor decides where it is tied to the year that is over.

    Bonus stays as it is: what nobody judges is earned by its records, and the figure is provisional as a whole.
    """
    if (
        clause.tied_to_year is None
        or clause.indicator in draft.bonus_indicators
        or isinstance(clause, Judgement)
    ):
        return clause
    # Amounts are read already: hundredths stay what they are.
    return Judgement.model_construct(
        rule="judgement",
        id=clause.id,
        points=clause.points,
        max=clause.max,
        text=clause.text,
        item=clause.item,
        reading=clause.reading,
        tied_to_year=clause.tied_to_year,
        decide=clause.decide,
    )
