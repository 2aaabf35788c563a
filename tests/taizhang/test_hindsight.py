"""What somebody recorded and might not, by his account of today: found afterwards, told by `verify` and `/admin`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.store.protocol import Recorder
from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.hindsight import Hindsight
from taizhang.accounts.roles import Role
from taizhang.app.ledger import OpenLedger
from taizhang.startup.open_ledger import open_ledger

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SECRETARY = Account("wj-01", Role.SECRETARY, "钱", frozenset({"wj-01"}))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[OpenLedger]:
    with open_ledger(f"sqlite:///{tmp_path}/hindsight.db", new=True) as opened:
        for account in (Account("zhao", Role.OPERATOR, "赵"), Account("sun", Role.ASSESSOR, "孙"), SECRETARY):
            entry.create_account(opened.store, account, now=NOW, by="operator")
        yield opened


def record(session: OpenLedger, by: str, event_type: str, subject: str, event_id: str, **data: Any) -> None:
    """Append as it was possible before everything was guarded."""
    event = {"specversion": "1.0", "id": event_id, "source": "urn:tests", "type": event_type, "subject": subject,
             "time": "2017-09-01", "data": data}  # fmt: skip
    session.store.append([(None, orjson.dumps(event))], by=Recorder(by), now=NOW)


def test_looking_back_finds_what_a_recorder_might_not_append(session: OpenLedger) -> None:
    record(session, "sun", "organization.registered", "wj-01", "r1", name="一中", kind="branch")
    record(session, "wj-01", "organization.registered", "wj-02", "r2", name="二中", kind="branch")
    record(session, "wj-01", "activity.held", "wj-01", "a1", kinds=["party_lecture"], topic="学习")
    record(
        session,
        "wj-01",
        "judgement.passed",
        "wj-01",
        "j1",
        clause="2.1",
        deduct="1",
        reason="x",
        for_year=2017,
    )
    record(session, "wj-01", "record.retracted", "wj-01", "x1", record="j1", reason="x")
    record(session, "somebody", "activity.held", "wj-02", "a2", kinds=["party_lecture"], topic="学习")
    # A file to his own record is his to attach.
    facts = {"sha256": "0" * 64, "media_type": "image/png", "bytes": 9, "filename": "签到.png"}
    record(session, "wj-01", "evidence.attached", "wj-01", "f1", record="a1", **facts)
    hindsight = Hindsight()
    hindsight.look(session.store)
    assert [(each.sequence, each.id, each.by) for each in hindsight.told] == [
        (2, "r2", "wj-01"), (4, "j1", "wj-01"), (5, "x1", "wj-01"),
    ]  # fmt: skip
    assert hindsight.unknown == {"somebody": 1}
    assert hindsight.last == 7
    record(session, "sun", "activity.held", "wj-02", "a3", kinds=["party_lecture"], topic="学习")
    hindsight.look(session.store)
    assert (hindsight.last, hindsight.count) == (8, 4), "it goes on from where it was"


def test_by_the_accounts_of_today(session: OpenLedger) -> None:
    record(session, "sun", "organization.registered", "wj-01", "r1", name="一中", kind="branch")
    record(session, "wj-01", "activity.held", "wj-01", "a1", kinds=["party_lecture"], topic="学习")
    hindsight = Hindsight()
    hindsight.look(session.store)
    assert hindsight.as_json() == {}
    gone = Account("wj-01", Role.SECRETARY, "钱", frozenset({"wj-01"}), active=False)
    entry.change_account(session.store, gone, now=NOW, by="zhao")
    hindsight.look(session.store)
    assert hindsight.count == 0, "who has left has still recorded what was his"
    moved = Account("wj-01", Role.SECRETARY, "钱", frozenset({"wj-07"}))
    entry.change_account(session.store, moved, now=NOW, by="zhao")
    hindsight.look(session.store)
    assert hindsight.as_json()["not_permitted"] == {
        "count": 1,
        "events": [
            {"sequence": 2, "id": "a1", "type": "activity.held", "subject": "wj-01", "authid": "wj-01"}
        ],
    }
