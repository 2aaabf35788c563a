"""Who a roster's row is: somebody the directory knows, or somebody new."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ledger.text import Text
from taizhang.people.person import Directory, Person

from .context import Context, described
from .sheet import RowReading


def person_of(row: RowReading, values: dict[str, Any], context: Context, people: Directory) -> None:
    """Set the row's person and `values["member"]`; blames the row when namesakes cannot be told apart.

    A member id settles it. Else people are matched by name; birthday or telephone tell namesakes apart, and a
    birthday that differs makes another person.
    """
    if "name" not in values:
        return
    said = Person(
        values.get("member", ""),
        values["name"],
        values.get("telephone", ""),
        values.get("address", ""),
        values.get("born"),
    )
    known = people.get(said.member) if said.member else _known(row, said, context, people)
    if row.problems:
        return
    if known is not None:
        person = replace(
            known,
            name=said.name,
            telephone=said.telephone or known.telephone,
            address=said.address or known.address,
            born_on=said.born_on or known.born_on,
        )
    else:
        row.is_new_person = True
        person = said if said.member else replace(said, member=context.make_member())
    values["member"] = person.member
    row.person = person if person != known else None
    people.put(person)


def _known(row: RowReading, said: Person, context: Context, people: Directory) -> Person | None:
    named = [person for person in people.named(said.name) if _may_be(said, person, context)]
    if len(named) > 1:
        surer = [person for person in named if _surely(said, person)]
        if len(surer) == 1:
            return surer[0]
        text = Text(
            "有 {count} 位党员叫“{name}”；请写上出生日期、电话或党员编号，指明是哪一位：{which}",
            count=len(named),
            name=said.name,
            which=[described(person) for person in named],
        )
        row.blame("姓名", text)
        return None
    return named[0] if named else None


def _may_be(said: Person, person: Person, context: Context) -> bool:
    if said.born_on is not None and person.born_on is not None:
        return said.born_on == person.born_on
    # A person may have a new number, but not two in one workbook.
    from_this_workbook = context.people.get(person.member) is None
    return not (from_this_workbook and said.telephone and person.telephone != said.telephone)


def _surely(said: Person, person: Person) -> bool:
    same_birthday: bool = said.born_on is not None and said.born_on == person.born_on
    return same_birthday or bool(said.telephone and said.telephone == person.telephone)
