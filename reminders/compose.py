"""What was planned becomes a letter: each duty is looked at again, what is met meanwhile is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ledger.store.protocol import Store, Transaction
from ledger.text import Text
from projections import totals
from projections.duties import Duty, unmet
from projections.evaluation import ClauseResult
from projections.facts import Facts
from projections.requirement import Requirement, Status
from projections.rules.base import period_name, sentence
from projections.rules.study_total import StudyTotalRule
from projections.scorecard import Scorecard
from projections.service import NotScored, Projections
from rubric.amounts import decimal_text
from rubric.clauses import ClauseBase
from rubric.schema import Rubric

from .agenda import Agenda
from .contacts import Person, Role
from .letter import Group, Ids, Letter, Line, ListedDuty, ListedUnit, Names, UnitPart
from .links import Links
from .plain import one_line
from .plan import Item
from .triggers import PACE, RAISED, SUMMER
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
        self, id_: str, person: Person, quarter: str | None, items: Sequence[Item], day: date
    ) -> Composed:
        """Return the letter that says on *day* what of *items* is unmet then."""
        own = [item for item in items if item.role is Role.SECRETARY]
        others = [item for item in items if item.role is not Role.SECRETARY]
        done: list[Item] = []
        listed = self._listed(others, day, done)
        with self._store.read() as work:
            parts = tuple(self._parts(work, own, day, done))
            letter = Letter(
                id_,
                person,
                day,
                _quarter_name(quarter) if parts else None,
                parts,
                listed,
                self._links.unsubscribe(person.token),
                self._notes(day, items),
            )
        return Composed(letter if parts or listed else None, tuple(done))

    # -- to a secretary ------------------------------------------------------------------------------------------

    def _parts(
        self, work: Transaction, items: Sequence[Item], day: date, done: list[Item]
    ) -> Iterable[UnitPart]:
        by_unit: dict[str, list[Item]] = {}
        for item in items:
            by_unit.setdefault(item.unit, []).append(item)
        for unit, group in by_unit.items():
            try:
                cards = {card.rubric.id: card for card in self._projections.cards(work, unit, day)}
            except NotScored:
                cards = {}
            card = next(iter(cards.values()), None)
            names = self._names_of(work, card.facts, day) if card is not None else Ids()
            lines = []
            for item in _each_once(group):
                line = self._line(cards.get(item.rubric.partition("@")[0]), item, day, names)
                if line is None:
                    done += [each for each in group if _place(each) == _place(item)]
                else:
                    lines.append(line)
            if lines and card is not None:
                sums = card.evaluation.totals()
                name = one_line(card.facts.organization(unit).value("name", day, unit))
                lines.sort(key=lambda line: (line.due, _order(line.clause), line.key))
                yield UnitPart(
                    unit,
                    name,
                    self._links.unit(unit),
                    decimal_text(sums.score),
                    decimal_text(sums.ceiling),
                    tuple(lines),
                    names,
                )

    def _line(self, card: Scorecard | None, item: Item, day: date, names: Names) -> Line | None:
        if card is None:
            return None
        result = next((each for each in card.evaluation.results if each.rule.clause.id == item.clause), None)
        if result is None:
            return None
        chosen = [
            requirement
            for requirement in unmet(result.requirements)
            if requirement.due == item.due and result.rule.key_of(requirement) == item.key
        ]
        if not chosen:
            return None
        status = chosen[0].status
        if item.stage.startswith(PACE) and status is not Status.BEHIND:
            return None
        return Line(
            item.clause,
            title_of(result.rule.clause, card.rubric),
            sentence(result.rule.explain(chosen, card.facts, day)),
            item.due,
            (item.due - day).days,
            status,
            _group(status, item.stage),
            _cost(result, chosen, status),
            self._links.form(item.unit, item.clause, item.due, chosen[0].subject),
            item.key,
            _below_pace(result, card, day, names) if item.stage.startswith(PACE) else (),
        )

    # -- to an assessor ------------------------------------------------------------------------------------------

    def _listed(self, items: Sequence[Item], day: date, done: list[Item]) -> tuple[ListedUnit, ...]:
        if not items:
            return ()
        by_unit: dict[str, list[Item]] = {}
        for item in items:
            by_unit.setdefault(item.unit, []).append(item)
        rubrics = {rubric.id: rubric for rubric in self._projections.shelf.open_at(day)}
        undone = dict(self._agenda.duties(day, by_unit.keys(), keep_rows=False))
        with self._store.read() as work:
            names = {row.unit: row.name for row in totals.rows(work.connection) if row.unit in by_unit}
        found = []
        for unit, group in by_unit.items():
            duties = {
                (duty.rubric.partition("@")[0], duty.clause, duty.key, duty.due): duty
                for duty in undone.get(unit, ())
            }
            listed = []
            for item in _each_once(group):
                rubric = item.rubric.partition("@")[0]
                duty = duties.get((rubric, item.clause, item.key, item.due))
                if duty is None:
                    done += [each for each in group if _place(each) == _place(item)]
                else:
                    listed.append(_listed_duty(duty, rubrics[rubric], day))
            if listed:
                listed.sort(key=lambda each: (each.due, _order(each.clause), each.key))
                found.append(
                    ListedUnit(unit, one_line(names.get(unit, unit)), self._links.unit(unit), tuple(listed))
                )
        return tuple(found)

    def _notes(self, day: date, items: Sequence[Item]) -> tuple[Text, ...]:
        years = sorted(
            {
                each.year
                for each in (day, *(item.due for item in items))
                if self._workdays.is_provisional(each)
            }
        )
        if not years:
            return ()
        return (Text("{years} 年的放假调休安排还没有载入，提醒的日子按周末推算，是暂定的。", years=years),)


def title_of(clause: ClauseBase, rubric: Rubric) -> str:
    """Return a clause's own words: what tells it from others of its sentence, else the sentence."""
    # `request` and `finding` are codes, not words of the source.
    if clause.item and not clause.item.isascii():
        return clause.item
    return rubric.texts[clause.id]


