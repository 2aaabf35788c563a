"""A letter in the words of a language: subject, plain text, HTML, the lines of a chat message, the deadlines' file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from ledger.text import Text

from .colours import DARK, LIGHT
from .deadlines import calendar_file, deadlines_in
from .letter import Letter, deadline, need, numbers, subject_of
from .plain import lines, one_line

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line of a chat message: words, and where they lead to."""

    words: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """What goes out, whichever channel takes it."""

    subject: str
    text: str
    html: str
    chat: tuple[ChatLine, ...]
    calendar: bytes | None
    """The deadlines ahead; None when there are none."""
    unsubscribe: str
    at: datetime


def write(letter: Letter, translate: Translate, now: datetime) -> RenderedMessage:
    """Return *letter* in the language that *translate* speaks."""
    subject = one_line(subject_of(letter).render(translate))
    words = {
        "letter": letter,
        "subject": subject,
        "deadline": deadline,
        "need": need,
        "numbers": numbers,
        "light": LIGHT,
        "dark": DARK,
        "_": lambda message, **values: translate(message).format(**values) if values else translate(message),
        "say": lambda text: text.render(translate) if isinstance(text, Text) else text,
    }
    ahead = deadlines_in(letter)
    calendar = calendar_file(letter.parts[0].name, ahead, now, translate) if ahead else None
    return RenderedMessage(
        subject,
        lines(_template("letter.txt").render(words).strip()) + "\n",
        lines(_template("letter.html").render(words)),
        tuple(ChatLine(one_line(line.words), line.link) for line in _chat_lines(letter, translate)),
        calendar,
        letter.unsubscribe,
        now,
    )


def _chat_lines(letter: Letter, translate: Translate) -> list[ChatLine]:
    def say(text: Text) -> str:
        return text.render(translate)

    found: list[ChatLine] = []
    for part in letter.parts:
        found.append(ChatLine(part.name, part.link))
        for _, heading, group in part.groups():
            found.append(ChatLine(f"【{say(heading)}】"))
            found += [
                ChatLine(f"{line.clause} {say(line.title)}（{say(deadline(line))}）", line.link)
                for line in group
            ]
        for month in part.months:
            found.append(ChatLine(f"【{say(month.name)}】"))
            found += [
                ChatLine(f"{each.clause} {say(each.title)}（{say(each.cost)}）", each.link)
                for each in month.asked
            ]
    if letter.watched is not None:
        found += [
            ChatLine(f"{row.clause} {say(row.title)}（{say(numbers(row))}）")
            for row in letter.watched.clauses
        ]
        found += [
            ChatLine(f"{unit.name}（{say(need(unit))}）", unit.link) for unit in letter.watched.neediest
        ]
    found += [ChatLine(say(note)) for note in letter.notes]
    return found


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("reminders"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["day"] = _day
    return made


def _template(name: str) -> Any:
    return _environment().get_template(name)


def _day(value: date) -> str:
    return value.isoformat()
