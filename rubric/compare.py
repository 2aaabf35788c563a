"""What changed from one rubric to another, in words for those who are assessed by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .amounts import decimal_text
from .clauses import Clause
from .format2.flow import flow
from .format2.measures import Measured
from .mistake import Value, msgid
from .schema import Rubric


@dataclass(frozen=True, slots=True)
class Change:
    """One change: about which item or clause (empty: the whole), and the message with its values."""

    about: str
    message: str
    values: tuple[tuple[str, Value], ...]


def changes(before: Rubric, after: Rubric) -> list[Change]:
    """Return what is another in *after*: the head, then items by number, then clauses by id."""
    return [*_of_head(before, after), *_of_items(before, after), *_of_clauses(before, after)]


def _change(about: str, message: str, /, **values: Value) -> Change:
    return Change(about, message, tuple(values.items()))


def _of_head(before: Rubric, after: Rubric) -> list[Change]:
    found = []
    if before.title != after.title:
        found.append(_change("", msgid("名称：原来“{old}”，现在“{new}”"), old=before.title, new=after.title))
    if (before.opens_on, before.ends_on) != (after.opens_on, after.ends_on):
        message = msgid("考核时间：原来 {old} 到 {old_end}，现在 {new} 到 {new_end}")
        days = {
            "old": before.opens_on,
            "old_end": before.ends_on,
            "new": after.opens_on,
            "new_end": after.ends_on,
        }
        found.append(_change("", message, **days))
    for name, message in (
        ("closes_on", msgid("关账日：原来 {old}，现在 {new}")),
        ("judged_until", msgid("评定截止日：原来 {old}，现在 {new}")),
        ("newcomer_days", msgid("登记不满多少天不考核：原来 {old}，现在 {new}")),
    ):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found.append(_change("", message, old=old, new=new))
    old_meant, new_meant = _meant(before), _meant(after)
    if old_meant != new_meant:
        found.append(_change("", msgid("考核对象：原来 {old}，现在 {new}"), old=old_meant, new=new_meant))
    return found


def _meant(rubric: Rubric) -> str:
    meant = getattr(getattr(rubric, "head", None), "meant", None)
    return flow(meant.model_dump(exclude_defaults=True)) if meant is not None else "所有单位"


def _of_items(before: Rubric, after: Rubric) -> list[Change]:
    found = []
    for number in sorted({*before.indicator_clauses, *after.indicator_clauses}):
        old, new = before.indicator_clauses.get(number), after.indicator_clauses.get(number)
        if not old and new:
            message = msgid("新增“{title}”，{points} 分")
            title, points = after.words[number].title, decimal_text(new[0].points)
            found.append(_change(str(number), message, title=title, points=points))
        elif old and not new:
            message = msgid("取消“{title}”（{points} 分）")
            title, points = before.words[number].title, decimal_text(old[0].points)
            found.append(_change(str(number), message, title=title, points=points))
        elif old and new and old[0].points != new[0].points:
            message = msgid("“{title}”原来 {old} 分，现在 {new} 分")
            found.append(
                _change(
                    str(number),
                    message,
                    title=after.words[number].title,
                    old=decimal_text(old[0].points),
                    new=decimal_text(new[0].points),
                )
            )
    return found


def _of_clauses(before: Rubric, after: Rubric) -> list[Change]:
    olds = {clause.id: clause for clause in before.clauses}
    news = {clause.id: clause for clause in after.clauses}
    both_have = set(before.indicator_clauses) & set(after.indicator_clauses)
    found = []
    for clause_id in [*olds, *(each for each in news if each not in olds)]:
        old, new = olds.get(clause_id), news.get(clause_id)
        if (old or new).indicator not in both_have:  # type: ignore[union-attr]
            continue  # said of its item
        if old is None or new is None:
            message = msgid("新增一条：{rule}") if old is None else msgid("取消一条：{rule}")
            found.append(_change(clause_id, message, rule=_said(old or new)))  # type: ignore[arg-type]
        elif _said(old) != _said(new):
            found.append(_change(clause_id, msgid("原来 {old}，现在 {new}"), old=_said(old), new=_said(new)))
    return found


def _said(clause: Clause) -> str:
    if isinstance(clause, Measured):
        return clause.said
    words = {"id", "points", "text", "reading"}
    own: dict[str, Any] = clause.model_dump(mode="json", exclude_unset=True, exclude=words)
    for key in ("max", "per_miss", "suggested"):
        if isinstance(own.get(key), int):
            own[key] = decimal_text(own[key])
    return flow(own)
