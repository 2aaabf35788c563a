"""What would change if one thing were done, missed or judged otherwise. Pure, exact, in hundredths of a point.

Each asks an evaluation that stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import replace
from datetime import date

from rubric.amounts import Amount, whole_hundredths

from .clause_result import ClauseResult, came_to
from .cost import as_if, cost_of
from .evaluation import Evaluation
from .facts import Facts
from .points import Totals
from .requirement import MAY_BE_LOST, Requirement, Status


def stake(evaluation: Evaluation, result: ClauseResult, requirement: Requirement) -> int:
    """Return by how much the floor would rise if exactly *requirement*, one of *result*'s, were satisfied."""
    if requirement.status not in MAY_BE_LOST:
        return 0
    satisfied = replace(requirement, status=Status.MET)
    if evaluation.rule_set.tree is not None:
        instead = [satisfied if each is requirement else each for each in result.requirements]
        before, after = (
            evaluation.base().values.floor,
            evaluation.base_with(result, instead).floor,
        )
        return max(whole_hundredths(after) - whole_hundredths(before), 0)
    loss = result.rule.loss([satisfied if each is requirement else each for each in result.requirements])
    maximum: int = result.rule.clause.max
    floor = min(maximum, loss.floor + result.judged)
    place = evaluation.rule_set.place_of[id(result.rule)]
    number, clauses = evaluation.rule_set.indicators[evaluation.rule_set.indicator_of[place]]
    points = evaluation.rule_set.rubric.points_of(number)
    lost = sum(each.loss.floor for each in evaluation.results[clauses])
    risen: Amount = min(points, lost) - min(points, lost - result.loss.floor + floor)
    return whole_hundredths(risen)


def cost(evaluation: Evaluation, result: ClauseResult, requirements: Sequence[Requirement]) -> int:
    """Return what missing *requirements*, some of *result*'s, costs if all else that can still be done is done.

    So the first of several chances costs what it costs; 0: the points are lost for good already.
    """
    if evaluation.rule_set.tree is not None:
        ids = {id(each) for each in requirements}
        others = [each for each in result.requirements if id(each) not in ids]
        missed, met = (
            evaluation.base_with(result, [*others, *(as_if(status, each) for each in requirements)]).ceiling
            for status in (Status.MISSED, Status.MET)
        )
        return max(whole_hundredths(met) - whole_hundredths(missed), 0)
    place = evaluation.rule_set.place_of[id(result.rule)]
    number, clauses = evaluation.rule_set.indicators[evaluation.rule_set.indicator_of[place]]
    elsewhere = sum(each.loss.ceiling for each in evaluation.results[clauses]) - result.loss.ceiling
    points = evaluation.rule_set.rubric.points_of(number)
    return cost_of(result.rule, result.requirements, requirements, result.judged, points - elsewhere)


def points_taken(evaluation: Evaluation, result: ClauseResult, deduct: int) -> int:
    """Return by how much the score would fall if *deduct* more (hundredths) were judged on *result*'s clause.

    Less than *deduct* where the clause or its indicator has no more to lose.
    """
    if evaluation.rule_set.tree is not None:
        now = evaluation.base().values.score
        then = evaluation.base_with(result, result.requirements, result.judged + deduct).score
        return max(whole_hundredths(now) - whole_hundredths(then), 0)
    place = evaluation.rule_set.place_of[id(result.rule)]
    number, clauses = evaluation.rule_set.indicators[evaluation.rule_set.indicator_of[place]]
    points = evaluation.rule_set.rubric.points_of(number)
    lost = sum(each.loss.score for each in evaluation.results[clauses])
    more = min(result.rule.clause.max, result.loss.score + deduct) - result.loss.score
    return whole_hundredths(min(points, lost + more) - min(points, lost))


def supposing(evaluation: Evaluation, satisfied: Collection[Requirement], facts: Facts, day: date) -> Totals:
    """Return the totals as if *satisfied*, some of the results' requirements, were; *facts* are those of *day*."""
    ids = {id(each) for each in satisfied}
    return evaluation.with_results(
        [_if_met(result, ids, facts, day) for result in evaluation.results], day
    ).totals()


def _if_met(result: ClauseResult, ids: Collection[int], facts: Facts, day: date) -> ClauseResult:
    if not any(id(each) in ids for each in result.requirements):
        return copy(result)
    requirements = [
        replace(each, status=Status.MET) if id(each) in ids else each for each in result.requirements
    ]
    return came_to(result.rule, requirements, facts, day)
