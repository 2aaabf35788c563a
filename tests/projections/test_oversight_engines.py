"""The assessors' list and the auditors' look back are the same on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest

from ledger.problem import Refused
from ledger.store.protocol import Recorder
from projections import event_search as trail
from projections import review_rows
from projections.event_search import Sought, look
from projections.review_items import WAITING, standards
from projections.review_queue import renew
from projections.review_rows import Wanted
from projections.signing import signed
from taizhang.app.ledger import OpenLedger
from taizhang.startup.open_ledger import open_ledger
from tests.conftest import NewUrl
from tests.projections.test_review_rows import event, honor, unit
from tests.projections.test_signing import signing

NOW = datetime(2018, 2, 9, 4, 0, tzinfo=UTC)


def append(session: OpenLedger, *events: dict[str, Any], by: str = "li", now: datetime = NOW) -> None:
    session.store.append([(None, orjson.dumps(each)) for each in events], by=Recorder(by), now=now)


def test_the_list_the_look_back_and_a_signing(new_url: NewUrl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "BLOCK_EVENTS", 2)
    with open_ledger(new_url(), durable=False, new=True) as session:
        # Long before: what a unit enters of the time before it came is no late entry.
        append(
            session,
            unit("wj-07"),
            unit("wj-01", "committee"),
            by="office",
            now=datetime(2017, 10, 1, tzinfo=UTC),
        )
        append(session, honor("h1", "wj-01"), honor("h2", "wj-01"), honor("h3", "wj-07", "2018-01-02"))
        append(
            session, event("a1", "appeal.filed", "wj-07", "2018-02-01", appeal="a", clause="1.1", reason="x")
        )
        wanted = standards(session.shelf, 15)
        assert renew(session.store, wanted) == 2
        assert renew(session.store, wanted) == 0
        with session.store.read() as work:
            assert review_rows.counts(work.connection, Wanted()) == {
                "appeal": 1,
                "claim": 3,
                "double": 1,
                "late": 1,
            }
            assert review_rows.waiting(work.connection, WAITING, ("office",)) == {"wj-01": 3, "wj-07": 3}
            found = review_rows.page(work.connection, Wanted("claim", unit="01支"), first=0, most=9)
            assert [(row.record, name, kind) for row, name, kind in found] == [
                ("h1", "wj-01支部", "committee"),
                ("h2", "wj-01支部", "committee"),
            ]
            ((lags, _name), _) = review_rows.lags(work.connection, 2018, first=0, most=9)
            assert (lags.unit, lags.longest, lags.late) == ("wj-07", 38, 1)
        for _ in range(2):
            assert [each["id"] for each in look(session.store, Sought(by="office")).events] == [
                "unit-wj-01",
                "unit-wj-07",
            ]
        assert look(session.store, Sought(recorded_from=date(2018, 2, 10))).events == []
        append(session, signing("s1", "2018-02-05", "99"), by="assessor")
        with pytest.raises(Refused):
            append(session, signing("s2", "2018-02-05", "98"), by="assessor")
        with session.store.read():
            standing = signed(session.projections.records(session.store, "wj-07"), 2017)
        assert standing is not None
        assert (standing.id, standing.by) == ("s1", "assessor")
        assert session.store.verify().events == session.store.size()
