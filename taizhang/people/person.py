"""A person, and a unit's directory in memory: who is meant by a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from secrets import choice

from ledger.equal_text import as_compared

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without i, l, o, 0 and 1, which are misread on paper. Eight of them: 8.5 * 10**11 ids."""


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a member; empty text and None: not known."""

    member: str
    name: str
    telephone: str = ""
    address: str = ""
    born_on: date | None = None


def new_member() -> str:
    """Return a member id that says nothing of who it is: ``m-7k2fq9xa``."""
    return "m-" + "".join(choice(_LETTERS) for _ in range(8))


def plain_name(name: str) -> str:
    """Return *name* as it is compared: width, dots, what is invisible and spaces do not matter, 张　伟 is 张伟."""
    return "".join(as_compared(name).split())


class Directory:
    """The people of one unit's tree."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self._people: dict[str, Person] = {}
        self._named: dict[str, dict[str, None]] = {}
        for person in people:
            self.put(person)

    def __iter__(self) -> Iterator[Person]:
        return iter(self._people.values())

    def __len__(self) -> int:
        return len(self._people)

    def copy(self) -> Directory:
        """Return a directory of the same people."""
        return Directory(self)

    def put(self, person: Person) -> None:
        """Take in *person*, in place of what was known of the member."""
        former = self._people.get(person.member)
        if former is not None:
            del self._named[plain_name(former.name)][former.member]
        self._people[person.member] = person
        self._named.setdefault(plain_name(person.name), {})[person.member] = None

    def get(self, member: str) -> Person | None:
        """Return what is known of *member*."""
        return self._people.get(member)

    def named(self, name: str) -> list[Person]:
        """Return everybody of that name, first known first."""
        return [self._people[member] for member in self._named.get(plain_name(name), ())]

    def names(self) -> list[str]:
        """Return every name once, as the first who bears it was written."""
        return [self._people[next(iter(members))].name for members in self._named.values() if members]

    def name_of(self, member: str) -> str:
        """Return the member's name, the id where none is known (any more)."""
        person = self._people.get(member)
        return person.name if person is not None and person.name else member
