"""The power fails: at every sync the disk loses what was not synced, and nothing that was acknowledged is gone."""

from __future__ import annotations

import os
import random
from pathlib import Path

import orjson
import pytest

from ledger.store.protocol import Recorder
from ledger.store.sqlite.store import SqliteStore, open_sqlite
from taizhang.app.clock import Clock
from taizhang.app.ledger import OpenLedger
from taizhang.proofs.verification import Beside, Outside, look_through
from taizhang.startup.open_ledger import open_ledger
from tests.ledger.sqlite.forgetful import Cut, Disk
from tests.web.site import activity

CUTS = int(os.environ.get("TAIZHANG_TEST_POWER_CUTS", "12"))
"""At so many syncs, spread over all of them, it is looked what is left; 100000: at every one."""
APPENDS = 24


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Cut], list[set[str]]]:
    """The power cuts of a ledger's first day, and the ids that had been acknowledged before each append."""
    acknowledged: set[str] = set()
    after: list[set[str]] = [set()]
    disk = Disk(lambda: len(after) - 1)
    assert open_sqlite.__kwdefaults__ is not None
    (tmp_path / "day").mkdir()
    url = f"sqlite:///{tmp_path}/day/ledger.db"
    with open_ledger(url, new=True):
        pass
    with monkeypatch.context() as forgetful:
        forgetful.setitem(open_sqlite.__kwdefaults__, "connect", disk.connect)
        with open_ledger(url) as session:
            for number in range(APPENDS):
                events = (
                    [unit()] if not number else [held(f"{number}-{each}") for each in range(1 + number % 5)]
                )
                lines = [(None, orjson.dumps(event)) for event in events]
                session.store.append(lines, by=Recorder("li"), now=Clock()())
                acknowledged |= {event["id"] for event in events}
                after.append(set(acknowledged))
                if number % 8 == 7:
                    # The log goes into the file, as it does by itself when it has grown.
                    checkpoint(session)
    disk.close()
    return disk.cuts, after


def checkpoint(session: OpenLedger) -> None:
    assert isinstance(session.store, SqliteStore)
    session.store._opened().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def unit() -> dict[str, object]:
    return activity("unit", "wj-01", "2017-01-01", "x") | {
        "type": "organization.registered", "data": {"name": "某校党支部", "kind": "branch"},
    }  # fmt: skip


def held(name: str) -> dict[str, object]:
    return activity(name, "wj-01", "2017-03-01", "study_session")


@pytest.mark.parametrize("torn", [False, True], ids=["nothing unsynced is left", "some sectors are left"])
def test_what_was_acknowledged_is_there(
    written: tuple[list[Cut], list[set[str]]], tmp_path: Path, torn: bool
) -> None:
    cuts, after = written
    assert len(cuts) > APPENDS
    looks = min(CUTS, len(cuts))
    whole = 0
    for place in sorted({(len(cuts) - 1) * look // max(1, looks - 1) for look in range(looks)}):
        folder = tmp_path / f"cut-{place}"
        folder.mkdir()
        cuts[place].leave(folder, random.Random(place) if torn else None)
        acknowledged = after[cuts[place].done]
        with open_ledger(f"sqlite:///{folder}/ledger.db") as session:
            stored = {orjson.loads(line)["id"] for line in session.store.export()}
            assert acknowledged <= stored, f"cut {place}"
            beside = Beside(session.shelf, session.settings.late_days, session.clock(), None)
            found = look_through(session.log, Outside(), beside)
            assert found.is_sound, [str(fault.text) for fault in found.faults()]
            whole += bool(stored)
            # It goes on.
            session.store.append([(None, orjson.dumps(unit() if not stored else held("next")))], by=Recorder("li"),
                                 now=session.clock())  # fmt: skip
    assert whole > looks // 2