def _listed_duty(duty: Duty, rubric: Rubric, day: date) -> ListedDuty:
    clause = next(each for each in rubric.clauses if each.id == duty.clause)
    title = title_of(clause, rubric)
    return ListedDuty(duty.clause, title, duty.due, (duty.due - day).days, duty.status(day), duty.key)


def _group(status: Status, stage: str) -> Group:
    if status is Status.MISSED:
        return Group.MISSED
    if status is Status.OVERDUE:
        return Group.OVERDUE
    if stage.startswith(PACE):
        return Group.PACE
    return {SUMMER: Group.SUMMER, RAISED: Group.RAISED}.get(stage, Group.DUE)


def _cost(result: ClauseResult, chosen: Sequence[Requirement], status: Status) -> Text:
    """Return what the clause loses by this alone, all else being as it is."""
    others = [each for each in result.requirements if not any(each is one for one in chosen)]
    as_missed = [replace(each, status=Status.MISSED) for each in chosen]
    as_met = [replace(each, status=Status.MET) for each in chosen]
    points = result.rule.loss([*others, *as_missed]).score - result.rule.loss([*others, *as_met]).score
    if status is Status.MISSED:
        return Text("扣 {points} 分", points=decimal_text(points)) if points else Text("这一条的分先前已扣完")
    if not points:
        return Text("这一条的分先前已扣完，做到了不再另扣")
    if status is Status.UNEARNED:
        return Text("做到得 {points} 分", points=decimal_text(points))
    if status is Status.OVERDUE:
        return Text("补上可挽回 {points} 分", points=decimal_text(points))
    return Text("做不到扣 {points} 分", points=decimal_text(points))


def _below_pace(result: ClauseResult, card: Scorecard, day: date, names: Names) -> tuple[str, ...]:
    rule = result.rule
    if not isinstance(rule, StudyTotalRule):
        return ()
    return tuple(
        f"{names.of(member.presence.member)} {decimal_text(member.hours)}/{decimal_text(rule.expected(member, day))}"
        for member in rule.below_pace(card.facts, day)
    )


def _quarter_name(quarter: str | None) -> Text | None:
    """Return the words for a plan's `2017-Q1-14`."""
    if quarter is None:
        return None
    year, number, _ = quarter.split("-")
    return Text("{year} 年{quarter}", year=year, quarter=period_name("quarter", int(number[1])))


def _place(item: Item) -> tuple[str, str, str, date]:
    return item.rubric, item.clause, item.key, item.due


def _each_once(items: Sequence[Item]) -> Iterable[Item]:
    """Return the items with a duty that stands there for several reasons (taken up from another day) once."""
    return {_place(item): item for item in items}.values()


def _order(clause: str) -> tuple[int, int]:
    indicator, _, number = clause.partition(".")
    return int(indicator), int(number)
