"""Workbooks that wait in the store: for whom, how long, how many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from taizhang.entry.workbooks import uploads
from taizhang.entry.workbooks.uploads import Upload
from taizhang.jobs.uploads import forget_old
from taizhang.startup.open_ledger import open_ledger

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
FILE = Upload("三月.xlsx", b"\x00\xff" * 10)


def test_it_waits_for_its_account_and_unit_for_an_hour(new_url: Callable[[], str]) -> None:
    url = new_url()
    with open_ledger(url, new=True) as session, session.store.write() as work:
        token = uploads.keep(work.connection, "lh-01", "lh-01", FILE, NOW)
    with open_ledger(url, new=True) as session, session.store.read() as work:
        get, connection = uploads.get, work.connection
        assert get(connection, token, "lh-01", "lh-01", NOW) == FILE
        assert get(connection, token, "lh-02", "lh-01", NOW) is None
        assert get(connection, token, "lh-01", "lh-02", NOW) is None
        assert get(connection, token, "lh-01", "lh-01", NOW + uploads.LASTS) is None
        assert not uploads.any_old(connection, NOW)
    with open_ledger(url, new=True) as session:
        forget_old(session)
        with session.store.read() as work:
            assert work.connection.execute("SELECT count(*) FROM uploads").fetchone() == (0,)


def test_the_oldest_go_first(new_url: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    with open_ledger(new_url(), new=True) as session, session.store.write() as work:

        def kept(account: str, minute: int) -> str:
            now = NOW + timedelta(minutes=minute)
            return uploads.keep(work.connection, account, "lh-01", FILE, now)

        def waits(token: str, account: str) -> bool:
            return uploads.get(work.connection, token, account, "lh-01", NOW) is not None

        other = kept("b", 0)
        own = [kept("a", minute) for minute in range(1, uploads.OF_AN_ACCOUNT + 2)]
        assert [waits(token, "a") for token in own] == [False] + [True] * uploads.OF_AN_ACCOUNT
        assert waits(other, "b")
        monkeypatch.setattr(uploads, "BYTES_MAX", 2 * len(FILE.content))
        newest = kept("c", 9)
        assert waits(newest, "c")
        assert waits(own[-1], "a")
        assert not any(waits(token, "a") for token in own[:-1])
        assert not waits(other, "b")
