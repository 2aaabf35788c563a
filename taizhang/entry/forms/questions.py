"""What is asked before a form is recorded, with a tick to go on. Pure.

Nothing of it is refused, and all of it is seldom meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.text import Text
from taizhang.people.person import plain_name

from .form import Draft, Form, Values
from .members import MemberJoined
from .registry import is_counted

TICK = "sure"
"""The name under which a form sends the keys of the questions that were ticked."""
DAYS = "days"
"""The name under which a form sends the first and last day of the period that it was opened for."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `key` says what was asked, so that a tick never answers another question."""

    key: str
    text: Text


def questions(form: Form, drafts: Sequence[Draft], values: Values) -> list[Question]:
    """Return what is to be asked of a form that was sent as *values* and came to *drafts*."""
    found = [*_of_days(form, drafts, days_said(values))]
    if isinstance(form, MemberJoined):
        found += _of_name(form, (values.get("name") or [""])[0].strip())
    return list({question.key: question for question in found}.values())


def is_answered(question: Question, values: Values) -> bool:
    """Whether somebody has ticked it."""
    return question.key in values.get(TICK, ())


def days_said(values: Values) -> tuple[date, date] | None:
    """Return the period that a form was opened for, as it comes back with it."""
    try:
        first, last = (date.fromisoformat(day) for day in (values.get(DAYS) or [""])[0].split("/"))
    except ValueError:
        return None
    return first, last


def _of_days(form: Form, drafts: Sequence[Draft], days: tuple[date, date] | None) -> Iterator[Question]:
    situation = form.situation
    opened = [(each.opens_on, each.closes_on) for each in situation.shelf.open_at(situation.today)]
    for draft in drafts:
        day = draft.day
        if not is_counted(draft.type) or day > situation.today:
            continue
        registered = situation.facts.organization(draft.subject).registered
        if days is not None and not days[0] <= day <= days[1]:
            text = Text(
                "这里补录的是 {first} 至 {last} 之间的，{day} 不在里面", first=days[0], last=days[1], day=day
            )
            yield Question(f"period {day}", text)
        elif opened and not any(first <= day <= last for first, last in opened):
            yield Question(f"year {day}", Text("{day} 不在正在考核的年度里，现在的得分不会变", day=day))
        elif registered is not None and day < registered:
            text = Text(
                "{day} 时“{name}”还没有登记（{registered} 登记）",
                day=day,
                name=situation.name(draft.subject),
                registered=registered,
            )
            yield Question(f"registered {draft.subject} {day}", text)


def _of_name(form: MemberJoined, name: str) -> Iterator[Question]:
    if not name:
        yield Question("nameless", Text("没有写姓名，名册里只看得到编号"))
        return
    situation = form.situation
    alike = [
        each for each in situation.members if plain_name(situation.name_of(each.member)) == plain_name(name)
    ]
    for each in alike[:1]:
        text = Text(
            "名册里已经有一位“{name}”（{branch}）；是同名的另一个人吗？",
            name=name,
            branch=situation.name(each.subject),
        )
        yield Question(f"namesake {plain_name(name)}", text)
