"""From what is kept of the first stage to the row of a unit that stands where the comparison says. Pure, exact.

The texts hold every number as it is: a whole one, or numerator/denominator.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import orjson

from rubric.amounts import Amount
from rubric.format2.curves import Worlds

from .clause_result import ClauseResult, gain_of, with_judged
from .compared import Compared
from .evaluation import Evaluation
from .facts import Facts
from .forecast import NOTHING_OPEN
from .kept_firsts import FirstRow
from .measures.peers import PeersRule
from .peers import Brought, FirstStage, first_stage
from .requirement import NEVER, Loss, Status
from .result import grade_place, held_down
from .rule_set import RuleSet
from .status_codes import LETTERS, STATUSES
from .totals import TotalsRow


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
    return kept, _results_text(evaluation)


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
    said: dict[str, Any] = {
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
    day = date.fromisoformat(first.as_of)
    evaluation = _evaluation(rule_set, row, results, compared, day)
    sums = evaluation.totals()
    letters = "".join(LETTERS[result.status] for result in evaluation.results)
    grade = grade_place(rule_set.rubric, sums.score + sums.bonus, first.held)
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
        standing=letters + row.standing[len(letters) :],
        grade=grade,
    )


def _evaluation(
    rule_set: RuleSet, row: TotalsRow, results: str, compared: Mapping[str, Compared], day: date
) -> Evaluation:
    """Return the evaluation of the unit, as far as its totals go."""
    fits, *kept = orjson.loads(results)
    found = []
    for place, (rule, said) in enumerate(zip(rule_set.rules, kept, strict=True)):
        judged, forecast_loss, points, claimed, *worlds = map(_amount, said)
        loss, gain = Loss(*worlds[:3]), Loss(*worlds[3:])
        status = STATUSES[row.standing[place]]
        if isinstance(rule, PeersRule) and status is not Status.NOT_APPLICABLE:
            # Whatever it was in the row before, it is now what the comparison says.
            waits = day <= rule.rubric.judged_until
            asked = [rule.requirement(row.unit, compared.get(rule.clause.id), [], NEVER, waits=waits)]
            loss, gain = with_judged(rule.loss(asked), rule, int(judged)), gain_of(rule, asked)
            status, points, claimed, forecast_loss = asked[0].status, gain.score, gain.score, loss.score
        found.append(
            ClauseResult(
                rule, [], [], status, int(judged), loss, NEVER, [], points, claimed, NOTHING_OPEN,
                forecast_loss, gain,
            )
        )  # fmt: skip
    meant = {key: bool(fit) for key, fit in zip(rule_set.meant, fits, strict=True)}
    return Evaluation.of_results(rule_set, found, meant, day)


def _results_text(evaluation: Evaluation) -> str:
    return _text(
        [
            [int(fit) for fit in evaluation.fits.values()],
            *(
                [
                    _number(each)
                    for each in (
                        result.judged, result.forecast_loss, result.points, result.claimed,
                        result.loss.score, result.loss.floor, result.loss.ceiling,
                        result.gain.score, result.gain.floor, result.gain.ceiling,
                    )
                ]
                for result in evaluation.results
            ),
        ]
    )  # fmt: skip


def _text(value: Any) -> str:
    return orjson.dumps(value).decode()


def _number(amount: Amount) -> int | str:
    if isinstance(amount, int):
        return amount
    return int(amount) if amount.denominator == 1 else f"{amount.numerator}/{amount.denominator}"


def _amount(said: int | str) -> Amount:
    return said if isinstance(said, int) else Fraction(said)
