"""What must agree within one clause: its amounts, its dates, and keys that mean nothing beside each other."""

from __future__ import annotations

from datetime import date
from typing import Protocol, get_args

from .amounts import decimal_text
from .clauses import (
    AllOf,
    Clause,
    EachItem,
    EveryPeriod,
    Evidence,
    Judgement,
    Need,
    Once,
    Tiers,
    Total,
    UnitKind,
)
from .mistake import Value, msgid
from .outline import Outline
from .source import Path


class Tell(Protocol):
    """Takes note of a mistake at a path of the file."""

    def __call__(self, path: Path, message: str, /, **values: Value) -> None:
        """Note that *path* is wrong as *message*, with *values* in its places, says."""


def check_clause(clause: Clause, path: Path, outline: Outline, in_bonus: bool | None, tell: Tell) -> None:
    """Tell what is wrong with *clause*; in_bonus: whether its section is one of bonus, None where unknown."""
    _amounts(clause, path, in_bonus, tell)
    if clause.lead_days is not None and isinstance(clause, (Judgement, Tiers)):
        tell(
            (*path, "lead_days"), msgid("规则 {rule} 没有期限，lead_days 没有意义；请删去"), rule=clause.rule
        )
    if isinstance(clause, (EveryPeriod, Once)) and clause.unit_counts and clause.scope != "each_branch":
        _only(tell, path, "unit_counts", "scope: each_branch")
    if isinstance(clause, Judgement) and "monthly_spread" in clause.advice and clause.evidence == Evidence():
        tell((*path, "advice"), msgid("monthly_spread 要数 evidence 里的记录；请写 evidence"))
    if isinstance(clause, Total):
        _total(clause, path, tell)
        if clause.prorate and (clause.measure != "count" or clause.threshold == "target_sessions"):
            tell((*path, "prorate"), msgid("prorate 只用于写了数的 measure: count"))
    if isinstance(clause, Need):
        _need(clause, path, outline, tell)
    elif isinstance(clause, AllOf):
        for place, need in enumerate(clause.needs):
            _need(need, (*path, "needs", place), outline, tell)


def _amounts(clause: Clause, path: Path, in_bonus: bool | None, tell: Tell) -> None:
    if in_bonus and not isinstance(clause, Tiers):
        tell((*path, "rule"), msgid("加分项里的条款只能用规则 tiers"))
    elif in_bonus is False and isinstance(clause, Tiers):
        message = msgid("规则 tiers 只用于加分项；请把指标 {no} 放进 bonus: true 的 sections")
        tell((*path, "rule"), message, no=clause.indicator)
    if isinstance(clause, Tiers):
        _tiers(clause, path, tell)
    elif not clause.max:
        tell((*path, "max"), msgid("要写 max：这一条最多扣（或得）几分，大于 0"))
    else:
        _losses(clause, path, tell)


def _tiers(clause: Tiers, path: Path, tell: Tell) -> None:
    if clause.max:
        tell((*path, "max"), msgid("加分条款没有 max；加分以指标的分值封顶"))
    for key, tiers in (("tiers", clause.tiers), ("outlet", clause.outlet)):
        for name, points in tiers.items():
            if not points:
                tell((*path, key, name), msgid("加 0 分没有意义；请写分值，或删去这一项"))
    if clause.feature and not clause.outlet:
        _only(tell, path, "feature", "outlet")
    if clause.best_per_work and not clause.honor:
        _only(tell, path, "best_per_work", "honor")


def _losses(clause: Clause, path: Path, tell: Tell) -> None:
    ceiling = decimal_text(clause.max)
    if clause.max > clause.points:
        message = msgid("这一条最多扣 {max} 分，多于指标的 {points} 分")
        tell((*path, "max"), message, max=ceiling, points=decimal_text(clause.points))
    if isinstance(clause, (EveryPeriod, EachItem)):
        if not clause.per_miss:
            tell((*path, "per_miss"), msgid("每缺一次要扣的分值大于 0"))
        elif clause.per_miss > clause.max:
            message = msgid("每次扣 {points} 分，多于这一条的上限 {max} 分")
            tell((*path, "per_miss"), message, points=decimal_text(clause.per_miss), max=ceiling)
    if clause.suggested is None:
        return
    if not isinstance(clause, Judgement):
        _only(tell, path, "suggested", "rule: judgement")
    elif clause.suggested > clause.max:
        message = msgid("建议扣 {points} 分，多于这一条的上限 {max} 分")
        tell((*path, "suggested"), message, points=decimal_text(clause.suggested), max=ceiling)


