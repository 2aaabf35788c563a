"""Members by name: the ledger and its reasons know ids only; whoever may see the unit is shown who is meant."""

from __future__ import annotations

import re

from ledger.store import Work
from taizhang.people.store import directory_of


class Names:
    """The names of a unit's members, from its directory; an id that it does not know stays as it is."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names
        # The longest first, and whole ids only: m-1 is no part of m-12.
        ids = sorted((re.escape(each) for each in names), key=len, reverse=True)
        self._ids = re.compile(rf"(?<![\w.-])(?:{'|'.join(ids)})(?![\w-]|\.\w)", re.ASCII) if ids else None

    def of(self, member: str) -> str:
        """Return a member's name."""
        return self._names.get(member, member)

    def spoken(self, text: str) -> str:
        """Return *text* with the names of those whose ids stand in it."""
        return self._ids.sub(lambda found: self._names[found.group()], text) if self._ids else text


def names_of(work: Work, unit: str) -> Names:
    """Return the names of *unit*."""
    people = directory_of(work.connection, unit)
    return Names({person.member: person.name for person in people if person.name})
