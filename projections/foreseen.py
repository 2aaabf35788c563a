"""Why a clause is forecast to lose or earn what it is, in words whose figures give the forecast. Pure.

    已过的 2 个季度里有 1 个季度没有记录，照此后面 2 个季度约再缺 0.85 个季度，到年底预计扣 1.85 分
    （已扣 1 分 + 1 分 × 0.85）

What stands in the brackets is what `forecast.Foresight` holds: a reader can work it out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.text import Text
from rubric.amounts import HUNDRED, Amount, decimal_text

from .clause_result import ClauseResult
from .facts import Facts
from .forecast import Foresight
from .requirement import Status
from .rules.measured import Counted, NumberRule, number_words
from .rules.tiers import TiersRule


def foreseen(result: ClauseResult, facts: Facts, day: date) -> Text | None:
    """Return why the clause's forecast is what it is; None where what it came to says that already."""
    if isinstance(result.rule, TiersRule):
        return _claims(result, result.rule)
    if result.foresight is not None:
        return _things(result, result.foresight, facts, day)
    if isinstance(result.rule, NumberRule) and result.requirements:
        return _number(result, result.rule)
    return None


def _things(result: ClauseResult, foresight: Foresight, facts: Facts, day: date) -> Text | None:
    """Of what is still open, each with its chance."""
    steps = foresight.steps
    if not steps:
        return None  # all that the clause can lose is lost
    why = result.rule.prospect(result.requirements, facts, day)
    if not any(chance * points for chance, points in steps):
        return Text("{why}预计都能做到", why=why)
    what, still = result.rule.counted_in, len(result.outlook.rooms)
    again = Text("再缺") if result.outlook.gone else Text("缺")
    if len(steps) == 1:
        chance = steps[0][0]
        happens = (
            Text("{why}再缺一{what}的可能约 {chance}%", why=why, what=what, chance=chance)
            if still == 1 and result.outlook.gone
            else Text("{why}做不到的可能约 {chance}%", why=why, chance=chance)
            if still == 1
            else Text(
                "{why}后面 {open} {what}里至少{again}一{what}的可能约 {chance}%",
                why=why, open=still, what=what, again=again, chance=chance,
            )
        )  # fmt: skip
    else:
        more = decimal_text(sum(chance for chance, _ in steps))
        happens = Text(
            "{why}后面 {open} {what}约{again} {more} {what}",
            why=why, open=still, what=what, again=again, more=more,
        )  # fmt: skip
    loss = decimal_text(result.forecast_loss)
    return Text(
        "{happens}，到年底预计扣 {loss} 分（{sum}）",
        happens=happens,
        loss=loss,
        sum=_sum(result, foresight),
    )


def _sum(result: ClauseResult, foresight: Foresight) -> Text:
    """Return the arithmetic of the expected loss, as it is written down."""
    terms = [Text("已扣 {points} 分", points=decimal_text(foresight.gone))] if foresight.gone else []
    terms += _products(foresight.steps)
    if result.judged:
        terms.append(Text("评定扣 {points} 分", points=decimal_text(result.judged)))
    added = terms[0]
    for term in terms[1:]:
        added = Text("{first} + {second}", first=added, second=term)
    if foresight.lost + result.judged > result.rule.clause.max:
        return Text("{sum}，最多扣 {max} 分", sum=added, max=decimal_text(result.rule.clause.max))
    return added


def _products(steps: Sequence[tuple[int, Amount]]) -> list[Text]:
    points = {each for _, each in steps}
    if len(steps) > 1 and len(points) == 1:
        more = decimal_text(sum(chance for chance, _ in steps))
        return [Text("{points} 分 × {more}", points=decimal_text(points.pop()), more=more)]
    return [
        Text("{points} 分 × {chance}%", points=decimal_text(each), chance=chance)
        for chance, each in steps
        if chance and each
    ]


def _number(result: ClauseResult, rule: NumberRule) -> Text | None:
    """Of a number: what it is supposed to bring, or comes to at its pace."""
    _, low, high = rule.points(result.requirements)
    expected, part = result.expected_points, result.requirements[0].part
    if expected is None or low == high or result.requirements[0].status is Status.NOT_APPLICABLE:
        return None
    assert isinstance(part, Counted)
    share = rule.rubric.forecast.supposed
    if not part.known and rule.clause.gains:
        return Text(
            "还没有结果，暂按能得到的 {share}% 估，预计得 {points} 分（{low} 分 + {range} 分 × {share}%）",
            share=share, points=decimal_text(expected), low=decimal_text(low), range=decimal_text(high - low),
        )  # fmt: skip
    if not part.known:
        return Text(
            "还没有结果，暂按可能扣的 {share}% 估，预计扣 {points} 分（{low} 分 + {range} 分 × {share}%）",
            share=HUNDRED - share, points=decimal_text(expected), low=decimal_text(low), range=decimal_text(high - low),
        )  # fmt: skip
    if part.expected is None or part.expected == part.worlds.now:
        return None
    comes_to, kept = number_words(part.expected), rule.rubric.forecast.goes_on
    if rule.clause.gains:
        return Text(
            "今后按至今进度的 {kept}% 估，到年底计 {number}，预计得 {points} 分",
            kept=kept, number=comes_to, points=decimal_text(expected),
        )  # fmt: skip
    return Text(
        "今后按至今进度的 {kept}% 估，到年底计 {number}，预计扣 {points} 分",
        kept=kept, number=comes_to, points=decimal_text(expected),
    )  # fmt: skip


def _claims(result: ClauseResult, rule: TiersRule) -> Text | None:
    """Of claims: what is accepted, and the share of what waits for review that is supposed to be."""
    if result.forecast_gain == result.points:
        return None
    return Text(
        "待审核的 {pending} 分按 {share}% 估，预计得 {points} 分（{accepted} 分 + {pending} 分 × {share}%）",
        pending=decimal_text(result.claimed - result.points),
        share=rule.rubric.forecast.accepted,
        points=decimal_text(result.forecast_gain),
        accepted=decimal_text(result.points),
    )
