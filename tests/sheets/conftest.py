"""A unit to read sheets against: one branch, four people of whom two share a name, the codes of 2017."""

from collections.abc import Callable
from datetime import date

import pytest

from rubric.catalog import RubricCatalog
from rubric.schema import FAMILIES
from taizhang.entry.sheets import Context, Known, Plan, grid_of_text, plan, read_grid
from taizhang.people.person import Directory, Person

UNIT = "lh-01"
TODAY = date(2017, 12, 20)
PEOPLE = (
    Person("m1", "王芳"),
    Person("m2", "李娜"),
    Person("m3", "张伟", born_on=date(1970, 1, 2)),
    Person("m4", "张伟", telephone="13900000004"),
)


@pytest.fixture(scope="session")
def context() -> Context:
    shelf = RubricCatalog()
    numbers = iter(range(100, 1000))
    return Context(
        unit=UNIT,
        year=2017,
        subjects={UNIT: "柳河小学党总支", f"{UNIT}/b1": "柳河小学低年级党支部"},
        codes={
            family: {code: shelf.code_name(family, code) for code in shelf.codes(family)}
            for family in FAMILIES
        },
        people=Directory(PEOPLE),
        members=frozenset(person.member for person in PEOPLE),
        homes={"m1": f"{UNIT}/b1"},
        make_member=lambda: f"m{next(numbers)}",
    )


Planned = Callable[..., Plan]


@pytest.fixture
def planned(context: Context) -> Planned:
    """What pasted text comes to, held against the records that are known."""

    def planning(text: str, known: Known | None = None, kind: str | None = None, today: date = TODAY) -> Plan:
        reading = read_grid(grid_of_text(text.replace("|", "\t")), context, kind)
        return plan([reading], known or Known(), UNIT, today)

    return planning


def recorded(plan: Plan, known: Known | None = None) -> Known:
    """What the ledger has after the new events of *plan* were recorded."""
    known = known or Known()
    place = len(known.records)
    for event in plan.new_events():
        place += 1
        stored = {**event, "sequence": f"{place:012d}", "recordedtime": "2017-12-20T00:00:00.000000Z"}
        known._take(stored, None)  # type: ignore[arg-type]
    return known
