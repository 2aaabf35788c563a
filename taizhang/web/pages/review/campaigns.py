"""What was asked of many at once: under one key, who has answered, who was late, who has not.

A campaign is what `/review/ask` puts to units in one act: requests or findings that share a key. It is taken back,
or given more time, for all of them in one append.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import orjson

from ledger.events.corrections import correction, retraction
from ledger.events.event import ClientEvent
from ledger.json_object import JsonObject
from ledger.problem import Problem, Refused
from ledger.text import Text
from projections import review_rows
from projections.review_items import Kind
from projections.review_queue import renew
from projections.review_rows import ReviewRow
from taizhang.app.ledger import OpenLedger
from taizhang.jobs.nudges import Waiting
from taizhang.web.http import make_events as making

_KINDS = (Kind.ASKED, Kind.ANSWERED, Kind.ANSWER)


@dataclass(frozen=True, slots=True)
class Line:
    """One subject that was asked, and its answer."""

    unit: str
    name: str
    subject: str
    asked: str
    """The id of the request or finding."""
    due: date
    answer: str
    """The id of the answer, "" while there is none."""
    answered_on: date | None
    files: list[JsonObject]
    late: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class Campaign:
    """What was asked under one key."""

    key: str
    is_finding: bool
    words: str
    day: date
    by: str
    due: date
    """The last of the days that were given."""
    lines: list[Line]
    blanks: list[JsonObject]
    """The files that were sent along with what was asked: forms to fill in."""

    @property
    def nudged_as(self) -> str:
        """What the campaign is called where it is pressed for."""
        return f"{'finding' if self.is_finding else 'request'} {self.key}"

    @property
    def waits(self) -> list[Waiting]:
        """Who is to be pressed: a unit once, though several of its branches were asked."""
        by_unit = {line.unit: line for line in reversed(self.waiting)}
        return [Waiting(line.unit, line.name, self.words, line.due) for line in by_unit.values()]

    @property
    def answered(self) -> list[Line]:
        """Who has answered."""
        return [line for line in self.lines if line.answer]

    @property
    def waiting(self) -> list[Line]:
        """Who has not."""
        return [line for line in self.lines if not line.answer]

    @property
    def late(self) -> int:
        """How many answered after their day."""
        return sum(line.late for line in self.lines)

    @property
    def overdue(self) -> int:
        """How many have not answered, and their day is over."""
        return sum(line.overdue for line in self.lines)

    @property
    def files(self) -> int:
        """How many files came with the answers."""
        return sum(len(line.files) for line in self.lines)


def campaigns(session: OpenLedger) -> list[Campaign]:
    """Return all that was asked and not taken back, the latest first."""
    renew(session.store, session.review_standards())
    with session.store.read() as work:
        rows = review_rows.of_matters(work.connection, _KINDS)
    answers = {(row.unit, _family(row), row.about): row for row, _name in rows if row.matter == Kind.ANSWER}
    asked: dict[tuple[bool, str], list[tuple[ReviewRow, str]]] = defaultdict(list)
    for row, name in rows:
        if row.matter != Kind.ANSWER:
            asked[_family(row), row.about].append((row, name))
    today = session.clock.today()
    found = [_campaign(key, is_finding, group, answers, today) for (is_finding, key), group in asked.items()]
    return sorted(found, key=lambda each: (each.day, each.key), reverse=True)


def _family(row: ReviewRow) -> bool:
    return row.type.startswith("finding.")


def _campaign(
    key: str,
    is_finding: bool,
    group: Sequence[tuple[ReviewRow, str]],
    answers: dict[tuple[str, bool, str], ReviewRow],
    today: date,
) -> Campaign:
    first = group[0][0]
    data = orjson.loads(first.data)
    lines = [_line(row, name, answers.get((row.unit, is_finding, key)), today) for row, name in group]
    return Campaign(
        key,
        is_finding,
        data["text"] if is_finding else data["title"],
        date.fromisoformat(first.day),
        first.by_whom,
        max(line.due for line in lines),
        lines,
        orjson.loads(first.evidence),
    )


def _line(row: ReviewRow, name: str, answer: ReviewRow | None, today: date) -> Line:
    due = date.fromisoformat(row.due)
    on = date.fromisoformat(answer.day) if answer else None
    return Line(
        row.unit,
        name,
        row.subject,
        row.record,
        due,
        answer.record if answer else "",
        on,
        orjson.loads(answer.evidence) if answer else [],
        late=on is not None and on > due,
        overdue=on is None and due < today,
    )


def one(session: OpenLedger, what: str, key: str) -> Campaign | None:
    """Return the campaign of requests or findings (*what*) under *key*; None when there is none."""
    return next(
        (each for each in campaigns(session) if (each.key, each.is_finding) == (key, what == "finding")), None
    )


def taking_back(session: OpenLedger, campaign: Campaign, reason: str) -> list[ClientEvent]:
    """Return the events that take the whole campaign back. Raises Refused without a reason."""
    if not reason:
        raise Refused([Problem("reason", Text("撤回要写明理由"))])
    now = session.clock()
    return [retraction(event, reason=reason, now=now) for event in _asked(session, campaign.lines)]


def returning(
    session: OpenLedger, campaign: Campaign, answer: str, reason: str, form: str
) -> list[ClientEvent]:
    """Return the event that returns one answer, so that the unit answers anew. Raises Refused."""
    line = next((each for each in campaign.answered if each.answer == answer), None)
    problems = [] if line else [Problem("answer", Text("这份答复已经不在了；请看现在的情况"))]
    if not reason:
        problems.append(Problem("reason", Text("退回要写明理由，让单位知道要补什么、改什么")))
    if problems or line is None:
        raise Refused(problems)
    event = session.store.find(answer)
    subject = event["subject"] if event is not None else line.subject
    data = {"record": answer, "verdict": "returned", "reason": reason}
    return [making.made("claim.reviewed", subject, data, now=session.clock(), id_=making.event_id(form))]


def prolonging(session: OpenLedger, campaign: Campaign, due_on: str, reason: str) -> list[ClientEvent]:
    """Return the events that give more time to those who have not answered. Raises Refused."""
    problems = [] if reason else [Problem("reason", Text("改期限要写明理由"))]
    try:
        if date.fromisoformat(due_on) < session.clock.today():
            problems.append(Problem("due_on", Text("期限 {day} 已经过了；请写今天或以后的日子", day=due_on)))
    except ValueError:
        problems.append(Problem("due_on", Text("请写期限，如 2017-10-15")))
    if problems:
        raise Refused(problems)
    now = session.clock()
    return [
        correction(event, reason=reason, now=now, data={**data, "due_on": due_on})
        for event, data in ((each, _in_force(session, each)) for each in _asked(session, campaign.waiting))
    ]


def _asked(session: OpenLedger, lines: Sequence[Line]) -> list[ClientEvent]:
    found = (session.store.find(line.asked) for line in lines)
    return [event for event in found if event is not None]


def _in_force(session: OpenLedger, event: ClientEvent) -> JsonObject:
    unit = event["subject"].partition("/")[0]
    with session.store.read():
        return session.projections.records(session.store, unit).by_id[event["id"]].data
