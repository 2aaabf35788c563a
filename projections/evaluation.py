"""Facts + rubric + day -> what each clause came to, and the totals. Pure, exact, in hundredths of a point."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from copy import copy
from dataclasses import replace
from datetime import date
from fractions import Fraction

from rubric.amounts import Amount, whole_hundredths
from rubric.format2.tree import Item

from .clause_result import ClauseResult, evaluate_clause, gain_of, not_meant, with_judged
from .facts import Facts
from .forecast import Odds, months_left
from .points import IndicatorTotals, Totals
from .requirement import Requirement, Status
from .rule_set import RuleSet, meant_by
from .rules import Rule
from .rules.measured import MeasuredRule
from .tree import Sum, TreeSums, Values


class Evaluation:
    """All clause results of one unit. They hold from the day they were made for until `changes_on`."""

    __slots__ = (
        "_indicators", "_odds", "_totals", "cells", "changes_on", "day", "fits", "known", "results", "rule_set",
        "unsaid",
    )  # fmt: skip

    def __init__(self, rule_set: RuleSet, facts: Facts, day: date) -> None:
        self.rule_set = rule_set
        self.day = day
        self.fits = rule_set.fits(facts, day)
        """Which parts of the rubric are meant for the unit, by `id`."""
        self.known: Mapping[int, Sum] | None = None
        self.results = [self._clause(rule, facts, day) for rule in rule_set.rules]
        self._odds = self._odds_now(day)
        for result in self.results:
            result.forecast_by(self._odds)
        self._indicators = [self.indicator(number, place) for number, place in rule_set.indicators]
        self._totals: Totals | None = None
        self.changes_on = min(result.changes_on for result in self.results)
        self.cells = [""] * len(self.results)
        self.unsaid = set(range(len(self.results)))
        """What `standing` makes of the results, and the places of those that it has yet to say."""

    @classmethod
    def of_parts(
        cls,
        rule_set: RuleSet,
        results: list[ClauseResult],
        fits: dict[int, bool],
        known: Mapping[int, Sum],
    ) -> Evaluation:
        """Return one that is asked for parts only: clauses that *results* has, and what lies above *known* items."""
        made = cls.__new__(cls)
        made.rule_set, made.results, made.fits, made.known = rule_set, results, fits, known
        return made

    def holds(self, day: date) -> bool:
        """Whether the results, made for an earlier day, are those of *day* too, nothing new having come."""
        return self.day <= day < self.changes_on

    def renew(self, facts: Facts, day: date, topics: Collection[str]) -> None:
        """Evaluate again only what reads *topics*; `holds(day)` must be true."""
        self.renew_at(self.rule_set.readers(topics), facts, day)

    def renew_at(self, places: Collection[int], facts: Facts, day: date) -> None:
        """Evaluate again the clauses at *places*."""
        if not places:
            return
        moved = set()
        self._totals = None
        self.fits = self.rule_set.fits(facts, day)
        for index in places:
            self.results[index] = self._clause(self.rule_set.rules[index], facts, day)
            moved.add(self.rule_set.indicator_of[index])
        moved |= self._forecast(places, day)
        for which in moved:
            self._indicators[which] = self.indicator(*self.rule_set.indicators[which])
        self.unsaid.update(places)
        self.changes_on = min(result.changes_on for result in self.results)

    def _clause(self, rule: Rule, facts: Facts, day: date) -> ClauseResult:
        if self.fits and not all(self.fits[id(each)] for each in meant_by(rule)):
            return not_meant(rule)
        return evaluate_clause(rule, facts, day)

    @property
    def full(self) -> int:
        """The full points of what applies to the unit."""
        tree = self.rule_set.tree
        return self.rule_set.full if tree is None else whole_hundredths(self.base().full)

    def base(self) -> Sum:
        """Return what the base of the tree came to: all but what is bonus at its top."""
        assert self.rule_set.base is not None, "asked for a rubric with a tree only"
        return self.sums().of(self.rule_set.base)

    def sums(self) -> TreeSums:
        """Return what adds the items up."""
        return TreeSums(
            self.results, self.rule_set.slices, self.fits, self.rule_set.decimals, known=self.known
        )

    def added_up(self, figures: Mapping[int, Amount]) -> tuple[int, int]:
        """Return score and bonus of a unit whose indicators, by number, come to *figures*: as the rubric adds up."""
        tree = self.rule_set.tree
        if tree is None:
            bonuses = self.rule_set.rubric.bonus_indicators
            base = sum(points for number, points in figures.items() if number not in bonuses)
            bonus = sum(points for number, points in figures.items() if number in bonuses)
            return whole_hundredths(base), whole_hundredths(bonus)
        sums = TreeSums(self.results, self.rule_set.slices, self.fits, self.rule_set.decimals, figures)
        base_parts = [part for part in tree.parts if not part.bonus]
        extra = (sums.of(part).values.score for part in tree.parts if part.bonus and sums.applies(part))
        score = sums.of(replace(tree, parts=base_parts)).values.score
        return whole_hundredths(score), whole_hundredths(sum(extra, Fraction(0)))

    def section_sums(self) -> list[tuple[Amount, Amount]]:
        """Return points and full points of each section of the rubric, in order, as the rubric adds them up."""
        tree, rubric = self.rule_set.tree, self.rule_set.rubric
        scores = {number: totals.score for number, _results, totals in self.indicators()}
        plain: list[tuple[Amount, Amount]] = [
            (sum(scores[number] for number in section.indicators), section.points)
            for section in rubric.sections
        ]
        if tree is None:
            return plain
        sums = self.sums()
        of_parts = {
            tuple(leaf.no for leaf in part.leaves()): sums.of(part)
            for part in tree.parts
            if sums.applies(part)
        }
        found = []
        for section, (points, full) in zip(rubric.sections, plain, strict=True):
            part = of_parts.get(tuple(section.indicators))
            found.append((part.values.score, part.full) if part is not None else (points, full))
        return found

    def base_with(
        self, result: ClauseResult, requirements: list[Requirement], judged: int | None = None
    ) -> Values:
        """Return what the base would come to were the requirements of *result* those, and its deductions."""
        rule, tree = result.rule, self.rule_set.tree
        assert tree is not None, "asked for a rubric with a tree only"
        taken = result.judged if judged is None else judged
        place = self.rule_set.place_of[id(rule)]
        gain = gain_of(rule, requirements) if isinstance(rule, MeasuredRule) else result.gain
        loss = with_judged(rule.loss(requirements), rule, taken)
        self.results[place] = replace(result, loss=loss, gain=gain)
        values = self.base().values
        self.results[place] = result
        return values

    def with_results(self, results: list[ClauseResult], day: date) -> Evaluation:
        """Return the same evaluation with other results."""
        other = copy(self)
        other.results = results
        other._odds = other._odds_now(day)
        for result in other.results:
            result.forecast_by(other._odds)
        other._totals = None
        other._indicators = [other.indicator(number, place) for number, place in self.rule_set.indicators]
        return other

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
        sums = self.sums()
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

    def indicator(self, number: int, place: slice) -> IndicatorTotals:
        """Return one indicator's points: its full points less its losses, or its bonus."""
        rubric = self.rule_set.rubric
        points = rubric.points_of(number)
        results = self.results[place]
        if number in self.rule_set.leaves:
            return self._leaf(number, results)
        if number in rubric.bonus_indicators:
            accepted = min(points, sum(result.points for result in results))
            claimed = min(points, sum(result.claimed for result in results))
            expected = min(points, sum(result.forecast_gain for result in results))
            return IndicatorTotals(accepted, accepted, claimed, expected)
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
        if self.fits and not all(self.fits[id(each)] for each in meant_by(results[0].rule)):
            return IndicatorTotals(0, 0, 0, 0)
        score, floor, ceiling, forecast = self.sums().of(leaf).values
        waiting = sum(result.rule.clause.max for result in results if result.status is Status.AWAITING)
        if number in self.rule_set.rubric.bonus_indicators:
            claimed = min(leaf.top, sum(result.claimed for result in results))
            most = max(claimed, score)
            return IndicatorTotals(score, floor, most, min(max(forecast, floor), most))
        return IndicatorTotals(score, floor, ceiling, forecast, max(min(floor, waiting), 0))

    def _tree_totals(self, tree: Item) -> Totals:
        base = self.base()
        sums, bonus, claimed = self.sums(), Fraction(0), Fraction(0)
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
        if self._totals is None:
            tree = self.rule_set.tree
            self._totals = self._flat_totals() if tree is None else self._tree_totals(tree)
        return self._totals

    def _flat_totals(self) -> Totals:
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
