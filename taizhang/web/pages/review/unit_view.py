"""One unit as its assessor sees it: figures, what was said of it, what it was asked, its appeals, its signings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fastapi import HTTPException

from projections import review_rows
from projections.appeals import Appeal, appeals, is_about
from projections.records import Record, Records, place
from projections.review_items import ANSWERS, ASKED, Kind
from projections.review_queue import renew
from projections.review_rows import Wanted
from projections.scorecard import Scorecard
from projections.signing import signed, signings
from rubric.schema import Rubric
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import _, current
from taizhang.web.http.templates import Context
from taizhang.web.pages.review.asked import TABS, office_accounts
from taizhang.web.pages.review.list_view import Tab
from taizhang.web.pages.review.rubric_choice import beside_query, unit_rubric, unit_tabs, years_of


@dataclass(frozen=True, slots=True)
class Asking:
    """A request or finding and what came of it."""

    record: Record
    answer: Record | None
    words: str
    due: date
    days_left: int
    by_unit: str
    """The subject it was put to."""

    @property
    def awaits_look(self) -> bool:
        """Whether the unit says that a finding is rectified, and no assessor has looked yet (待复查)."""
        return (
            self.answer is not None
            and self.answer.type == "finding.rectified"
            and self.answer.verdict(date.max) != "accepted"
        )

    @property
    def late(self) -> bool:
        """Whether it was answered after its day."""
        return self.answer is not None and self.answer.day > self.due


def card_of(session: OpenLedger, unit: str, rubric: Rubric) -> Scorecard:
    """Return the unit's card of the rubric year as of today; to be used inside the caller's reading transaction.

    Of today also when the year is closed: a claim that was accepted after the closing day counts (contract §1).
    """
    return session.projections.score(session.store, unit, session.clock.today(), None, rubric.id)


def unit_review(session: OpenLedger, unit: str, year: int | None, rubric_id: str = "") -> Context:
    """Return what the unit's review page shows. Raises NotScored for a unit that is not there."""
    today = session.clock.today()
    rubric = unit_rubric(session, unit, year, rubric_id)
    renew(session.store, session.review_standards())
    with session.store.read() as work:
        records = session.projections.records(session.store, unit)
        card = card_of(session, unit, rubric).as_json(current())
        trusted = office_accounts(work.connection)
        counts = review_rows.counts(work.connection, Wanted(unit=unit, trusted=trusted))
        return {
            "since": session.store.size(),
            "unit": unit,
            "name": card["name"],
            "kind": card["kind"],
            "year": rubric.year,
            "rubric": rubric,
            "beside": beside_query(rubric),
            "tabs": unit_tabs(session, work, unit, rubric, f"/review/units/{unit}?year={rubric.year}"),
            "years": years_of(session.shelf, today),
            "card": card,
            "signed": signed(records, rubric.year, rubric=rubric),
            "signings": signings(records, rubric.year, rubric=rubric),
            "judgements": list(_judgements(records, rubric)),
            "capped": {
                clause["id"]: clause["loss"]
                for indicator in card["indicators"]
                for clause in indicator["clauses"]
                if "judged" in clause and Decimal(clause["judged"]) > Decimal(clause["loss"])
            },
            "askings": _askings(records, rubric.year, today),
            "appeals": appeals(records, rubric.year, rubric=rubric),
            "matters": _tabs(unit, counts),
            "not_made_for": [
                (each, name) for each, name in review_rows.failed(work.connection) if each == unit
            ],
        }


def _tabs(unit: str, counts: dict[str, int]) -> list[Tab]:
    return [
        Tab(kind, _(word), counts.get(kind, 0), f"/review?tab={kind.value}&unit={unit}")
        for kind, word in TABS.items()
        if counts.get(kind, 0) and kind is not Kind.REVIEWED
    ]


def _judgements(records: Records, rubric: Rubric) -> Iterator[Record]:
    found = [
        each
        for each in records.by_id.values()
        if each.type == "judgement.passed" and each.for_year == rubric.year and is_about(each, rubric)
    ]
    yield from sorted(found, key=place)


def _askings(records: Records, year: int, today: date) -> list[Asking]:
    answers: dict[tuple[str, str], Record] = {}
    for record in sorted(records.by_id.values(), key=place):
        field = ANSWERS.get(record.type)
        if field is not None and not record.retracted and record.verdict(today) != "returned":
            answers.setdefault((record.type, record.data[field]), record)
    found = []
    for record in sorted(records.by_id.values(), key=place):
        answer = ASKED.get(record.type)
        if answer is not None and record.day.year == year:
            field = ANSWERS[answer]
            due = date.fromisoformat(record.data["due_on"])
            words = record.data.get("title") or record.data["text"]
            found.append(
                Asking(
                    record,
                    answers.get((answer, record.data[field])),
                    words,
                    due,
                    (due - today).days,
                    record.subject,
                )
            )
    return found


def require_of(records: Records, record_id: str) -> Record:
    """Return a record of the unit. Raises HTTPException 404."""
    record = records.by_id.get(record_id)
    if record is None:
        raise HTTPException(404)
    return record


def waiting_appeal(records: Records, record_id: str) -> Appeal:
    """Return the appeal filed by the record. Raises HTTPException 404."""
    return _one([each for each in appeals(records) if each.filing.id == record_id])


def _one(found: Sequence[Appeal]) -> Appeal:
    if not found:
        raise HTTPException(404)
    return found[0]


def has_judged(records: Records, name: str, appeal: Appeal, rubric: Rubric) -> bool:
    """Whether a judgement by the account *name* stands on what *appeal* is about, a clause of *rubric*."""
    return any(
        (each.data["clause"], each.for_year) == (appeal.clause, appeal.year) and is_about(each, rubric)
        for each in records.by_id.values()
        if each.type == "judgement.passed" and each.by == name and not each.retracted
    )


def branches_of(records: Records) -> list[str]:
    """Return the subjects that are registered in the unit's tree, the unit first."""
    return sorted(
        record.subject
        for record in records.by_id.values()
        if record.type == "organization.registered" and not record.retracted
    )
