"""Facts + rubric + day -> what each clause came to, and the totals. Pure, exact, in hundredths of a point."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from rubric.amounts import Amount, whole_hundredths
from rubric.clauses import Judgement
from rubric.format2.curves import BEYOND
from rubric.format2.measures import Measured
from rubric.format2.rubric2 import Rubric2
from rubric.format2.terms import For
from rubric.format2.tree import Item
from rubric.schema import Rubric

from .cost import as_if, cost_of, judged_by
from .facts import EVERYTHING, Facts
from .forecast import NOTHING_OPEN, Odds, Outlook, Ratio, half_up, months_left, next_month
from .records import Record
from .requirement import MAY_BE_LOST, NEVER, NO_LOSS, Loss, Requirement, Status, next_change, worst
from .rules import Rule, rule_for
from .rules.measured import MeasuredRule
from .rules.tiers import TiersRule
from .tree import Sum, TreeSums, Values


@dataclass(slots=True)
class ClauseResult:
    """One clause on one day. A bonus clause has `points` and `claimed`, any other has a loss."""

    rule: Rule
    requirements: list[Requirement]
    judgements: list[Record]
    status: Status
    judged: int
    loss: Loss
    changes_on: date
    items: list[Record]
    points: Amount
    claimed: Amount
    outlook: Outlook
    forecast_loss: Amount
    """What it is expected to lose by the year's end; filled in when the unit's odds are known."""
    gain: Loss = NO_LOSS
    """What a clause that earns has: in the score, in the floor, in the ceiling."""

    @property
    def is_bonus(self) -> bool:
        """Whether it is said in points and claims: items reviewed one by one, and whatever earns in a bonus."""
        rule = self.rule
        return isinstance(rule, TiersRule) or (
            isinstance(rule, MeasuredRule)
            and rule.clause.gains
            and rule.clause.indicator in rule.rubric.bonus_indicators
        )

    def forecast_by(self, odds: Odds) -> None:
        """Work out the expected loss; judged deductions count as they stand."""
        if self.outlook.rooms:
            expected = half_up(self.rule.expected_loss(self.outlook, odds))
            self.forecast_loss = min(self.rule.clause.max, expected + self.judged)
        else:
            self.forecast_loss = self.loss.score


@dataclass(frozen=True, slots=True)
class IndicatorTotals:
    """What one indicator came to: for a bonus indicator score is what was accepted, ceiling what was claimed."""

    score: Amount
    floor: Amount
    ceiling: Amount
    forecast: Amount
    awaiting: Amount = 0
    """What of the floor only people can decide, and nobody has."""


@dataclass(frozen=True, slots=True)
class Totals:
    """A unit's totals; `overdue` and `missed` count clauses. What is secured is floor - awaiting."""

    score: int
    floor: int
    ceiling: int
    forecast: int
    awaiting: int
    bonus: int
    claimed: int
    overdue: int
    missed: int


class RuleSet:
    """A rubric made ready for evaluation: its rules in order, and which of them read a topic."""

    def __init__(self, rubric: Rubric) -> None:
        self.rubric = rubric
        clauses = [clause for group in rubric.indicator_clauses.values() for clause in group]
        self.rules: list[Rule] = [rule_for(clause, rubric) for clause in clauses]
        self.weights = [rule.weight() for rule in self.rules]
        self.indicators: list[tuple[int, slice]] = []
        self.indicator_of: list[int] = []
        start = 0
        for place, (number, group) in enumerate(rubric.indicator_clauses.items()):
            self.indicator_of += [place] * len(group)
            self.indicators.append((number, slice(start, start + len(group))))
            start += len(group)
        self.full = sum(
            rubric.points_of(number) for number, _ in self.indicators if number not in rubric.bonus_indicators
        )
        self.tree: Item | None = getattr(rubric, "tree", None)
        self.slices = dict(self.indicators)
        self.decimals: int | None = rubric.head.decimals if isinstance(rubric, Rubric2) else None
        """To how many decimals items are rounded before they are added; None: not at all."""
        self.leaves: dict[int, Item] = {}
        self.meant: dict[int, For] = {}
        """Whom anything applies to, each once, by what `id` says of it."""
        if self.tree is not None:
            self.full = whole_hundredths(self.tree.full)
            self.leaves = {leaf.no: leaf for leaf in self.tree.leaves() if leaf.no is not None}
            for clause in clauses:
                for each in getattr(clause, "meant", ()):
                    self.meant[id(each)] = each
        self.compares = any(isinstance(each, Measured) and each.rule_key == "peers" for each in clauses)
        """Whether a clause compares units: then a unit's points move with those of others (`projections.peers`)."""
        self._compared = {
            event_type
            for clause in clauses
            if isinstance(clause, Measured) and clause.rule_key == "peers"
            for event_type in clause.terms.peers.measure.events
        }
        self._readers: dict[str, list[int]] = {}
        for index, rule in enumerate(self.rules):
            for topic in {*rule.topics, f"judgement:{rule.clause.id}"}:
                self._readers.setdefault(topic, []).append(index)

    def moves_others(self, event_type: str) -> bool:
        """Whether an event of that type, of one unit, may move what others are compared with."""
        return self.compares and (
            event_type in self._compared or event_type.startswith(("organization.", "record.", "claim."))
        )

    def fits(self, facts: Facts, day: date) -> dict[int, bool]:
        """Return which parts of the rubric are meant for the unit, by `id`, read on *day* or the year's last."""
        if not self.meant:
            return {}
        organization = facts.organization(facts.unit)
        day = min(day, self.rubric.ends_on)
        kind, tags = organization.value("kind", day), organization.value("tags", day, ())
        return {key: meant.fits(facts.unit, kind, tags) for key, meant in self.meant.items()}

    def readers(self, topics: Collection[str]) -> Collection[int]:
        """Return the places of the rules that any of *topics* may move."""
        if EVERYTHING in topics:
            return range(len(self.rules))
        return {index for topic in topics for index in self._readers.get(topic, ())}


