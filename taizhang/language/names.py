"""Members and branches by name: the ledger and its reasons know ids only; who sees the unit is shown what is meant."""

from __future__ import annotations

import re
from datetime import date

from ledger.store.protocol import Transaction
from projections.facts import Facts
from taizhang.language.branch_names import branch_names
from taizhang.people.person import Directory
from taizhang.people.store import directory_of


class Names:
    """Names by id; an id that has none stays as it is."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names
        # The longest first, and whole ids only: m-1 is no part of m-12.
        ids = sorted((re.escape(each) for each in names), key=len, reverse=True)
        # The space that sets an id off from Chinese words is none of the name's.
        one = rf"(?<![\w.-])({'|'.join(ids)})(?![\w-]|\.\w)(?: (?=[\u4e00-\u9fff]))?"
        self._ids = re.compile(one, re.ASCII) if ids else None

    def of(self, id_: str) -> str:
        """Return the name of a member or of a branch."""
        return self._names.get(id_, id_)

    def spoken(self, text: str) -> str:
        """Return *text* with the names of those whose ids stand in it."""
        return self._ids.sub(lambda found: self._names[found.group(1)], text) if self._ids else text


def names_of(work: Transaction, facts: Facts, day: date) -> Names:
    """Return the names of a unit, known by its *facts*, on *day*."""
    return names_among(directory_of(work.connection, facts.unit), facts, day)


def names_among(people: Directory, facts: Facts, day: date) -> Names:
    """Return the names of the unit's branches on *day* and of all its *people*."""
    members = {person.member: person.name for person in people if person.name}
    return Names({**branch_names(facts, day), **members})
