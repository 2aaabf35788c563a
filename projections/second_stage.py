"""From what is kept of the first stage to the row of a unit that stands where the comparison says. Pure, exact.

The texts hold every number as it is: a whole one, or numerator/denominator.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import orjson

from ledger.json_object import JsonObject
from rubric.amounts import Amount, whole_hundredths
from rubric.format2.curves import Worlds
from rubric.format2.tree import Item

from .clause_result import ClauseResult, gain_of, with_judged
from .compared import Compared
from .evaluation import Evaluation
from .facts import Facts
from .forecast import NOTHING_OPEN
from .kept_firsts import FirstRow
from .measures.peers import PeersRule
from .peers import Brought, FirstStage, first_stage
from .points import IndicatorTotals
from .requirement import NEVER, Loss, Status
from .result import grade_place, held_down
from .rule_set import RuleSet
from .rules import Rule
from .status_codes import LETTERS, STATUSES
from .totals import TotalsRow
from .tree import Sum, Values


def first_row(
    rule_set: RuleSet, evaluation: Evaluation, facts: Facts, row: TotalsRow, day: date
) -> tuple[FirstRow, str]:
    """Return what to keep of a unit, evaluated without its peers, beside its *row*: what it brings, the results."""
    found = first_stage(rule_set, facts, day)
    held, turns = held_down(rule_set.rubric, facts, day)
    kept = FirstRow(
        row.unit,
        row.basis,
        row.as_of,
        min(evaluation.changes_on, turns).isoformat(),
        found.turns_on.isoformat(),
        row.sequence,
        held,
        brought_text(found),
    )
    return kept, second_rules(rule_set).text(evaluation)


def brought_text(found: FirstStage) -> str:
    """Return what a unit brings as it is kept."""
    return _text(
        {clause: [*map(_number, each.numbers), each.group] for clause, each in sorted(found.brought.items())}
    )


def brought_of(row: FirstRow) -> dict[str, Brought]:
    """Return what a unit brings, from its row."""
    return {
        clause: Brought(Worlds(*map(_amount, numbers)), group)
        for clause, (*numbers, group) in orjson.loads(row.brought).items()
    }


def drawn_text(compared: Mapping[str, Compared], until: date) -> str:
    """Return where a unit stands, and until the day before which day everybody brings the same, as it is kept."""
    said: JsonObject = {
        clause: [*map(_number, each.worlds), each.among] for clause, each in sorted(compared.items())
    }
    return _text({"until": until.isoformat(), **said})


def drawn_of(row: FirstRow) -> tuple[dict[str, Compared], date]:
    """Return the same from a row that has it."""
    said = orjson.loads(row.drawn)
    until = date.fromisoformat(said.pop("until"))
    return {
        clause: Compared(Worlds(*map(_amount, numbers)), among) for clause, (*numbers, among) in said.items()
    }, until


def second_row(
    rule_set: RuleSet,
    row: TotalsRow,
    first: FirstRow,
    results: str,
    compared: Mapping[str, Compared],
    until: date,
) -> TotalsRow:
    """Return the *row* of a unit that stands where *compared* says; *until*: before that day nobody moves by itself."""
    sums, letters = second_rules(rule_set).totals(row, results, compared, date.fromisoformat(first.as_of))
    return row._replace(
        as_of=first.as_of,
        changes_on=min(first.changes_on, until.isoformat()),
        sequence=first.sequence,
        score=sums.score,
        floor=sums.floor,
        ceiling=sums.ceiling,
        forecast=sums.forecast,
        awaiting=sums.awaiting,
        bonus=sums.bonus,
        standing=letters,
        grade=grade_place(rule_set.rubric, sums.score + sums.bonus, first.held),
    )


class SecondTotals(NamedTuple):
    """A unit's totals, as far as a row keeps them, in hundredths of a point."""

    score: int
    floor: int
    ceiling: int
    forecast: int
    awaiting: int
    bonus: int