class Evaluation:
    """All clause results of one unit. They hold from the day they were made for until `changes_on`."""

    __slots__ = (
        "_fits", "_indicators", "_odds", "cells", "changes_on", "day", "results", "rule_set", "unsaid",
    )  # fmt: skip

    def __init__(self, rule_set: RuleSet, facts: Facts, day: date) -> None:
        self.rule_set = rule_set
        self.day = day
        self._fits = rule_set.fits(facts, day)
        self.results = [self._clause(rule, facts, day) for rule in rule_set.rules]
        self._odds = self._odds_now(day)
        for result in self.results:
            result.forecast_by(self._odds)
        self._indicators = [self._sum(number, place) for number, place in rule_set.indicators]
        self.changes_on = min(result.changes_on for result in self.results)
        self.cells = [""] * len(self.results)
        self.unsaid = set(range(len(self.results)))
        """What `standing` makes of the results, and the places of those that it has yet to say."""

    def holds(self, day: date) -> bool:
        """Whether the results, made for an earlier day, are those of *day* too, nothing new having come."""
        return self.day <= day < self.changes_on

    def renew(self, facts: Facts, day: date, topics: Collection[str]) -> None:
        """Evaluate again only what reads *topics*; `holds(day)` must be true."""
        self.renew_at(self.rule_set.readers(topics), facts, day)

    def renew_at(self, places: Collection[int], facts: Facts, day: date) -> None:
        """Evaluate again the clauses at *places*."""
        moved = set()
        self._fits = self.rule_set.fits(facts, day)
        for index in places:
            self.results[index] = self._clause(self.rule_set.rules[index], facts, day)
            moved.add(self.rule_set.indicator_of[index])
        moved |= self._forecast(places, day)
        for which in moved:
            self._indicators[which] = self._sum(*self.rule_set.indicators[which])
        self.unsaid.update(places)
        self.changes_on = min(result.changes_on for result in self.results)

    def _clause(self, rule: Rule, facts: Facts, day: date) -> ClauseResult:
        if self._fits and not all(self._fits[id(each)] for each in _meant(rule)):
            status = Status.NOT_APPLICABLE
            return ClauseResult(rule, [], [], status, 0, NO_LOSS, NEVER, [], 0, 0, NOTHING_OPEN, 0)
        return evaluate_clause(rule, facts, day)

    @property
    def full(self) -> int:
        """The full points of what applies to the unit."""
        tree = self.rule_set.tree
        return self.rule_set.full if tree is None else whole_hundredths(self._base(tree).full)

    def _base(self, tree: Item) -> Sum:
        """Return what the base of the tree came to: all but what is bonus at its top."""
        base = [part for part in tree.parts if not part.bonus]
        return self._sums().of(replace(tree, parts=base))

    def _sums(self) -> TreeSums:
        return TreeSums(self.results, self.rule_set.slices, self._fits, self.rule_set.decimals)

    def stake(self, result: ClauseResult, requirement: Requirement) -> int:
        """Return by how much the floor would rise if exactly *requirement*, one of *result*'s, were satisfied."""
        if requirement.status not in MAY_BE_LOST:
            return 0
        satisfied = replace(requirement, status=Status.MET)
        if self.rule_set.tree is not None:
            instead = [satisfied if each is requirement else each for each in result.requirements]
            before, after = (
                self._base(self.rule_set.tree).values.floor,
                self._base_with(result, instead).floor,
            )
            return max(whole_hundredths(after) - whole_hundredths(before), 0)
        loss = result.rule.loss([satisfied if each is requirement else each for each in result.requirements])
        maximum: int = result.rule.clause.max
        floor = min(maximum, loss.floor + result.judged)
        place = self.rule_set.rules.index(result.rule)
        number, clauses = self.rule_set.indicators[self.rule_set.indicator_of[place]]
        points = self.rule_set.rubric.points_of(number)
        lost = sum(each.loss.floor for each in self.results[clauses])
        risen: Amount = min(points, lost) - min(points, lost - result.loss.floor + floor)
        return whole_hundredths(risen)

    def _base_with(
        self, result: ClauseResult, requirements: list[Requirement], judged: int | None = None
    ) -> Values:
        """Return what the base would come to were the requirements of *result* those, and its deductions."""
        rule, tree = result.rule, self.rule_set.tree
        assert tree is not None, "asked for a rubric with a tree only"
        taken = result.judged if judged is None else judged
        place = self.rule_set.rules.index(rule)
        gain = _gain_of(rule, requirements) if isinstance(rule, MeasuredRule) else result.gain
        loss = _with_judged(rule.loss(requirements), rule, taken)
        self.results[place] = replace(result, loss=loss, gain=gain)
        values = self._base(tree).values
        self.results[place] = result
        return values

    def cost(self, result: ClauseResult, requirements: Sequence[Requirement]) -> int:
        """Return what missing *requirements*, some of *result*'s, costs if all else that can still be done is done.

        So the first of several chances costs what it costs; 0: the points are lost for good already.
        """
        if self.rule_set.tree is not None:
            ids = {id(each) for each in requirements}
            others = [each for each in result.requirements if id(each) not in ids]
            missed, met = (
                self._base_with(result, [*others, *(as_if(status, each) for each in requirements)]).ceiling
                for status in (Status.MISSED, Status.MET)
            )
            return max(whole_hundredths(met) - whole_hundredths(missed), 0)
        place = self.rule_set.rules.index(result.rule)
        number, clauses = self.rule_set.indicators[self.rule_set.indicator_of[place]]
        elsewhere = sum(each.loss.ceiling for each in self.results[clauses]) - result.loss.ceiling
        points = self.rule_set.rubric.points_of(number)
        return cost_of(result.rule, result.requirements, requirements, result.judged, points - elsewhere)

    def takes(self, result: ClauseResult, deduct: int) -> int:
        """Return by how much the score would fall if *deduct* more (hundredths) were judged on *result*'s clause.

        Less than *deduct* where the clause or its indicator has no more to lose.
        """
        if self.rule_set.tree is not None:
            now = self._base(self.rule_set.tree).values.score
            then = self._base_with(result, result.requirements, result.judged + deduct).score
            return max(whole_hundredths(now) - whole_hundredths(then), 0)
        place = self.rule_set.rules.index(result.rule)
        number, clauses = self.rule_set.indicators[self.rule_set.indicator_of[place]]
        points = self.rule_set.rubric.points_of(number)
        lost = sum(each.loss.score for each in self.results[clauses])
        more = min(result.rule.clause.max, result.loss.score + deduct) - result.loss.score
        return whole_hundredths(min(points, lost + more) - min(points, lost))

    def supposing(self, satisfied: Collection[Requirement], facts: Facts, day: date) -> Totals:
        """Return the totals as if *satisfied*, some of the results' requirements, were; *facts* are those of *day*."""
        ids = {id(each) for each in satisfied}
        other = copy(self)
        other.results = [self._if_met(result, ids, facts, day) for result in self.results]
        other._odds = other._odds_now(day)
        for result in other.results:
            result.forecast_by(other._odds)
        other._indicators = [other._sum(number, place) for number, place in self.rule_set.indicators]
        return other.totals()

    @staticmethod
    def _if_met(result: ClauseResult, ids: Collection[int], facts: Facts, day: date) -> ClauseResult:
        if not any(id(each) in ids for each in result.requirements):
            return copy(result)
        requirements = [
            replace(each, status=Status.MET) if id(each) in ids else each for each in result.requirements
        ]
        return _came_to(result.rule, requirements, facts, day)

    def expected_misses(self, result: ClauseResult) -> int:
        """Return how many of *result*'s open things are expected to be missed, in hundredths, to the tenth."""
        weight = result.rule.weight()
        chances = (self._odds.chance_to_miss(weight, room) for room in result.outlook.rooms)
        expected = sum((Fraction(chance.over, chance.under) for chance in chances), Fraction())
        return 10 * half_up(Ratio(10 * expected.numerator, expected.denominator))

    def _odds_now(self, day: date) -> Odds:
        rubric = self.rule_set.rubric
        return Odds(
            rubric.forecast,
            months_left(day, rubric.opens_on, rubric.ends_on),
            (
                (result.outlook, weight)
                for result, weight in zip(self.results, self.rule_set.weights, strict=True)
            ),
        )

    def _forecast(self, places: Collection[int], day: date) -> set[int]:
        """Forecast the clauses at *places*, or all where the odds have moved; return the indicators that moved."""
        odds = self._odds_now(day)
        if odds.ratio != self._odds.ratio:
            self._odds, places = odds, range(len(self.results))
        moved = set()
        for index in places:
            result = self.results[index]
            before = result.forecast_loss
            result.forecast_by(self._odds)
            if result.forecast_loss != before:
                moved.add(self.rule_set.indicator_of[index])
        return moved

    def item(self, name: str) -> Values | None:
        """Return what the item with that id or title came to; None where there is none that is meant for the unit."""
        sums = self._sums()
        waiting = [self.rule_set.tree] if self.rule_set.tree is not None else []
        while waiting:
            item = waiting.pop()
            if name in (item.name, item.title):
                return sums.of(item).values
            waiting += [part for part in item.parts if sums.applies(part)]
        return None

    def indicators(self) -> Iterator[tuple[int, list[ClauseResult], IndicatorTotals]]:
        """Yield each indicator's number, clause results and points, in the rubric's order."""
        for (number, place), totals in zip(self.rule_set.indicators, self._indicators, strict=True):
            yield number, self.results[place], totals

    def _sum(self, number: int, place: slice) -> IndicatorTotals:
        """Return one indicator's points: its full points less its losses, or its bonus."""
        rubric = self.rule_set.rubric
        points = rubric.points_of(number)
        results = self.results[place]
        if number in self.rule_set.leaves:
            return self._leaf(number, results)
        if number in rubric.bonus_indicators:
            accepted = min(points, sum(result.points for result in results))
            claimed = min(points, sum(result.claimed for result in results))
            return IndicatorTotals(accepted, accepted, claimed, accepted)
        score: Amount = 0
        floor: Amount = 0
        ceiling: Amount = 0
        forecast: Amount = 0
        waiting: Amount = 0
        for result in results:
            loss = result.loss
            score += loss.score
            floor += loss.floor
            ceiling += loss.ceiling
            forecast += result.forecast_loss
            if result.status is Status.AWAITING:
                waiting += result.rule.clause.max
        secured = points - min(points, floor)
        return IndicatorTotals(
            points - min(points, score),
            secured,
            points - min(points, ceiling),
            points - min(points, forecast),
            min(secured, waiting),
        )

    def _leaf(self, number: int, results: list[ClauseResult]) -> IndicatorTotals:
        leaf = self.rule_set.leaves[number]
        if self._fits and not all(self._fits[id(each)] for each in _meant(results[0].rule)):
            return IndicatorTotals(0, 0, 0, 0)
        score, floor, ceiling, forecast = self._sums().of(leaf).values
        waiting = sum(result.rule.clause.max for result in results if result.status is Status.AWAITING)
        if number in self.rule_set.rubric.bonus_indicators:
            claimed = min(leaf.top, sum(result.claimed for result in results))
            return IndicatorTotals(score, floor, max(claimed, score), score)
        return IndicatorTotals(score, floor, ceiling, forecast, max(min(floor, waiting), 0))

    def _tree_totals(self, tree: Item) -> Totals:
        base = self._base(tree)
        sums, bonus, claimed = self._sums(), Fraction(0), Fraction(0)
        for part in tree.parts:
            if part.bonus and sums.applies(part):
                bonus += sums.of(part).values.score
                asked = sum(
                    totals.ceiling
                    for (number, _), totals in zip(self.rule_set.indicators, self._indicators, strict=True)
                    if any(leaf.no == number for leaf in part.leaves())
                )
                claimed += min(part.top, asked)
        awaiting = sum(
            totals.awaiting
            for (number, _), totals in zip(self.rule_set.indicators, self._indicators, strict=True)
            if number not in self.rule_set.rubric.bonus_indicators
        )
        score, floor, ceiling, forecast = map(whole_hundredths, base.values)
        statuses = [result.status for result in self.results]
        return Totals(
            score,
            floor,
            ceiling,
            forecast,
            max(min(whole_hundredths(awaiting), floor), 0),
            whole_hundredths(bonus),
            whole_hundredths(max(claimed, bonus)),
            statuses.count(Status.OVERDUE),
            statuses.count(Status.MISSED),
        )

    def totals(self) -> Totals:
        """Return the totals; bonus stays apart from the base."""
        if self.rule_set.tree is not None:
            return self._tree_totals(self.rule_set.tree)
        score: Amount = 0
        floor: Amount = 0
        ceiling: Amount = 0
        forecast: Amount = 0
        awaiting: Amount = 0
        bonus: Amount = 0
        claimed: Amount = 0
        bonus_indicators = self.rule_set.rubric.bonus_indicators
        for (number, _), totals in zip(self.rule_set.indicators, self._indicators, strict=True):
            if number in bonus_indicators:
                bonus += totals.score
                claimed += totals.ceiling
            else:
                score += totals.score
                floor += totals.floor
                ceiling += totals.ceiling
                forecast += totals.forecast
                awaiting += totals.awaiting
        statuses = [result.status for result in self.results]
        return Totals(
            whole_hundredths(score),
            whole_hundredths(floor),
            whole_hundredths(ceiling),
            whole_hundredths(forecast),
            whole_hundredths(awaiting),
            whole_hundredths(bonus),
            whole_hundredths(claimed),
            statuses.count(Status.OVERDUE),
            statuses.count(Status.MISSED),
        )


