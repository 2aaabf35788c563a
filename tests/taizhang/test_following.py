"""Rubrics and settings that are kept while a server runs: taken in by themselves, on either engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime

import orjson
import pytest

from ledger.problem import Refused, StoreError
from ledger.store.protocol import Recorder
from ledger.text import Text
from projections import totals
from rubric.catalog import builtin_texts
from taizhang.app.ledger import OpenLedger
from taizhang.app.rubrics import install_rubric
from taizhang.jobs.reload import following
from taizhang.startup.open_ledger import open_ledger

LONG_SECONDS = 60
NOW = datetime(2017, 6, 20, tzinfo=UTC)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "never taken in"
        time.sleep(0.02)


def own_rubric() -> bytes:
    """The 2017 rubric as another district's, which knows one more code of activities."""
    text = builtin_texts()[0].replace("id: wujin-2017", "id: own-2017", 1)
    return text.replace("party_lecture", "night_school").encode()


def append(session: OpenLedger, event_id: str, event_type: str, **data: object) -> None:
    event = {
        "specversion": "1.0",
        "id": event_id,
        "source": "urn:tests",
        "type": event_type,
        "subject": "lh-01",
        "time": "2017-06-01",
        "data": data,
    }
    session.store.append([(None, orjson.dumps(event))], by=Recorder("tests"), now=NOW)


def register(session: OpenLedger) -> None:
    append(session, "registered", "organization.registered", name="实验小学", kind="branch")


def test_a_rubric_reaches_appends_scores_and_kept_rows(new_url: Callable[[], str]) -> None:
    url = new_url()
    with open_ledger(url, new=True) as one, open_ledger(url, new=True) as other:
        register(one)
        day = date(2017, 6, 20)
        moved: list[bool] = []
        with following(one, lambda: (one.projections.renew(one.store, day), moved.append(True))):
            with pytest.raises(Refused):
                append(one, "night", "activity.held", kinds=["night_school"], topic="夜校")
            install_rubric(other, own_rubric(), "own.yaml", now=NOW)
            until(lambda: bool(moved))
        append(one, "night", "activity.held", kinds=["night_school"], topic="夜校")
        with one.store.read() as work:
            assert one.projections.score(one.store, "lh-01", day).rubric.id == "own-2017"
            assert [row.basis for row in totals.rows(work.connection)] == [
                totals.basis_of(one.shelf.get("own-2017"))
            ]
        assert one.projections.board(one.store, day).made_anew == 0
        assert one.rubric_text("own-2017").encode() == own_rubric()
        assert [each.label for each in one.shelf.all] == [each.label for each in other.shelf.all]


def test_a_rubric_is_taken_in_once(new_url: Callable[[], str]) -> None:
    url = new_url()
    with open_ledger(url, new=True) as one, open_ledger(url, new=True) as other:
        assert not one.take_in()
        install_rubric(other, own_rubric(), "own.yaml", now=NOW)
        assert one.take_in()
        assert not one.take_in()


def test_settings_are_taken_in(new_url: Callable[[], str]) -> None:
    url = new_url()
    with open_ledger(url, new=True) as one, open_ledger(url, new=True) as other, following(one):
        other.keep_settings(
            other.settings.model_copy(update={"late_days": 3, "demo_today": date(2017, 9, 20)})
        )
        until(lambda: one.settings == other.settings)
        until(lambda: one.clock.today() == date(2017, 9, 20))


def test_what_was_scored_under_a_rubric_stays_good_when_another_comes(new_url: Callable[[], str]) -> None:
    url = new_url()
    with open_ledger(url, new=True) as one, open_ledger(url, new=True) as other:
        install_rubric(other, own_rubric(), "own.yaml", now=NOW)
        one.take_in()
        first = one.shelf.get("own-2017")
        third = own_rubric().replace(b"id: own-2017", b"id: third-2017", 1)
        install_rubric(other, third, "third.yaml", "own-2017", now=NOW)
        assert one.take_in()
        assert one.shelf.get("own-2017") is first


def test_a_ledger_that_is_away_is_told_once_and_looked_at_again(
    new_url: Callable[[], str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("taizhang.jobs.reload.EVERY_SECONDS", 0.01)
    asked = 0
    with open_ledger(new_url(), new=True) as session:

        def away() -> bool:
            nonlocal asked
            asked += 1
            raise StoreError(Text("away"))

        monkeypatch.setattr(session, "take_in", away)
        with following(session), suppress(StoreError):
            until(lambda: asked >= 3)
    assert len(caplog.records) == 1