class SecondRules:
    """What of a rubric moves when only where units stand has moved; all else is kept as it came to.

    `indicators`: those with a clause that compares. `places`: the clauses of which the results are kept. `frontier`:
    the largest items without such an indicator, of which the sums are kept.
    """

    def __init__(self, rule_set: RuleSet) -> None:
        self.rule_set = rule_set
        self.indicators = [
            (number, place)
            for number, place in rule_set.indicators
            if any(isinstance(rule, PeersRule) for rule in rule_set.rules[place])
        ]
        self._numbers = {number for number, _ in self.indicators}
        self.frontier: list[Item] = []
        self._vetoes: set[str] = set()
        parts = rule_set.tree.parts if rule_set.tree is not None else []
        self._extra = [part for part in parts if part.bonus]
        for part in parts:
            self._walk(part)
        own = {index for _, place in self.indicators for index in range(place.start, place.stop)}
        self.places = [
            index
            for index, rule in enumerate(rule_set.rules)
            if index in own or rule.clause.id in self._vetoes
        ]

    def _walk(self, item: Item) -> None:
        if not any(leaf.no in self._numbers for leaf in item.leaves()):
            self.frontier.append(item)
            return
        self._vetoes.update(item.vetoes)
        for part in item.parts:
            self._walk(part)

    def text(self, evaluation: Evaluation) -> str:
        """Return what is kept of a unit's first stage."""
        sums = evaluation.sums()
        found = [sums.of(item) if sums.applies(item) else NOTHING for item in self.frontier]
        return _text(
            [
                [int(fit) for fit in evaluation.fits.values()],
                [[*map(_number, each.values), _number(each.full)] for each in found],
                list(map(_number, self._rest(evaluation))),
                [_kept(evaluation.results[index]) for index in self.places],
            ]
        )

    def _rest(self, evaluation: Evaluation) -> list[Amount]:
        """Return what the other indicators come to together: the base, what awaits people in it, the bonus."""
        bonus = self.rule_set.rubric.bonus_indicators
        others = [
            (number, totals) for number, _, totals in evaluation.indicators() if number not in self._numbers
        ]
        base = [totals for number, totals in others if number not in bonus]
        return [
            sum(totals.score for totals in base),
            sum(totals.floor for totals in base),
            sum(totals.ceiling for totals in base),
            sum(totals.forecast for totals in base),
            sum(totals.awaiting for totals in base),
            sum(totals.score for number, totals in others if number in bonus),
        ]

    def totals(
        self, row: TotalsRow, text: str, compared: Mapping[str, Compared], day: date
    ) -> tuple[SecondTotals, str]:
        """Return the totals of the unit of *row*, and how it stands with every clause."""
        fits, frontier, rest, kept = orjson.loads(text)
        rule_set, letters = self.rule_set, list(row.standing)
        results: list[Any] = [None] * len(rule_set.rules)
        for index, said in zip(self.places, kept, strict=True):
            rule = rule_set.rules[index]
            result = results[index] = _result(rule, STATUSES[letters[index]], said)
            if isinstance(rule, PeersRule) and result.status is not Status.NOT_APPLICABLE:
                waits = day <= rule.rubric.judged_until
                _compare(result, rule, row.unit, compared.get(rule.clause.id), waits=waits)
                letters[index] = LETTERS[result.status]
        meant = {key: bool(fit) for key, fit in zip(rule_set.meant, fits, strict=True)}
        known = {
            id(item): Sum(Values(*map(_amount, said[:4])), _amount(said[4]))
            for item, said in zip(self.frontier, frontier, strict=True)
        }
        evaluation = Evaluation.of_parts(rule_set, results, meant, known)
        moved = [(number, evaluation.indicator(number, place)) for number, place in self.indicators]
        together = self._in_tree if rule_set.tree is not None else self._in_list
        return together(evaluation, moved, [_amount(each) for each in rest]), "".join(letters)

    def _in_tree(
        self, evaluation: Evaluation, moved: list[tuple[int, IndicatorTotals]], rest: list[Amount]
    ) -> SecondTotals:
        bonuses, sums = self.rule_set.rubric.bonus_indicators, evaluation.sums()
        awaiting = rest[4] + sum(totals.awaiting for number, totals in moved if number not in bonuses)
        bonus = sum(sums.of(part).values.score for part in self._extra if sums.applies(part))
        score, floor, ceiling, forecast = map(whole_hundredths, evaluation.base().values)
        waiting = max(min(whole_hundredths(awaiting), floor), 0)
        return SecondTotals(score, floor, ceiling, forecast, waiting, whole_hundredths(bonus))

    def _in_list(
        self, _evaluation: Evaluation, moved: list[tuple[int, IndicatorTotals]], rest: list[Amount]
    ) -> SecondTotals:
        together = list(rest)
        for number, totals in moved:
            if number in self.rule_set.rubric.bonus_indicators:
                together[5] += totals.score
                continue
            for place, each in enumerate(
                (totals.score, totals.floor, totals.ceiling, totals.forecast, totals.awaiting)
            ):
                together[place] += each
        return SecondTotals(*map(whole_hundredths, together))


@cache
def second_rules(rule_set: RuleSet) -> SecondRules:
    """Return what of *rule_set* moves in the second stage, worked out once."""
    return SecondRules(rule_set)


NOTHING = Sum(Values(0, 0, 0, 0), 0)


def _kept(result: ClauseResult) -> list[int | str]:
    return [
        _number(each)
        for each in (
            result.judged, result.forecast_loss, result.points, result.claimed,
            result.loss.score, result.loss.floor, result.loss.ceiling,
            result.gain.score, result.gain.floor, result.gain.ceiling, result.forecast_gain,
        )
    ]  # fmt: skip


def _result(rule: Rule, status: Status, said: list[int | str]) -> ClauseResult:
    judged, forecast_loss, points, claimed, *worlds = map(_amount, said)
    return ClauseResult(
        rule, [], [], status, int(judged), Loss(*worlds[:3]), NEVER, [], points, claimed, NOTHING_OPEN,
        forecast_loss, Loss(*worlds[3:6]), worlds[6],
    )  # fmt: skip


def _compare(
    result: ClauseResult, rule: PeersRule, unit: str, compared: Compared | None, *, waits: bool
) -> None:
    """Let *result* be what the comparison says."""
    asked = [rule.requirement(unit, compared, [], NEVER, waits=waits)]
    result.status = asked[0].status
    result.loss = with_judged(rule.loss(asked), rule, result.judged)
    result.gain = gain_of(rule, asked)
    result.points = result.claimed = result.gain.score
    result.expect(asked)
    result.forecast_loss = result.loss_without_chances()


def _text(value: object) -> str:
    return orjson.dumps(value).decode()


def _number(amount: Amount) -> int | str:
    if isinstance(amount, int):
        return amount
    return int(amount) if amount.denominator == 1 else f"{amount.numerator}/{amount.denominator}"


def _amount(said: int | str) -> Amount:
    return said if isinstance(said, int) else Fraction(said)