def evaluate_clause(rule: Rule, facts: Facts, day: date) -> ClauseResult:
    """Return what one clause came to on *day*."""
    if isinstance(rule, TiersRule):
        items = rule.items(facts)
        points = rule.points(rule.accepted(items, day))
        status = Status.MET if points else Status.OPEN
        claimed = rule.points(items)
        last = rule.rubric.closes_on
        # In a base item what may still come is in the ceiling, until nothing can come any more.
        in_base = rule.clause.indicator not in rule.rubric.bonus_indicators
        more = BEYOND if in_base and day <= last else claimed
        gain, turns = Loss(points, points, more), next_change(day, last) if more == BEYOND else NEVER
        return ClauseResult(
            rule, [], [], status, 0, NO_LOSS, turns, items, points, claimed, NOTHING_OPEN, 0, gain
        )
    return _came_to(rule, rule.requirements(facts, day), facts, day)


def _came_to(rule: Rule, requirements: list[Requirement], facts: Facts, day: date) -> ClauseResult:
    """Return what a clause comes to by what its *requirements* came to."""
    clause = rule.clause
    loss = rule.loss(requirements)
    judgements, judged = judged_by(rule, facts)
    if judgements:
        loss = _with_judged(loss, rule, judged)
    changes_on = min((requirement.changes_on for requirement in requirements), default=NEVER)
    if not isinstance(clause, Judgement):
        status = worst([requirement.status for requirement in requirements])
    elif judgements:
        status = Status.JUDGED
    else:
        judged_until = rule.rubric.judged_until
        status = Status.AWAITING if day <= judged_until else Status.MET
        changes_on = next_change(day, judged_until)
    gain = _gain_of(rule, requirements)
    outlook = rule.outlook(requirements, facts, day) if requirements else NOTHING_OPEN
    if outlook.rooms:
        changes_on = min(changes_on, next_month(day))  # then less room is left
    return ClauseResult(
        rule,
        requirements,
        judgements,
        status,
        judged,
        loss,
        changes_on,
        [],
        gain.score,
        gain.score,
        outlook,
        0,
        gain,
    )


def _with_judged(loss: Loss, rule: Rule, judged: int) -> Loss:
    """Return *loss* with what a judgement takes, which counts in all worlds alike."""
    if not judged:
        return loss
    maximum = rule.clause.max
    return Loss(
        min(maximum, loss.score + judged),
        min(maximum, loss.floor + judged),
        min(maximum, loss.ceiling + judged),
    )


def _gain_of(rule: Rule, requirements: list[Requirement]) -> Loss:
    """Return what a clause that earns comes to; nothing for one that loses."""
    if not isinstance(rule, MeasuredRule) or not rule.clause.gains:
        return NO_LOSS
    now, low, high = rule.points(requirements)
    return Loss(now, low, high)


def _meant(rule: Rule) -> Sequence[For]:
    """Return whom a clause is for; everybody where it does not say (format 1, or one that awaits a decision)."""
    meant: Sequence[For] = getattr(rule.clause, "meant", ())
    return meant
