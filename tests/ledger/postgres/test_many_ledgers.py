"""Many ledgers of one PostgreSQL under load: the server is killed, one ledger moves away; nothing is lost."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from ledger.problem import StoreError
from taizhang.app.installation import Installation
from taizhang.backup.move_ledger import move_ledger
from taizhang.startup import ledgers
from taizhang.startup.open_ledger import open_ledger
from taizhang.startup.open_ledgers import OpenLedgers
from tests.bench.events import appends, history
from tests.bench.product import BY, import_all
from tests.ledger.under_load import NOW, Load
from tests.postgres.server import Server

NAMES = ("d0", "d1", "d2")
UNITS, EVENTS_EACH = 4, 10


@pytest.fixture
def here(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Installation:
    monkeypatch.chdir(tmp_path)
    here = Installation(server.url())
    with open_ledger(here.first, new=True):
        pass
    for name in NAMES:
        with open_ledger(ledgers.add(here, name)) as ledger:
            import_all(ledger, history(UNITS, EVENTS_EACH))
    return here


def test_the_server_is_killed_and_one_moves_under_load(
    server: Server, here: Installation, tmp_path: Path
) -> None:
    there = Installation(f"sqlite:///{tmp_path / 'there.db'}")
    with open_ledger(there.first, new=True):
        pass
    with closing(OpenLedgers(here)) as opened:
        stores = {name: opened.take(name).store for name in NAMES}
        load = Load(stores, UNITS)
        with load.running():
            for _ in range(2):
                load.until_more(10)
                load.note()
                server.kill()
                server.start()
            load.until_more(10)
            load.note()
            moved = load.ledgers.pop("d0")
            done = move_ledger(here, "d0", there)
            # Nothing comes in behind it, and the others go on.
            load.until_more(10)
            with pytest.raises(StoreError, match="已停用"):
                moved.store.append([(None, appends(UNITS, 10**6, 1)[0])], by=BY, now=NOW)
        load.check()
        assert load.looks > 0
        load.ledgers = {"d0": moved}
        with open_ledger(there.address("d0")) as ledger:
            load.check({"d0": ledger.store})
            assert ledger.store.root() == done.root == moved.store.root()
        for name in NAMES:
            opened.give_back(name)
