"""When two events are probably one (contract §2): what each is known by, and by what it finds the other."""

from __future__ import annotations

from datetime import date
from sys import intern
from typing import Any, Literal, NamedTuple

from ledger.equal_text import as_compared
from ledger.events.types import type_of
from ledger.json_object import JsonObject

Reason = Literal["code", "gathering", "url", "title", "document"]
Likeness = tuple[Any, ...]
"""What an event is known by: a reason and its values."""


class Alike(NamedTuple):
    """`own` is kept of the event; an earlier one that is kept under `other` is probably the same thing."""

    own: Likeness
    other: Likeness

    @property
    def reason(self) -> Reason:
        """Why the two are probably one."""
        reason: Reason = self.own[0]
        return reason


def likenesses(kind: str, subject: str, day: date, data: JsonObject) -> list[Alike]:
    """Return what an event is known by, none for a type without codes.

    Same subject, type, day and code; the same gathering in the unit and in a branch of it; the same url, or outlet and
    title, of a publication in one tree and year; the same document of a subject and year.
    """
    coded = type_of(kind).codes
    if coded is None:
        return []
    codes = data[coded.field]
    kind = intern(kind)
    subject = intern(subject)
    if coded.many:
        found = [_same(("code", intern(code), kind, subject, day)) for code in codes]
        gathering = (day, tuple(sorted(set(codes))), as_compared(data["topic"]))
        in_branch = "/" in subject
        found.append(Alike(("gathering", in_branch, *gathering), ("gathering", not in_branch, *gathering)))
        return found
    if coded.apart:
        return [_same(("code", intern(codes), kind, subject, day, data.get(coded.apart, "")))]
    found = [_same(("code", intern(codes), kind, subject, day))]
    if kind == "publication.made":
        if "url" in data:
            found.append(_same(("url", day.year, data["url"].strip())))
        found.append(_same(("title", day.year, intern(codes), as_compared(data["title"]))))
    elif kind == "document.filed":
        found.append(_same(("document", subject, intern(codes), data.get("for_year", day.year))))
    return found


def _same(key: Likeness) -> Alike:
    return Alike(key, key)
