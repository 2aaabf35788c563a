"""One unit's year, from the roster of New Year to the last review: put together, numbered, in order of recording."""

from __future__ import annotations

from taizhang.demo import (
    branch_life,
    corrections,
    duties,
    everyday,
    organization,
    oversight,
    papers,
    people,
    publicity,
    reviews,
    study,
    volunteers,
)
from taizhang.demo.book import Book
from taizhang.demo.district import plan_unit
from taizhang.demo.draft import Draft

_ORDINARY = ("activity.held", "document.filed", "publication.made")


def live_unit(number: int, seed: int, year: int) -> list[Draft]:
    """Return the drafts of the *number*-th unit (from 1) in the order in which they are recorded, with their ids."""
    book = Book(plan_unit(number, seed, year), seed, year)
    _live(book)
    return _in_order_of_recording(book)


def _live(book: Book) -> None:
    organization.choose_structure(book)
    people.gather(book)
    structure = organization.register(book)
    people.enter_roster(book)
    people.move(book)
    book.roster.settle()
    organization.change(book)
    organization.elect(book, structure)
    for subject in book.gathering_subjects():
        branch_life.live_branch(book, subject)
    duties.do_duties(book)
    papers.write_papers(book)
    volunteers.serve(book)
    claims = [*publicity.publish(book), *publicity.win_honors(book)]
    oversight.ask_for_papers(book)
    oversight.inspect(book)
    oversight.judge(book)
    everyday.fill_the_book(book)
    study.make_up(book)
    _look_over(book, claims)


def _look_over(book: Book, claims: list[Draft]) -> None:
    """Let the ordinary records be reviewed, doubled, corrected, taken back and furnished with evidence."""
    claimed = set(claims)
    records = [draft for draft in book.drafts if draft.type in _ORDINARY and draft not in claimed]
    without_hours = [draft for draft in records if "study_hours" not in draft.data]
    corrections.correct_some(book, records)
    doubles = corrections.double_some(book, [*records, *claims])
    corrections.retract_some(book, [draft for draft in without_hours if not _asked_for(draft)])
    reviews.review_claims(book, claims)
    reviews.return_some(book, without_hours)
    everyday.attach_evidence(book, [draft for draft in records if draft not in set(doubles)])


def _asked_for(draft: Draft) -> bool:
    """Return whether a single record of the kind carries a whole clause: those are not taken back by chance."""
    return draft.type == "document.filed" or "organizational_life_meeting" in draft.data.get("kinds", ())


def _in_order_of_recording(book: Book) -> list[Draft]:
    for draft in book.drafts:
        draft.settle()
    ordered = sorted(book.drafts, key=lambda draft: (draft.recorded, draft.by, draft.depth, draft.serial))
    for place, draft in enumerate(ordered, start=1):
        draft.id = f"{book.unit.id}-{place:04d}"
    return ordered
