"""What was planned becomes a letter: each duty is looked at again, what is met meanwhile is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ledger.events.event import unit_of
from ledger.store.protocol import Store, Transaction
from ledger.text import Text
from projections import totals
from projections.clause_result import ClauseResult
from projections.consequences import cost
from projections.duties import Duty, unmet
from projections.facts import Facts
from projections.missing_years import without_rubric
from projections.not_scored import NotScored
from projections.requirement import Requirement, Status
from projections.rules.base import period_name, sentence
from projections.rules.study_total import StudyTotalRule
from projections.scorecard import Scorecard
from projections.service import Projections
from rubric.amounts import decimal_text
from rubric.catalog import NoRubric
from rubric.schema import Rubric

from .agenda import Agenda
from .contacts import Person, Role
from .letter import Group, Ids, Letter, Line, Names, UnitPart, Watched
from .links import Links
from .overview import months_of, watched_of
from .plain import one_line
from .plan import Item
from .titles import title_of_one
from .triggers import PACE, RAISED, SUMMER, YEAR, is_letter
from .workdays import Workdays


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter (None: nothing is left to say), and the items that are not unmet any more."""

    letter: Letter | None
    done: tuple[Item, ...]


NamesOf = Callable[[Transaction, Facts, date], Names]
"""Returns what the members and branches of a unit are called on a day."""


def ids_for_names(work: Transaction, facts: Facts, day: date) -> Names:
    """Call everything by its id."""
    return Ids()


class Composer:
    """Words messages from the state of the ledger."""

    def __init__(
        self,
        store: Store,
        projections: Projections,
        agenda: Agenda,
        links: Links,
        workdays: Workdays,
        names_of: NamesOf = ids_for_names,
    ) -> None:
        self._store = store
        self._projections = projections
        self._agenda = agenda
        self._links = links
        self._workdays = workdays
        self._names_of = names_of

    def compose(
        self, id_: str, person: Person, occasion: str | None, items: Sequence[Item], day: date
    ) -> Composed:
        """Return the letter that says on *day* what of *items* is unmet then; *occasion* is a draft's `quarter`."""
        own = [item for item in items if item.role is Role.SECRETARY]
        others = [item for item in items if item.role is not Role.SECRETARY]
        done: list[Item] = []
        watched = self._watched(others, day, done)
        with self._store.read() as work:
            parts = tuple(self._parts(work, own, day, done))
        letter = Letter(
            id_,
            person,
            day,
            _heading(occasion) if parts else None,
            parts,
            watched,
            self._links.unsubscribe(person.token),
            self._notes(day, items),
        )
        return Composed(letter if parts or watched else None, tuple(done))

    # -- to a secretary ------------------------------------------------------------------------------------------

    def _parts(
        self, work: Transaction, items: Sequence[Item], day: date, done: list[Item]
    ) -> Iterable[UnitPart]:
        by_unit: dict[str, list[Item]] = {}
        for item in items:
            by_unit.setdefault(item.unit, []).append(item)
        for place, group in by_unit.items():
            unit = unit_of(place)
            try:
                cards = {card.rubric.id: card for card in self._projections.cards(work, unit, day)}
            except NotScored:
                cards = {}
            card = next(iter(cards.values()), None)
            lines: list[Line] = []
            asked: list[Found] = []
            for item in _each_once(group):
                found = _find(cards.get(item.rubric.partition("@")[0]), item)
                if found is None:
                    done += [each for each in group if _place(each) == _place(item)]
                elif is_letter(item.stage):
                    asked.append(found)
                else:
                    lines.append(_line(found, item, day, self._links))
            if (lines or asked) and card is not None:
                sums = card.evaluation.totals()
                name = _name_of(card.facts, place, day)
                lines.sort(key=lambda line: (line.by, _order(line.clause), line.key))
                yield UnitPart(
                    unit,
                    name,
                    self._links.unit(unit),
                    decimal_text(sums.forecast),
                    decimal_text(sums.ceiling),
                    tuple(lines),
                    self._names_of(work, card.facts, day),
                    months_of(asked, unit, self._links),
                )

    # -- to who looks on -----------------------------------------------------------------------------------------

    def _watched(self, items: Sequence[Item], day: date, done: list[Item]) -> Watched | None:
        if not items:
            return None
        by_unit: dict[str, list[Item]] = {}
        for item in items:
            by_unit.setdefault(item.unit, []).append(item)
        shelf = self._projections.rubrics.shelf
        named = {item.rubric.partition("@")[0] for item in items}
        rubrics: dict[str, Rubric] = {}
        for rubric_id in sorted(named):
            with suppress(
                NoRubric
            ):  # it was withdrawn since the letter was planned: nothing is undone under it
                rubrics[rubric_id] = shelf.get(rubric_id)
        undone = dict(self._agenda.duties(day, by_unit.keys(), keep_rows=False))
        with self._store.read() as work:
            names = {row.unit: row.name for row in totals.rows(work.connection) if row.unit in by_unit}
        kept: dict[str, list[Duty]] = {}
        for unit, group in by_unit.items():
            duties = {
                (duty.rubric.partition("@")[0], duty.clause, duty.key, duty.due): duty
                for duty in undone.get(unit, ())
                if duty.stake
            }
            for item in _each_once(group):
                duty = duties.get((item.rubric.partition("@")[0], item.clause, item.key, item.due))
                if duty is None:
                    done += [each for each in group if _place(each) == _place(item)]
                else:
                    kept.setdefault(unit, []).append(duty)
        if not kept:
            return None
        return watched_of(kept, names, rubrics, self._links, day)

    def _notes(self, day: date, items: Sequence[Item]) -> tuple[Text, ...]:
        years = sorted(
            {
                each.year
                for each in (day, *(item.due for item in items))
                if self._workdays.is_provisional(each)
            }
        )
        notes = [without_rubric(rubric) for rubric in self._standing_in(items)]
        if years:
            notes.append(
                Text("{years} 年的放假调休安排还没有载入，提醒的日子按周末推算，是暂定的。", years=years)
            )
        return tuple(notes)

    def _standing_in(self, items: Sequence[Item]) -> list[Rubric]:
        """Return the rubrics of *items* that nobody has installed."""
        shelf, found = self._projections.rubrics.shelf, []
        for rubric_id in sorted({item.rubric.partition("@")[0] for item in items}):
            with suppress(NoRubric):  # it was withdrawn since the letter was planned
                found.append(shelf.get(rubric_id))
        return [rubric for rubric in found if rubric.is_provisional]


