"""A demo's members have names, the same in every demo; the ledger holds none of them."""

from pathlib import Path

from taizhang.demo import generate, live
from taizhang.demo.directory import keep_demo_people
from taizhang.entry.sheets import Known
from taizhang.people.store import directory_of
from taizhang.startup.open_ledger import open_ledger


def test_every_member_has_a_name_that_the_ledger_does_not_hold(tmp_path: Path) -> None:
    with open_ledger(f"sqlite:///{tmp_path / 'demo.db'}", durable=False, new=True) as session:
        live(session.store, list(generate(1, 2017)))
        unit = session.store.units()[0]
        found = []
        for _again in range(2):
            keep_demo_people(session.store)
            with session.store.read() as work:
                found.append(directory_of(work.connection, unit))
                members = Known.of(work.stream(unit)).members
        assert {person.member for person in found[0]} == members
        assert list(found[0]) == list(found[1])
        exported = b"".join(session.store.export())
        assert not any(person.name.encode() in exported for person in found[0] if len(person.name) == 3)
