"""The unit page: the score as one look, what is due next, its course, its indicators, its members, its records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from ledger.store.protocol import Transaction
from projections import totals
from projections.records import CLOSED
from projections.score_history import Move, Point
from projections.scorecard import Scorecard
from projections.signing import signed
from reminders.contacts import Role
from reminders.store import contacts
from rubric.amounts import Amount, decimal_text
from taizhang.accounts.account import Account
from taizhang.app.ledger import OpenLedger
from taizhang.documents.tasks import Tasks, tasks_of
from taizhang.language.event_labels import RecordWords, asked_in
from taizhang.language.i18n import _, current
from taizhang.language.names import Names, names_of
from taizhang.language.outlook import outlook_parts, outlook_sentence
from taizhang.language.reminder_labels import hidden_address
from taizhang.web.http.templates import Context
from taizhang.web.pages.site.first_steps import is_shown, secretarys_steps
from taizhang.web.pages.unit.chart import CoursePlot, Dot, course_plot
from taizhang.web.pages.unit.course_cache import Courses
from taizhang.web.pages.unit.indicators import losses, sections_of
from taizhang.web.pages.unit.moment import Moment
from taizhang.web.pages.unit.record_filter import RecordFilter
from taizhang.web.pages.unit.scored_by import scored_by
from taizhang.web.pages.unit.study import asks_hours, study_of
from taizhang.web.pages.unit.timeline import timeline

NEAR_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the page is asked for: which page of the records, of which clause, all members or those who lack most."""

    page: int = 1
    clause: str = ""
    everybody: bool = False
    branch: str = ""
    """Whose members' hours, by the branch's name; "" for all."""
    sought: RecordFilter = field(default_factory=RecordFilter)


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A day on which the score moved, for the table under the chart."""

    day: str
    score: str
    forecast: str
    floor: str
    ceiling: str
    moves: list[MoveRow]


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One clause that moved, and the records that moved it."""

    clause: str
    gain: str
    bonus: bool
    records: list[tuple[str, str]]


def unit_page(
    session: OpenLedger,
    courses: Courses,
    work: Transaction,
    unit: str,
    moment: Moment,
    wanted: Wanted,
    account: Account,
) -> Context:
    """Return what the template shows to *account*. Raises NotScored when there is no such unit on that day."""
    # Who looks on hears of what was missed when there has been time to record it.
    grace_days = -1 if account.holds(unit) or account.only_branches(unit) else session.settings.grace_days
    told = reminded(work, unit)
    card = session.projections.score(session.store, unit, moment.day, moment.known_at, moment.rubric or None)
    document = card.as_json(current())
    cards = _cards(session, work, card, moment)
    names = names_of(work, card.facts, card.day)
    words = RecordWords(session.shelf, names.of, asked_in(card.records.by_id.values()))
    sections = sections_of(card, document, words, names)
    points = courses.of(card, work)
    plot = _plot(points, card)
    return {
        "unit": unit,
        "card": document,
        "names": names,
        "rubric_title": card.rubric.title,
        "scored_by": scored_by(session, work, card),
        "moment": moment,
        "wanted": wanted,
        **_todo(tasks_of(cards, current(), names, whole_year=True, grace_days=grace_days)),
        "sections": sections,
        "losses": losses(sections),
        "earns": any(each.gain for section in sections for row in section.indicators for each in row.clauses),
        "lost": decimal_text(card.evaluation.rule_set.full - card.evaluation.totals().score),
        "parts": outlook_parts(document["total"]),
        "outlook": outlook_sentence(document["total"]),
        "course": plot,
        "course_dots": _dots(points, plot),
        "course_rows": _rows(points, card, words),
        "asks_hours": asks_hours(card),
        "study": study_of(card, names.of, everybody=wanted.everybody, branch=wanted.branch),
        "timeline": timeline(
            card, words, names, session.settings.late_days, wanted.page, wanted.clause, wanted.sought
        ),
        "signed": _signed(card),
        "closing": _closing(work, card),
        "reminded": [*told, *reminded_branches(work, unit, names)],
        "steps": secretarys_steps(card, is_reminded=bool(told)) if is_shown(session) else [],
    }


def _todo(tasks: Tasks) -> Context:
    """What there is to do, and what of it stands open: on a phone everything else is a tap away."""
    near, soon = tasks.first(NEAR_SHOWN)
    return {"tasks": tasks, "near": near, "soon": soon}


