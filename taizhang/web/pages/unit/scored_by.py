"""By which rubric the page scores the unit: who installed it, when and why, what that changed here, what is beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ledger.events.event import instant_of, recorded_text
from ledger.store.protocol import Transaction
from projections.rubrics import Installation
from projections.scorecard import Scorecard
from rubric.amounts import decimal_text
from rubric.schema import Rubric
from taizhang.app.ledger import OpenLedger

CLAUSES_NAMED = 8
"""So many clauses that changed are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an installation changed for the unit, everything else being equal."""

    before: Rubric
    score_before: str
    score: str
    clauses: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ScoredBy:
    """The rubric of the card."""

    rubric: Rubric
    installed: Installation | None
    """Its installation; None: it comes with the program, or is provisional."""
    change: Change | None
    """None where the year had no other rubric before."""
    tabs: list[Rubric]
    """The unit's main rubric, and after it those beside; none where there is only one."""
    main: str
    """The id of the main one."""


def scored_by(session: OpenLedger, work: Transaction, card: Scorecard) -> ScoredBy:
    """Return what the page says of the card's rubric, inside the transaction that the card was asked for in."""
    rubric = card.rubric
    rubrics = session.projections.rubrics_of(work, card.unit, card.day)
    installed = next(
        (
            each
            for each in reversed(session.projections.rubrics.installations(work))
            if each.rubric.label == rubric.label and each.withdrawn is None
        ),
        None,
    )
    change = None if installed is None or card.known_at else _change(session, work, card, installed)
    main = rubrics[0].id if rubrics else rubric.id
    return ScoredBy(rubric, installed, change, list(rubrics) if len(rubrics) > 1 else [], main)


def _change(
    session: OpenLedger, work: Transaction, card: Scorecard, installed: Installation
) -> Change | None:
    if installed.beside:
        return None
    instant = instant_of(installed.recordedtime) - timedelta(microseconds=1)
    before = session.projections.rubric_known_at(work, card.unit, card.day, recorded_text(instant))
    if before is None or before.label == card.rubric.label or before.year != card.rubric.year:
        return None
    if before.is_provisional:
        return None  # nobody had said that the unit be assessed by that
    then = session.projections.card_under(work, card.unit, before, card.day)
    if then is None:
        return None
    losses = {each.rule.clause.id: each.loss.score for each in then.evaluation.results}
    now = {each.rule.clause.id: each.loss.score for each in card.evaluation.results}
    moved = [
        clause for clause in dict.fromkeys([*now, *losses]) if now.get(clause, 0) != losses.get(clause, 0)
    ]
    return Change(
        before,
        decimal_text(then.evaluation.totals().score),
        decimal_text(card.evaluation.totals().score),
        tuple(moved[:CLAUSES_NAMED]),
        max(0, len(moved) - CLAUSES_NAMED),
    )
