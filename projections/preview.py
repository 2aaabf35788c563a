"""What events would count for before they are recorded: the unit's records + candidates + rule set + day. Pure.

The same comparison says afterwards what an append moved: with the stream before it and the events it brought.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from ledger.events.event import ClientEvent, StoredEvent, instant_of, recorded_text, unit_of
from ledger.text import Text
from rubric.amounts import decimal_text, whole_hundredths

from .clause_result import ClauseResult
from .evaluation import Evaluation
from .facts import Facts, topics_of
from .points import Totals
from .records import Records
from .requirement import Requirement, Status
from .rule_set import RuleSet
from .rules.study_total import StudyTotalRule

_SATISFIED = frozenset({Status.MET, Status.NOT_APPLICABLE})


class Outcome(StrEnum):
    """What the candidates do to one requirement."""

    DONE = "done"
    """It was not satisfied and now is."""
    AGAIN = "again"
    """It counts here, but the requirement was satisfied already."""
    TOWARD = "toward"
    """It counts, and more is needed."""
    UNDONE = "undone"
    """It was satisfied and no longer is."""
    LESS = "less"
    """What counted no longer does; whether the requirement is satisfied has not changed."""


class Idle(StrEnum):
    """Why candidates move nothing."""

    NOTHING = "nothing"
    """No clause reads such records."""
    OUTSIDE = "outside"
    """They did not happen in the rubric's year."""
    UNCHANGED = "unchanged"
    """Clauses read them, and come to the same."""


@dataclass(frozen=True, slots=True)
class Part:
    """One requirement that is moved: `what` tells it from the clause's others, `missing` is left, in hundredths."""

    subject: str
    what: Text | None
    outcome: Outcome
    missing: int


@dataclass(frozen=True, slots=True)
class ClauseMove:
    """One clause that is moved. `score`, `floor` and (bonus only) `claimed` are changes in hundredths of a point."""

    clause: str
    parts: tuple[Part, ...]
    score: int
    floor: int
    claimed: int | None
    before: Status
    after: Status
    measures_hours: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What the candidates count for under one rubric.

    `hours` (hundredths) is what they add to a member's study in the year (or take from it), the most where it is not
    the same for all (`hours_alike`); `learners` is how many members' hours they change.
    """

    rubric: str
    year: int
    moves: tuple[ClauseMove, ...]
    hours: int
    hours_alike: bool
    learners: int
    before: Totals
    after: Totals
    idle: Idle = Idle.UNCHANGED
    """Why nothing moves, where nothing does."""

    def sentence(self) -> Text:
        """Return it in a line: 计入 2.1 第三季度、8.3 九月、学时 +2."""
        gained = [*self._said(gained=True)]
        lost = [*self._said(gained=False)]
        if self.hours > 0:
            gained.append(self._hours(Text("学时 +{hours}", hours=decimal_text(self.hours))))
        elif self.hours < 0:
            lost.append(self._hours(Text("学时 -{hours}", hours=decimal_text(-self.hours))))
        said = Text("计入 {what}", what=gained) if gained else None
        taken = Text("不再计入 {what}", what=lost) if lost else None
        if said and taken:
            return Text("{first}；{second}", first=said, second=taken)
        return said or taken or self._idle()

    def _idle(self) -> Text:
        """Return why nothing moves."""
        match self.idle:
            case Idle.OUTSIDE:
                return Text("{year} 年度的得分不变：日期不在这个考核年度里", year=self.year)
            case Idle.UNCHANGED:
                return Text("得分不变：相关条款已经满足，或还差别的条件")
            case _nothing:
                return Text("这一类不按记录计分，只作记载")

    def _hours(self, said: Text) -> Text:
        return said if self.hours_alike else Text("{what}（最多的人）", what=said)

    def _said(self, *, gained: bool) -> Iterator[Text]:
        branches = {part.subject for move in self.moves for part in move.parts if "/" in part.subject}
        for move in self.moves:
            if move.claimed is not None:
                if (move.claimed >= 0) == gained:
                    points = decimal_text(abs(move.claimed))
                    yield Text("{clause} 加分 {points}", clause=move.clause, points=points)
                continue
            if move.measures_hours and self.hours:
                continue
            for part in move.parts:
                if (part.outcome not in (Outcome.UNDONE, Outcome.LESS)) == gained:
                    yield _named(move.clause, part, several=len(branches) > 1)


def _named(clause: str, part: Part, *, several: bool) -> Text:
    name = (
        Text("{clause} {what}", clause=clause, what=part.what) if part.what else Text("{what}", what=clause)
    )
    if several and "/" in part.subject:
        name = Text("{what}（{who}）", what=name, who=part.subject)
    return Text("{what}（已有）", what=name) if part.outcome is Outcome.AGAIN else name


def preview(
    records: Records,
    candidates: Sequence[ClientEvent],
    rule_set: RuleSet,
    day: date,
) -> Preview:
    """Return what *candidates* of a unit's tree would move on *day*, recorded after its *records*, which they change.

    The candidates are in stored form and may be anything that an append takes, corrections and retractions too.
    """
    rubric = rule_set.rubric
    before = _State(records, rule_set, day)
    last = records.last_sequence
    for candidate in hypothetical(records.unit, candidates, last):
        records.apply(candidate)
    after = _State(records, rule_set, day)
    touched = {candidate["data"].get("record", candidate["id"]) for candidate in candidates}
    gains = [
        after.by_member.get(member, 0) - before.by_member.get(member, 0)
        for member in after.by_member.keys() | before.by_member.keys()
    ]
    gains = [gain for gain in gains if gain]
    if not after.has_roster:
        # Where nobody is registered the sum stands for the unit (contract §5).
        gains = [gain for gain in (after.unit_hours - before.unit_hours,) if gain]
    return Preview(
        rubric.id,
        rubric.year,
        tuple(_moves(before, after, touched)),
        max(gains, key=abs, default=0),
        len(set(gains)) < 2,
        len(gains) if after.has_roster else 0,
        before.totals,
        after.totals,
        _idle(records, touched, rule_set, day),
    )


def _idle(records: Records, touched: set[str], rule_set: RuleSet, day: date) -> Idle:
    rubric = rule_set.rubric
    meant = [record for each in touched if (record := records.by_id.get(each)) is not None]
    if meant and not any(rubric.opens_on <= record.day <= min(rubric.closes_on, day) for record in meant):
        return Idle.OUTSIDE
    read = any(rule_set.readers(topics_of(record)) for record in meant)
    return Idle.UNCHANGED if read or not meant else Idle.NOTHING


def hypothetical(unit: str, candidates: Iterable[ClientEvent], last: int) -> list[StoredEvent]:
    """Return those of *candidates* that belong to *unit*'s tree as if they were stored after the sequence *last*."""
    own = (candidate for candidate in candidates if unit_of(candidate["subject"]) == unit)
    return [_as_stored(candidate, place) for place, candidate in enumerate(own, last + 1)]