def reminded(work: Transaction, unit: str) -> list[str]:
    """Return who is written to as secretary of the unit: names, of the nameless where the address is."""
    return [each for place, each in _told(work, unit) if place == unit]


def reminded_branches(work: Transaction, unit: str, names: Names) -> list[str]:
    """Return the same for its branches, each with the branch's name."""
    return [f"{each}（{names.of(place)}）" for place, each in _told(work, unit) if place != unit]


def _told(work: Transaction, unit: str) -> list[tuple[str, str]]:
    """Return the secretaries who are written to: of the unit or which branch, and who."""
    told = {(each.unit, each.person.id): each.person for each in contacts.contacts(work.connection, unit)
            if each.role is Role.SECRETARY}  # fmt: skip
    return [(place, each.name or hidden_address(each)) for (place, _id), each in told.items()]


@dataclass(frozen=True, slots=True)
class Closing:
    """That the unit is no more: since when, by which record, and which unit it went into, by code and name."""

    day: date
    record: str
    into: str
    name: str


def _closing(work: Transaction, card: Scorecard) -> Closing | None:
    day = card.records.closed(card.day)
    if day is None:
        return None
    record = next(
        each
        for each in card.records.by_id.values()
        if each.type == CLOSED and each.subject == card.unit and each.day == day and not each.retracted
    )
    into: str = record.data.get("merged_into", "")
    names = {row.unit: row.name for row in totals.rows(work.connection)} if into else {}
    return Closing(day, record.id, into, names.get(into, into))


def _cards(session: OpenLedger, work: Transaction, card: Scorecard, moment: Moment) -> Sequence[Scorecard]:
    """The scorecards of every open year, so that January still shows last year's summary; of the past only its own.

    Of a rubric that is named, on the tab of one beside the main one, only its own.
    """
    if moment.known_at is not None or moment.rubric:
        return [card]
    return session.projections.cards(work, card.unit, moment.day) or [card]


def _plot(points: Sequence[Point], card: Scorecard) -> CoursePlot | None:
    if not points:
        return None
    rubric = card.rubric
    return course_plot(points, rubric.opens_on, card.day, rubric.ends_on, card.evaluation.rule_set.full)


def _dots(points: Sequence[Point], plot: CoursePlot | None) -> list[Dot]:
    found: list[Dot] = []
    if plot is None:
        return found
    for before, point in pairwise(points):
        gain = point.totals.score - before.totals.score
        if gain:
            clauses = _("、").join(move.clause for move in point.moves if move.gain.score)
            title = _(
                "{day}：{gain}（{clauses}）",
                day=point.day.isoformat(),
                gain=_signed_text(gain),
                clauses=clauses,
            )
            found.append(plot.dot(point.day, point.totals.score, title))
    return found


def _rows(points: Sequence[Point], card: Scorecard, words: RecordWords) -> list[CourseRow]:
    """The days on which the score itself moved, the latest first; the first day is where the course begins."""
    found = []
    for place, point in enumerate(points):
        moves = [move for move in point.moves if move.gain.score]
        if place == 0 or moves:
            totals = point.totals
            found.append(
                CourseRow(
                    point.day.isoformat(),
                    decimal_text(totals.score),
                    decimal_text(totals.forecast),
                    decimal_text(totals.floor),
                    decimal_text(totals.ceiling),
                    [_move(move, card, words) for move in moves],
                )
            )
    return found[::-1]


def _move(move: Move, card: Scorecard, words: RecordWords) -> MoveRow:
    records = [card.records.by_id[each] for each in move.records]
    return MoveRow(
        move.clause,
        _signed_text(move.gain.score),
        int(move.clause.partition(".")[0]) in card.rubric.bonus_indicators,
        [(record.id, words.title(record.type, record.data)) for record in records],
    )


def _signed_text(amount: Amount) -> str:
    return decimal_text(amount).replace("-", "−") if amount < 0 else f"+{decimal_text(amount)}"


def _signed(card: Scorecard) -> Context | None:
    """What an assessor signed for the card's year, the latest word by the card's day."""
    standing = signed(card.records, card.rubric.year, card.day, card.rubric)
    if standing is None:
        return None
    return {"id": standing.id, "day": standing.day.isoformat(), "by": standing.by, **standing.data}
