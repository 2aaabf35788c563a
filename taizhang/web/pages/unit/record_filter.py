"""Which of a unit's records are looked for: by kind, by days, by words in them, by who was there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.events.types import type_of
from projections.facts import Facts
from projections.records import Record
from taizhang.entry.parsing.cells import Unreadable
from taizhang.entry.parsing.days import read_day
from taizhang.language.event_labels import RecordWords, type_word
from taizhang.language.names import Names
from taizhang.people.search import search_term, sought_by

_PERSONS = ("member", "lecturer", "secretary")


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What is looked for; what is empty does not matter. Days are those on which a thing happened, both included."""

    words: str = ""
    kind: str = ""
    """A type of event, or a type and a code: ``activity.held:party_lecture``."""
    first: date | None = None
    last: date | None = None
    who: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether everything is looked for."""
        return self == RecordFilter()

    def query(self) -> dict[str, str]:
        """Return it as it stands in an address."""
        said = {
            "q": self.words,
            "kind": self.kind,
            "from": str(self.first or ""),
            "to": str(self.last or ""),
            "who": self.who,
        }
        return {name: text for name, text in said.items() if text}

    def fits(self, record: Record, words: RecordWords, names: Names, facts: Facts) -> bool:
        """Say whether *record* is looked for."""
        if not (self.first or date.min) <= record.day <= (self.last or date.max):
            return False
        if self.kind and not any(kind == self.kind for kind, _name in kinds_of(record, words)):
            return False
        title = words.title(record.type, record.data)
        if self.words and search_term(self.words) not in search_term(f"{title} {names.of(record.subject)}"):
            return False
        return not self.who or any(self._is_meant(names.of(each)) for each in _people(record, facts))

    def _is_meant(self, name: str) -> bool:
        return search_term(self.who) in sought_by(name)


def filter_of(said: Mapping[str, str], today: date) -> RecordFilter:
    """Return what an address asks for; a day that cannot be read does not matter."""
    return RecordFilter(
        said.get("q", "").strip()[:80],
        said.get("kind", "")[:80],
        _day(said.get("from", ""), today),
        _day(said.get("to", ""), today),
        said.get("who", "").strip()[:80],
    )


def _day(text: str, today: date) -> date | None:
    try:
        return read_day(text, today.year) if text.strip() else None
    except Unreadable:
        return None


def kinds_of(record: Record, words: RecordWords) -> list[tuple[str, str]]:
    """Return what a record may be looked for as: its type, and each of its codes, with their names."""
    coded = type_of(record.type).codes
    found = [(record.type, type_word(record.type))]
    if coded is not None:
        said: Any = record.data[coded.field]
        codes = said if isinstance(said, list) else [said]
        found += [(f"{record.type}:{code}", words.value(coded.field, code)) for code in codes]
    return found


def _people(record: Record, facts: Facts) -> list[str]:
    """Return whom a record names, or means by all."""
    found = [record.data[field] for field in _PERSONS if field in record.data]
    there: Any = record.data.get("attendees", ())
    if there == "all":
        return found + [
            each.member
            for each in facts.roster.present(record.day)
            if record.subject in (facts.unit, each.subject)
        ]
    return found + list(there)
