"""What must agree between the parts of a file of format 2: codes, days, points, levels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ..amounts import decimal_text
from ..mistake import msgid
from ..same_as import Tell, tell_doubles
from ..source import Path
from ..wording import misspelt
from .document import Head, year_of
from .measures import Measure, Measured

_DAYS = ("expected_by", "due", "final")
_BUILT_IN_LEVELS = ("national", "province", "city", "district", "bureau")


def agreement(
    head: Head | None,
    clauses: list[Measured],
    places: Mapping[str, Path],
    tell: Tell,
    known: Mapping[str, Measure],
) -> None:
    """Tell all that does not agree; *head* is None where it could not be read."""
    if head is not None:
        _year(head, tell)
        _periods(head, tell)
        _level_names(head, tell)
        _kinds(head, tell)
    tell_doubles(((places[clause.id], clause) for clause in clauses), tell)
    for clause in clauses:
        path = places[clause.id]
        _amounts(clause, path, tell)
        if head is not None:
            declared = _declared(head)
            for inner, family, code in known[clause.rule_key].codes(clause.terms):
                _code((*path, clause.rule_key, *inner), family, code, declared, tell)
            _levels(clause, path, declared, tell)
            _dates(clause.terms, (*path, clause.rule_key), head, tell)
            _needs(clause.terms, (*path, clause.rule_key), head, tell)


def _year(head: Head, tell: Tell) -> None:
    first, last = year_of(head.year, head.period)
    if first >= last:
        tell(("period",), msgid("period 的起日 {start} 不早于止日 {end}"), start=first, end=last)
    elif not first.year <= head.year <= last.year:
        tell(("period",), msgid("period 不包含 {year} 年；year 和 period 有一个写错了"), year=head.year)
    if head.closes_on < last:
        tell(("closes_on",), msgid("关账日 {day} 早于年度最后一天 {last}"), day=head.closes_on, last=last)
    elif (head.closes_on - last).days > 366:
        tell(
            ("closes_on",),
            msgid("关账日 {day} 晚于下一年度末；year 是 {year}，两者有一个写错了"),
            day=head.closes_on,
            year=head.year,
        )
    if head.judged_until is not None and head.judged_until < head.closes_on:
        message = msgid("评定截止日 {day} 早于关账日 {closes_on}")
        tell(("judged_until",), message, day=head.judged_until, closes_on=head.closes_on)
    for code, figure in head.figures.items():
        if figure.max is not None and figure.max <= figure.min:
            tell(("figures", code), msgid("max 要大于 min"))


def _periods(head: Head, tell: Tell) -> None:
    first, last = year_of(head.year, head.period)
    for name, periods in head.periods.items():
        before: date | None = None
        for place, period in enumerate(periods):
            path: Path = ("periods", name, place)
            if period.first > period.last:
                message = msgid("“{name}”的起日 {start} 晚于止日 {end}")
                tell(path, message, name=period.name, start=period.first, end=period.last)
            elif before is not None and period.first <= before:
                tell(path, msgid("“{name}”与前一段的日子重叠"), name=period.name)
            elif not first <= period.first <= head.closes_on:
                message = msgid("“{name}”不在本年度里（{first} 到 {last}）")
                tell(path, message, name=period.name, first=first, last=last)
            before = period.last


def _level_names(head: Head, tell: Tell) -> None:
    codes = [level.code for level in head.levels]
    for place, level in enumerate(head.levels):
        if codes.index(level.code) != place:
            tell(("levels", place, "code"), msgid("级别“{code}”写了两次"), code=level.code)
        if level.counts_as is not None and level.counts_as not in codes:
            message = msgid("levels 里没有“{code}”这个级别")
            tell(("levels", place, "counts_as"), message, code=level.counts_as)


def _kinds(head: Head, tell: Tell) -> None:
    """Units are of three kinds; what else tells them apart is a tag."""
    message = msgid("组织类型只有 {known}；别的分类请写成标签（tags）")
    for kind in head.kinds:
        if kind not in _KINDS:
            tell(("kinds", kind), message, known=_KINDS)
    for place, kind in enumerate(head.meant.kinds if head.meant else ()):
        if kind not in _KINDS:
            tell(("for", "kinds", place), message, known=_KINDS)


def _declared(head: Head) -> dict[str, Mapping[str, object]]:
    codes = {family: getattr(head.codes, family) for family in type(head.codes).model_fields}
    return {
        **codes,
        "figures": head.figures,
        "cases": head.cases,
        "ratings": head.ratings,
        "roles": head.roles,
        "categories": head.categories,
        "periods": head.periods,
        "levels": {level.code: level.name for level in head.levels} or dict.fromkeys(_BUILT_IN_LEVELS, ""),
    }


_IN_CODES = frozenset({"activities", "documents", "outlets", "honors", "conditions"})


def _code(
    path: Path, family: str, code: str, declared: Mapping[str, Mapping[str, object]], tell: Tell
) -> None:
    if code in declared[family]:
        return
    home = f"codes.{family}" if family in _IN_CODES else family
    elsewhere = next((other for other, names in declared.items() if code in names), None)
    near = misspelt(code, list(declared[family]))
    if elsewhere:
        there = f"codes.{elsewhere}" if elsewhere in _IN_CODES else elsewhere
        tell(path, msgid("“{code}”写在 {other} 里，不在 {family} 里"), family=home, code=code, other=there)
    elif near:
        message = msgid("{family} 里没有“{code}”；拼写最接近的是“{near}”")
        tell(path, message, family=home, code=code, near=near)
    elif family == "periods":
        message = msgid("没有“{code}”这种时段；写 {known}，别的时段要先在 periods 里写明起止日")
        tell(path, message, code=code, known=("month", "quarter", "half", *declared[family]))
    else:
        tell(path, msgid("{family} 里没有“{code}”；请在那里加上它和它的中文名称"), family=home, code=code)


def _levels(clause: Measured, path: Path, declared: Mapping[str, Mapping[str, object]], tell: Tell) -> None:
    curve = clause.curve
    key = "gain" if clause.gains else "lose"
    if curve.table is not None and curve.by in ("level", "outlet"):
        family = "levels" if curve.by == "level" else "outlets"
        for code in curve.table:
            _code((*path, key, "table", code), family, str(code), declared, tell)


def _amounts(clause: Measured, path: Path, tell: Tell) -> None:
    if clause.vetoes:
        return
    curve = clause.curve
    key = "gain" if clause.gains else "lose"
    one = curve.each if curve.each is not None else curve.flat
    if one is not None and not one:
        tell((*path, key), msgid("0 分没有意义；请写分值，或删去这一条"))
    if one is not None and one > clause.points > 0 and not clause.gains:
        message = msgid("每次 {one} 分，多于这一项的 {points} 分")
        tell((*path, key), message, one=decimal_text(one), points=decimal_text(clause.points))
    if curve.each is not None and curve.cap is not None and curve.each > curve.cap:
        message = msgid("每次扣 {points} 分，多于这一条的上限 {max} 分")
        tell((*path, key, "cap"), message, points=decimal_text(curve.each), max=decimal_text(curve.cap))
    suggested = clause.suggested
    if suggested is not None and suggested > clause.max:
        message = msgid("建议扣 {points} 分，多于这一条的上限 {max} 分")
        tell((*path, "suggested"), message, points=decimal_text(suggested), max=decimal_text(clause.max))


def _dates(terms: Any, path: Path, head: Head, tell: Tell) -> None:
    """Every need that *terms* holds lies in the year, its days in order."""
    first, last = year_of(head.year, head.period)
    for inner, need in needs_in(terms):
        where = (*path, *inner)
        due = need.due or last
        final = need.final or due
        for key in _DAYS:
            day = getattr(need, key)
            if day is not None and not first <= day <= head.closes_on:
                message = msgid("{day} 不在本年度里；要在 {first} 到关账日 {closes_on} 之间")
                tell((*where, key), message, day=day, first=first, closes_on=head.closes_on)
        if need.expected_by and need.expected_by > due:
            message = msgid("预期完成日 {expected_by} 晚于期限 {due}")
            tell((*where, "expected_by"), message, expected_by=need.expected_by, due=due)
        if need.final and final < due:
            message = msgid("最后补正日 {final} 早于期限 {due}")
            tell((*where, "final"), message, final=final, due=due)
        if need.for_year and need.window:
            message = msgid("for_year: true 按所属年度算，不能再写 window；两者留一个")
            tell((*where, "window"), message)
        if need.window and need.window[0] > need.window[1]:
            message = msgid("window 的起日 {start} 晚于止日 {end}")
            tell((*where, "window"), message, start=need.window[0], end=need.window[1])


def _needs(terms: Any, path: Path, head: Head, tell: Tell) -> None:
    """What a need says beside its days."""
    for inner, need in needs_in(terms):
        where = (*path, *inner)
        if need.unit_counts and need.scope != "each_branch":
            message = msgid("“{key}”只用于 {home}")
            tell((*where, "unit_counts"), message, key="unit_counts", home="scope: each_branch")
        if isinstance(need.n, dict):
            missing = tuple(kind for kind in head.kinds or _KINDS if kind not in need.n)
            if missing:
                tell((*where, "n"), msgid("按组织类型写的 n 还缺 {missing}"), missing=missing)


_KINDS = ("committee", "general_branch", "branch")


def needs_in(terms: object) -> list[tuple[Path, Any]]:
    """Return every need of a measure's parameters, with its path."""
    needs = getattr(terms, "needs_at", None)
    return needs() if needs is not None else []
