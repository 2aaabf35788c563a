"""An erased name is in no file of the ledger, also while a server holds it open."""

from __future__ import annotations

from pathlib import Path

import pytest

from taizhang.people import store as people
from taizhang.people.erasing import erase_person
from taizhang.people.person import Person
from taizhang.startup.open_ledger import open_ledger

NAME = "欧阳无痕"
TELEPHONE = "13900001234"


def holding(folder: Path) -> list[str]:
    """Return the files below *folder* in which the name or the telephone stands."""
    wanted = (NAME.encode(), NAME.encode("utf-16-le"), TELEPHONE.encode())
    return [
        path.name
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(word in path.read_bytes() for word in wanted)
    ]


@pytest.mark.parametrize("others", [0, 300])
def test_a_name_is_gone_while_a_server_runs(tmp_path: Path, others: int) -> None:
    url = f"sqlite:///{tmp_path}/taizhang.db"
    with open_ledger(url, new=True) as serving, open_ledger(url) as terminal:
        with serving.store.write() as work:
            people.put(work.connection, "wj-01", [Person(f"m{n}", f"某某{n}") for n in range(others)])
            people.put(work.connection, "wj-01", [Person("m-erased", NAME, TELEPHONE)])
        # Written again and moved about: a former state is no less the name.
        with serving.store.write() as work:
            people.put(work.connection, "wj-01", [Person("m-erased", NAME, TELEPHONE, "某路 1 号" * 40)])
        assert holding(tmp_path)
        serving.store.size()
        assert erase_person(terminal.store, "wj-01", "m-erased") is True
        assert holding(tmp_path) == []
        assert erase_person(terminal.store, "wj-01", "m-erased") is None
        with serving.store.write() as work:
            assert people.search(work.connection, "wj-01", NAME) == []
            people.put(work.connection, "wj-01", [Person("m-more", "李某")])
    assert holding(tmp_path) == []


def test_who_reads_an_older_state_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.store.sqlite.store.REMAINS_SECONDS", 0.2)
    url = f"sqlite:///{tmp_path}/taizhang.db"
    with open_ledger(url, new=True) as serving, open_ledger(url) as terminal:
        with serving.store.write() as work:
            people.put(work.connection, "wj-01", [Person("m-erased", NAME, TELEPHONE)])
        with serving.store.read() as work:
            assert people.search(work.connection, "wj-01", NAME)
            assert erase_person(terminal.store, "wj-01", "m-erased") is False
        assert erase_person(terminal.store, "wj-01", "m-erased") is None
        assert terminal.store.drop_remains()
        assert holding(tmp_path) == []
