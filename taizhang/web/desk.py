"""What a unit's pages stand on: which unit, how it stands today, how records and members are called."""

from __future__ import annotations

from fastapi import HTTPException

from projections.records import Record
from taizhang.accounts.entry import Visit
from taizhang.forms.situation import Situation
from taizhang.people.person import Directory
from taizhang.people.store import directory_of
from taizhang.record_words import RecordWords
from taizhang.session import Session
from taizhang.web.visiting import require


def unit_for(visit: Visit, wanted: str) -> str | None:
    """Return the unit that a page is about: the one that is *wanted*, or the visitor's only one; None: he must choose.

    Raises NotAllowed for a unit that is not his.
    """
    if wanted:
        require(visit, "log", wanted)
        return wanted
    units = visit.account.units
    return next(iter(units)) if len(units) == 1 else None


def situation_of(session: Session, unit: str) -> Situation:
    """Return how *unit* stands today. Raises HTTPException 404 when it is not registered."""
    today = session.clock.today()
    with session.store.read() as work:
        directory: Directory = directory_of(work.connection, unit)
        events = list(work.stream(unit))
    situation = Situation(unit, events, today, session.shelf, session.shelf.for_day(today), directory.name_of)
    if situation.facts.organization(unit).registered is None:
        raise HTTPException(404)
    return situation


def words_of(situation: Situation) -> RecordWords:
    """Return what says records of the unit in words."""
    return RecordWords(situation.shelf, situation.name_of)


def title_of(situation: Situation, record: Record) -> str:
    """Return a record's line in words."""
    return words_of(situation).title(record.type, record.data)
