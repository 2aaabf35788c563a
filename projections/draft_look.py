"""What is odd about a rubric that loads: warnings for its writer, and what a unit that does nothing would get. Pure.

A warning is never a refusal: real rubrics have clauses that nobody loses. Each names a clause, an item or a code, so
that whoever shows it can say on which line it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from ledger.text import Text
from rubric.amounts import Amount, decimal_text, hundredths, whole_hundredths
from rubric.clauses import ClauseBase, Judgement
from rubric.codes_used import Family, codes_used
from rubric.format2.measures import Measured, measures
from rubric.format2.rubric2 import Rubric2
from rubric.named import names_in
from rubric.schema import FAMILIES, Rubric

from .evaluation import Evaluation
from .facts import Facts
from .records import Records
from .rule_set import RuleSet

UNIT = "idle"
_POINTS_IN_TEXT = re.compile(r"(?<![奖加得])扣(?:除)?\s*(\d+(?:\.\d+)?)\s*分")
_LONG_AGO = timedelta(days=400)
_CERTAIN = frozenset({"missing", "periods", "state", "figure", "rate", "grade"})
"""Measures whose number is what the unit itself leaves undone: a unit that does nothing shows their whole loss."""


@dataclass(frozen=True, slots=True)
class Warned:
    """One oddity: about which clause, item number or code (`family.code`), and in words."""

    about: str
    text: Text


@dataclass(frozen=True, slots=True)
class Idle:
    """A unit that does nothing all year: its score at the end, and how many points then still wait for people."""

    full: int
    score: int
    awaiting: int

    def text(self) -> Text:
        """Return it in a line."""
        return Text(
            "什么也不做的单位，到年底得 {score} 分（满分 {full} 分），其中 {awaiting} 分要等人评定",
            score=decimal_text(self.score),
            full=decimal_text(self.full),
            awaiting=decimal_text(self.awaiting),
        )


def idle(rubric: Rubric) -> Idle:
    """Return what a unit that does nothing comes to when all is over, and what waited for people until the end."""
    evaluation = _idle_evaluation(rubric, rubric.closes_on + timedelta(days=1))
    waiting = _idle_evaluation(rubric, rubric.closes_on)
    return Idle(evaluation.full, evaluation.totals().score, waiting.totals().awaiting)


def warnings(rubric: Rubric) -> list[Warned]:
    """Return everything odd, in the order of the file."""
    first = _idle_evaluation(rubric, rubric.opens_on)
    last = _idle_evaluation(rubric, rubric.closes_on)
    return [
        *_never_lost(rubric, first, last),
        *_out_of_reach(rubric),
        *_gains_from_full(rubric),
        *_other_numbers(rubric),
        *_never_used(rubric),
    ]


def _idle_evaluation(rubric: Rubric, day: date) -> Evaluation:
    kind: str = "branch"
    tags: tuple[str, ...] = ()
    meant = rubric.head.meant if isinstance(rubric, Rubric2) else None
    if meant is not None:
        kind, tags = next(iter(meant.kinds), kind), meant.tags
    data: dict[str, object] = {"name": UNIT, "kind": kind, "tags": list(tags)}
    events: list[Any] = [_stored("organization.registered", 1, rubric.opens_on - _LONG_AGO, data)]
    events.append(_stored("member.joined", 2, rubric.opens_on - _LONG_AGO, {"member": "m"}))
    records = Records(UNIT, events)
    return Evaluation(RuleSet(rubric), Facts(UNIT, records.counting(day, rubric.closes_on)), day)


def _stored(kind: str, place: int, day: date, data: dict[str, object]) -> dict[str, object]:
    return {
        "id": f"idle-{place}",
        "type": kind,
        "subject": UNIT,
        "time": f"{day}T00:00:00+08:00",
        "data": data,
        "sequence": f"{place:012d}",
        "recordedtime": f"{day}T00:00:00.000000Z",
        "authid": "",
    }


def _never_lost(rubric: Rubric, first: Evaluation, last: Evaluation) -> Iterator[Warned]:
    for before, after in zip(first.results, last.results, strict=True):
        clause = before.rule.clause
        if isinstance(clause, Measured) and clause.rule_key in _CERTAIN and not clause.vetoes:
            never = not clause.gains and not before.loss.floor and not after.loss.floor
            if never and before.requirements:
                yield Warned(
                    clause.id, Text("没有人会在这一条上扣分：什么也不做也不扣；请核对分值、free 和期限")
                )
            elif clause.gains and after.gain.score:
                points = decimal_text(after.gain.score)
                yield Warned(clause.id, Text("什么也不做也能在这一条上得 {points} 分", points=points))


def _out_of_reach(rubric: Rubric) -> Iterator[Warned]:
    """Items whose clauses together lose, or earn, less than their points."""
    for number, clauses in rubric.indicator_clauses.items():
        if number in rubric.bonus_indicators or any(isinstance(each, Judgement) for each in clauses):
            continue
        counted = [each for each in clauses if not getattr(each, "vetoes", False)]
        if not counted:
            continue
        most: Amount = sum(each.max for each in counted)
        points = rubric.points_of(number)
        if most < points:
            text = Text(
                "这一项 {points} 分，各条合起来最多只动 {most} 分；其余的分没有人会失去或得到",
                points=decimal_text(points),
                most=decimal_text(most),
            )
            yield Warned(str(number), text)


def _gains_from_full(rubric: Rubric) -> Iterator[Warned]:
    """Items that begin with all their points and then only gain: nobody ever has more or less."""
    tree = rubric.tree if isinstance(rubric, Rubric2) else None
    for leaf in tree.leaves() if tree is not None else ():
        assert leaf.no is not None, "leaves are indicators"
        clauses = [each for each in rubric.indicator_clauses[leaf.no] if not getattr(each, "vetoes", False)]
        gains = all(getattr(each, "gains", False) for each in clauses)
        if gains and leaf.starts_full and not leaf.bonus and leaf.top <= leaf.full:
            text = Text("这一项从满分算起，得分（gain）加不上去；从零加起的，请写 start: zero")
            yield Warned(str(leaf.no), text)


def _other_numbers(rubric: Rubric) -> Iterator[Warned]:
    """Words that say 扣3分 beside clauses that have no such number."""
    for number, clauses in rubric.indicator_clauses.items():
        words = rubric.words.get(number)
        said = [rubric.texts[each.id] for each in clauses]
        said += [words.criteria, words.title] if words else []
        known = {amount for each in clauses for amount in _amounts(each)}
        known |= {rubric.points_of(number)}
        odd = [
            found
            for text in dict.fromkeys(said)
            for found in _POINTS_IN_TEXT.findall(text)
            if hundredths(found) not in known
        ]
        for found in dict.fromkeys(odd):
            yield Warned(
                clauses[0].id, Text("文字里写“扣{points}分”，规则里没有 {points} 这个分值", points=found)
            )


def _amounts(clause: ClauseBase) -> Iterator[int]:
    for name in ("max", "per_miss", "suggested"):
        amount = getattr(clause, name, None)
        if amount is not None:
            yield whole_hundredths(amount)
    if isinstance(clause, Measured):
        curve = clause.curve
        plain = (curve.flat, curve.each, curve.share, curve.cap)
        steps = [each.points for each in (curve.below, curve.above) if each is not None]
        for amount in (*plain, *steps, *(curve.table or {}).values()):
            if amount is not None:
                yield whole_hundredths(Fraction(amount))


def _never_used(rubric: Rubric) -> Iterator[Warned]:
    used: set[tuple[str, str]] = set()
    for clause in rubric.clauses:
        if isinstance(clause, Measured):
            used |= {(family, code) for _, family, code in measures()[clause.rule_key].codes(clause.terms)}
            if clause.curve.by in ("level", "outlet"):
                family = "levels" if clause.curve.by == "level" else "outlets"
                used |= {(family, str(code)) for code in clause.curve.table or {}}
        else:
            used |= {(family, code) for _, family, code in codes_used(clause)}
    declared: list[tuple[str, str, str]] = [
        (family, code, name) for family in FAMILIES for code, name in _declared(rubric, family).items()
    ]
    named = names_in(rubric)
    declared += [
        (family, code, name)
        for family in ("figures", "cases", "ratings", "roles", "categories")
        for code, name in named.get(family, {}).items()
    ]
    used |= _used_by_result(rubric)
    for family, code, name in declared:
        if (family, code) not in used:
            yield Warned(f"{family}.{code}", Text("“{name}”（{code}）没有一条规则用到", name=name, code=code))


def _declared(rubric: Rubric, family: Family) -> dict[str, str]:
    names: dict[str, str] = getattr(rubric.codes, family)
    return names


def _used_by_result(rubric: Rubric) -> set[tuple[str, str]]:
    if not isinstance(rubric, Rubric2):
        return set()
    return {
        (f"{key}s", str(value))
        for test in rubric.result.at_most
        for key, value in test.items()
        if key in ("figure", "case", "rating")
    } | {("cases", str(test["cases"])) for test in rubric.result.at_most if "cases" in test}