def _only(tell: Tell, path: Path, key: str, home: str) -> None:
    tell((*path, key), msgid("“{key}”只用于 {home}"), key=key, home=home)


def _total(clause: Total, path: Path, tell: Tell) -> None:
    named = clause.activity or clause.document or clause.outlet or clause.honor
    if clause.measure == "count":
        if not named:
            tell(path, msgid("measure: count 要写数什么：activity、document、outlet 或 honor"))
        if clause.per:
            _only(tell, path, "per", "measure: study_hours")
    elif clause.document or clause.outlet or clause.honor:
        tell(
            (*path, "measure"), msgid("学时只在活动里有；measure: study_hours 只能配 activity，或什么都不配")
        )
    if isinstance(clause.threshold, dict):
        missing = tuple(kind for kind in get_args(UnitKind) if kind not in clause.threshold)
        if missing:
            tell((*path, "threshold"), msgid("按组织类型写的 threshold 还缺 {missing}"), missing=missing)
    elif clause.threshold == "target_sessions":
        if clause.measure != "count":
            tell((*path, "threshold"), msgid("threshold: target_sessions 只用于 measure: count"))
    elif not clause.threshold:
        tell((*path, "threshold"), msgid("threshold 要大于 0"))


def _need(need: Need, path: Path, outline: Outline, tell: Tell) -> None:
    if need.for_year and not (need.activity or need.document or need.honor):
        _only(tell, path, "for_year", "activity、document、honor")
    if need.for_year and need.window:
        tell((*path, "window"), msgid("for_year: true 按所属年度算，不能再写 window；两者留一个"))
    if need.lecturer and not need.activity:
        _only(tell, path, "lecturer", "activity")
    if need.feature is not None and not need.outlet:
        _only(tell, path, "feature", "outlet")
    if outline.year is not None and outline.closes_on is not None:
        _dates(need, path, outline.year, outline.closes_on, tell)


def _dates(need: Need, path: Path, year: int, closes_on: date, tell: Tell) -> None:
    first, last = date(year, 1, 1), date(year, 12, 31)
    closes_on = max(closes_on, last)
    due = need.due or last
    final = need.final or due
    _within(need, path, first, closes_on, tell)
    if need.expected_by and need.expected_by > due:
        message = msgid("预期完成日 {expected_by} 晚于期限 {due}")
        tell((*path, "expected_by"), message, expected_by=need.expected_by, due=due)
    if need.final and final < due:
        message = msgid("最后补正日 {final} 早于期限 {due}")
        tell((*path, "final"), message, final=final, due=due)
    if need.window:
        _window(need.window, path, first, closes_on, final, tell)


def _within(need: Need, path: Path, first: date, closes_on: date, tell: Tell) -> None:
    for key in ("expected_by", "due", "final"):
        day = getattr(need, key)
        if day is not None and not first <= day <= closes_on:
            message = msgid("{day} 不在本年度里；要在 {first} 到关账日 {closes_on} 之间")
            tell((*path, key), message, day=day, first=first, closes_on=closes_on)


def _window(
    window: tuple[date, date], path: Path, first: date, closes_on: date, final: date, tell: Tell
) -> None:
    start, end = window
    where = (*path, "window")
    if start > end:
        tell(where, msgid("window 的起日 {start} 晚于止日 {end}"), start=start, end=end)
    elif start.year < first.year - 1 or not first <= end <= closes_on:
        # A window may begin in the school year's autumn before; one wholly of another year is a slip.
        message = msgid("window 的 {start} 到 {end} 不在本年度里；止日要在 {first} 到关账日 {closes_on} 之间")
        tell(where, message, start=start, end=end, first=first, closes_on=closes_on)
    elif start > final:
        message = msgid("window 从 {start} 开始，期限 {final} 那时已经过了")
        tell(where, message, start=start, final=final)