class Found(NamedTuple):
    """What an item of a plan speaks of, as the ledger has it now."""

    card: Scorecard
    result: ClauseResult
    chosen: list[Requirement]
    """Its requirement, of each subject that has not met it."""
    points: int
    """What missing it costs."""


def _name_of(facts: Facts, place: str, day: date) -> str:
    """Return what a unit is called, or a branch behind its unit."""
    unit = unit_of(place)
    own = one_line(facts.organization(unit).value("name", day, unit))
    if place == unit:
        return own
    branch = one_line(facts.organization(place).value("name", day, place.partition("/")[2]))
    return branch if branch.startswith(own) else f"{own} {branch}"


def _find(card: Scorecard | None, item: Item) -> Found | None:
    """Return what *item* speaks of; None when it is met by now, or nothing can be lost through it any more."""
    if card is None:
        return None
    result = next((each for each in card.evaluation.results if each.rule.clause.id == item.clause), None)
    if result is None:
        return None
    chosen = [
        requirement
        for requirement in unmet(result.requirements)
        if requirement.due == item.due
        and result.rule.key_of(requirement) == item.key
        and item.unit in (unit_of(item.unit), requirement.subject)
    ]
    if not chosen or (item.stage.startswith(PACE) and chosen[0].status is not Status.BEHIND):
        return None
    points = cost(card.evaluation, result, chosen)
    return Found(card, result, chosen, points) if points else None


def _line(found: Found, item: Item, day: date, links: Links) -> Line:
    card, result, chosen, points = found
    first, rule = chosen[0], result.rule
    expected = rule.expected_by(first)
    because, link = sentence(rule.explain(chosen, card.facts, day)), ""
    if isinstance(rule, StudyTotalRule) and first.part is not None:
        # Who has how many hours is for the unit's page, not for a mail that is passed on.
        because = Text(
            "{short} 名党员还没有学满，其中 {behind} 名低于今天的进度线；名单在单位页上",
            short=sum(not member.reached for member in first.part),
            behind=len(rule.below_pace(card.facts, day)),
        )
        link = links.members(unit_of(item.unit))
    return Line(
        item.clause,
        title_of_one(rule, first),
        because,
        item.due,
        (item.due - day).days,
        first.status,
        _group(first.status, item.stage),
        _cost(first.status, points),
        link or links.form(unit_of(item.unit), item.clause, item.due, first.subject),
        item.key,
        expected if expected is not None and day <= item.due else None,
    )


def _group(status: Status, stage: str) -> Group:
    if status is Status.MISSED:
        return Group.MISSED
    if status is Status.OVERDUE:
        return Group.OVERDUE
    if stage.startswith(PACE):
        return Group.PACE
    return {SUMMER: Group.SUMMER, RAISED: Group.RAISED}.get(stage, Group.DUE)


def _cost(status: Status, points: int) -> Text:
    """Say what the clause loses by this alone, if all else that can still be done is done."""
    said = decimal_text(points)
    if status is Status.MISSED:
        return Text("补录可挽回 {points} 分", points=said)
    if status is Status.UNEARNED:
        return Text("做到得 {points} 分", points=said)
    if status is Status.OVERDUE:
        return Text("补上可挽回 {points} 分", points=said)
    return Text("不做扣 {points} 分", points=said)


def _heading(occasion: str | None) -> Text | None:
    """Return the words for a plan's `2017-Q1-14`, `year-2017` or `term-2017`."""
    if occasion is None:
        return None
    if is_letter(occasion):
        kind, _, year = occasion.partition("-")
        return Text("{year} 年要做的", year=year) if kind == YEAR else Text("{year} 年还要做的", year=year)
    year, number, _ = occasion.split("-")
    return Text("{year} 年{quarter}提醒函", year=year, quarter=period_name("quarter", int(number[1])))


def _place(item: Item) -> tuple[str, str, str, date]:
    return item.rubric, item.clause, item.key, item.due


def _each_once(items: Sequence[Item]) -> Iterable[Item]:
    """Return the items with a duty that stands there for several reasons (taken up from another day) once."""
    return {_place(item): item for item in items}.values()


def _order(clause: str) -> tuple[int, int]:
    indicator, _, number = clause.partition(".")
    return int(indicator), int(number)