def _as_stored(candidate: ClientEvent, place: int) -> StoredEvent:
    recorded = recorded_text(instant_of(candidate["time"]))  # at once
    stored: Any = {
        "recordedtime": recorded,
        "authtype": "",
        "authid": "",
        **candidate,
        "sequence": f"{place:012d}",
    }
    return stored  # type: ignore[no-any-return]


class _State:
    """The evaluation before or after, with what is needed of it: later candidates change the records it was made of."""

    def __init__(self, records: Records, rule_set: RuleSet, day: date) -> None:
        rubric = rule_set.rubric
        facts = Facts(records.unit, records.counting(day, rubric.closes_on))
        evaluation = Evaluation(rule_set, facts, day)
        self.totals = evaluation.totals()
        self.results = evaluation.results
        self.requirements = [
            {_key(result, requirement): requirement for requirement in result.requirements}
            for result in self.results
        ]
        study = facts.study(rubric.year)
        self.unit_hours = study.unit_sum
        self.has_roster = not facts.roster.empty
        self.by_member = dict(study.hours)


_Key = tuple[str, str, date | None]


def _key(result: ClauseResult, requirement: Requirement) -> _Key:
    return requirement.subject, str(result.rule.part_words(requirement) or ""), requirement.due


def _moves(before: _State, after: _State, touched: set[str]) -> Iterator[ClauseMove]:
    for place, (old, new) in enumerate(zip(before.results, after.results, strict=True)):
        bonus = new.rule.clause.indicator in new.rule.rubric.bonus_indicators
        parts = tuple(_parts(new, before.requirements[place], after.requirements[place], touched))
        claims = bonus and any(item.id in touched for item in (*old.items, *new.items))
        if not (parts or claims or old.loss != new.loss or old.gain != new.gain):
            continue
        score, floor = _moved(old, new, bonus=bonus)
        yield ClauseMove(
            new.rule.clause.id,
            parts,
            score,
            floor,
            whole_hundredths(new.claimed - old.claimed) if bonus else None,
            old.status,
            new.status,
            isinstance(new.rule, StudyTotalRule),
        )


def _moved(old: ClauseResult, new: ClauseResult, *, bonus: bool) -> tuple[int, int]:
    """Return by how much the clause's own score and floor moved; what a bonus may come to is in no floor."""
    if bonus:
        return whole_hundredths(new.points - old.points), 0
    score = old.loss.score - new.loss.score + new.gain.score - old.gain.score
    floor = old.loss.floor - new.loss.floor + new.gain.floor - old.gain.floor
    return whole_hundredths(score), whole_hundredths(floor)


def _parts(
    result: ClauseResult, old: dict[_Key, Requirement], new: dict[_Key, Requirement], touched: set[str]
) -> Iterator[Part]:
    for key in {**old, **new}:
        was, now = old.get(key), new.get(key)
        outcome = _outcome(was, now, touched)
        if outcome is not None:
            shown = now or was
            assert shown is not None
            yield Part(shown.subject, result.rule.part_words(shown), outcome, now.missing if now else 0)


def _outcome(was: Requirement | None, now: Requirement | None, touched: set[str]) -> Outcome | None:
    counted_before, counts = _counted(was, touched), _counted(now, touched)
    satisfied_before = was is not None and was.status in _SATISFIED
    satisfied = now is None or now.status in _SATISFIED
    if satisfied and not satisfied_before and (counts or was is not None):
        return Outcome.DONE
    if satisfied_before and not satisfied:
        return Outcome.UNDONE
    if counted_before and not counts:
        return Outcome.LESS
    if not counts or counted_before or (now is not None and now.status is Status.NOT_APPLICABLE):
        return None
    return Outcome.AGAIN if satisfied else Outcome.TOWARD


def _counted(requirement: Requirement | None, touched: set[str]) -> bool:
    return requirement is not None and any(record.id in touched for record in requirement.records)
