"""What every rule kind has: the topics it reads, its requirements, their loss, and their explanation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from ledger.text import Text
from rubric.amounts import Amount
from rubric.clauses import ClauseBase
from rubric.codes_used import Family
from rubric.periods import PeriodKind
from rubric.schema import Rubric

from ..facts import Facts
from ..forecast import Foresight, Odds, Outlook, Ratio, months_left, smallest
from ..records import Record
from ..requirement import LAGGING, LOST_NOW, MAY_BE_LOST, NO_LOSS, Loss, Requirement, Status

SHOWN_AT_MOST = 5
"""How many records or names an explanation lists before it says how many there are in all."""


class Rule(ABC):
    """The evaluator of one clause. Pure: facts and a day in, requirements out."""

    clause: Any  # each class knows its own parameter model

    def __init__(self, clause: ClauseBase, rubric: Rubric) -> None:
        self.clause = clause
        self.rubric = rubric
        self._expected_by: date | None = getattr(clause, "expected_by", None)

    @property
    @abstractmethod
    def topics(self) -> frozenset[str]:
        """The topics of facts (see `facts.topics_of`) that can change the outcome."""

    @abstractmethod
    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        """Return what the clause asks for and what each came to on *day*."""

    def loss(self, requirements: Sequence[Requirement]) -> Loss:
        """Return what the requirements cost; here the whole maximum once, however many are not met."""
        maximum = self.clause.max
        statuses = {requirement.status for requirement in requirements}
        if statuses.isdisjoint(MAY_BE_LOST):
            return NO_LOSS
        return Loss(
            0 if statuses.isdisjoint(LOST_NOW) else maximum,
            maximum,
            maximum if Status.MISSED in statuses else 0,
        )

    def outlook(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Outlook:
        """Return what the forecast of the clause rests on: what is kept and missed, and the room of what is open."""
        kept = missed = lagging = 0
        gone: set[Hashable] = set()
        rooms: dict[Hashable, Ratio] = {}
        for requirement in requirements:
            status = requirement.status
            if status is Status.MET:
                kept += 1
            elif status is Status.MISSED:
                missed += 1
                gone.add(self.thing_of(requirement))
            elif status in MAY_BE_LOST:
                lagging += status in LAGGING
                thing, room = self.thing_of(requirement), self.room(requirement, facts, day)
                known = rooms.get(thing)
                rooms[thing] = room if known is None or known == room else smallest((room, known))
        still_open = tuple(room for thing, room in rooms.items() if thing not in gone)
        return Outlook(kept, missed, lagging, len(gone), still_open)

    def thing_of(self, requirement: Requirement) -> Hashable:
        """Return what is lost once however many subjects lack it: a period, a need; here the one thing asked for."""
        return None

    def room(self, requirement: Requirement, facts: Facts, day: date) -> Ratio:
        """Return how much room is left for what is open on *day*; here the share of the year's months."""
        return months_left(day, self.rubric.opens_on, self.rubric.ends_on)

    def weight(self) -> int:
        """Return how readily such a thing is missed, beside others, in hundredths."""
        return self.rubric.forecast.weight(self.clause.rule, self.clause.id)

    def lost_by(self, number: int) -> Amount:
        """Return what *number* missed things cost, in hundredths; here the whole maximum for any one thing."""
        maximum: int = self.clause.max
        return maximum if number else 0

    def foresight(self, outlook: Outlook, odds: Odds) -> Foresight:
        """Return what the clause is expected to lose, and by which chances."""
        gone, rooms = outlook.gone, outlook.rooms
        costs = [self.lost_by(number) for number in range(gone, gone + len(rooms) + 1)]
        while len(costs) > 1 and costs[-1] == costs[-2]:
            costs.pop()  # from there on nothing more can be lost
        chances = odds.at_least(rooms, self.weight(), len(costs) - 1) if len(costs) > 1 else ()
        added = (more - less for less, more in pairwise(costs))
        return Foresight(costs[0], tuple(zip(chances, added, strict=True)))

    def expected_points(self, requirements: Sequence[Requirement]) -> Amount | None:
        """Return the points expected of a clause that rests on a number; None of one that asks for things."""
        return None

    @property
    def counted_in(self) -> Text:
        """What its things are counted in: 项, 件, 个月."""
        return Text("项")

    def prospect(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Text:
        """Return what the chances of its open things rest on, in words that lead on to them."""
        return Text("照本单位至今的情况，")

    @abstractmethod
    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        """Return what is missing and what was counted, one text for each thing to say."""

    def explain_one(self, requirement: Requirement, facts: Facts, day: date) -> Text:
        """Return what one requirement lacks."""
        return sentence(self.explain([requirement], facts, day))

    def part_words(self, requirement: Requirement) -> Text | None:
        """Return what tells *requirement* from the clause's others (a period, an item); None for the only one."""
        return None

    def applies(self, facts: Facts, subject: str, due: date) -> bool:
        """Whether what falls due on *due* is asked of *subject*: long enough there, and not closed by then."""
        first, closed = facts.asked_between(subject, max(1, self.rubric.newcomer_days))
        return first <= due < closed

    def final_of(self, requirement: Requirement) -> date | None:
        """Return the last day on which *requirement* can still be made good; here the day it is due."""
        return requirement.due

    def expected_by(self, requirement: Requirement) -> date | None:
        """Return the day by which *requirement* is usually done; None where the rubric names none."""
        return self._expected_by

    def key_of(self, requirement: Requirement) -> str:
        """Return what tells *requirement* from others of its subject and due day; empty where nothing has to."""
        return ""

    def name(self, family: Family, code: str) -> str:
        """Return a code's Chinese name in the rubric, fit to stand in quotation marks."""
        return inside_quotes(self.rubric.code_names[family].get(code, code))


def inside_quotes(words: str) -> str:
    """Return *words* without quotation marks of their own: marks within marks read badly."""
    return words.replace("“", "").replace("”", "")


def sentence(parts: Sequence[Text]) -> Text:
    """Return several texts as one, joined as Chinese joins clauses."""
    if len(parts) == 1:
        return parts[0]
    joined = parts[0]
    for part in parts[1:]:
        joined = Text("{first}；{second}", first=joined, second=part)
    return joined


def by_when(requirement: Requirement, day: date) -> Text:
    """Return the deadline in words, as it looks on *day*."""
    due = requirement.due
    if due is None:
        return Text("没有期限")
    if requirement.status is Status.MISSED:
        return Text("期限 {due} 已过，台账里没有记录；当时开展过的，现在补录照样算", due=due)
    if requirement.status is Status.OVERDUE:
        return Text("应于 {due} 前完成，已逾期 {days} 天，仍可补办", due=due, days=(day - due).days)
    return Text("{due} 前完成即可，还有 {days} 天", due=due, days=(due - day).days)


NOT_ASKED = Text("登记不久或已撤销，不适用")


def listed(records: Sequence[Record]) -> Text:
    """Return the days of records, the first few and how many in all."""
    days = [record.day for record in records[:SHOWN_AT_MOST]]
    if len(records) > SHOWN_AT_MOST:
        return Text("{days} 等 {count} 次", days=days, count=len(records))
    return Text("{days}", days=days)


_PERIOD_NAMES: dict[PeriodKind, tuple[Text, ...]] = {
    "month": (
        Text("一月"),
        Text("二月"),
        Text("三月"),
        Text("四月"),
        Text("五月"),
        Text("六月"),
        Text("七月"),
        Text("八月"),
        Text("九月"),
        Text("十月"),
        Text("十一月"),
        Text("十二月"),
    ),
    "quarter": (Text("第一季度"), Text("第二季度"), Text("第三季度"), Text("第四季度")),
    "half": (Text("上半年"), Text("下半年")),
}


def period_name(kind: PeriodKind, number: int) -> Text:
    """Return 三月, 第三季度 or 上半年."""
    return _PERIOD_NAMES[kind][number - 1]
