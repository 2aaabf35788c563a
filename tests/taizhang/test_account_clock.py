"""Logins, links, tokens and lock-outs when the clock jumps: none lasts for years, and nobody is let in by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.entry import MustWait, NotAdmitted
from taizhang.accounts.roles import Role
from taizhang.accounts.throttle import FREE_FAILURES, AddressThrottle
from taizhang.app.ledger import OpenLedger
from taizhang.startup.open_ledger import open_ledger

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
AHEAD = NOW + timedelta(days=1800)
ZHAO = Account("zhao", Role.OPERATOR, "赵")
QIAN = Account("wj-01.office", Role.SECRETARY, "钱", frozenset({"wj-01"}))
PASSWORD = "correct horse 9"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[OpenLedger]:
    with open_ledger(f"sqlite:///{tmp_path}/accounts.db", new=True, durable=False) as opened:
        for account in (ZHAO, QIAN):
            entry.create_account(opened.store, account, now=NOW, by="operator")
            entry.set_password(opened.store, account, PASSWORD)
        yield opened


@pytest.mark.parametrize(
    "jump", [timedelta(hours=1), timedelta(hours=11), timedelta(days=3), timedelta(days=1800)]
)
def test_a_login_of_a_clock_ahead_does_not_outlast_it(session: OpenLedger, jump: timedelta) -> None:
    token = entry.start_session(session.store, ZHAO, now=NOW + jump)
    assert entry.visit_of_session(session.store, token, now=NOW + jump) is not None
    for later in (timedelta(0), timedelta(minutes=10)):
        assert entry.visit_of_session(session.store, token, now=NOW + later) is None


def test_a_login_used_under_a_clock_ahead_ends_with_it(session: OpenLedger) -> None:
    token = entry.start_session(session.store, ZHAO, now=NOW)
    assert entry.visit_of_session(session.store, token, now=NOW + timedelta(hours=11)) is not None
    assert entry.visit_of_session(session.store, token, now=NOW + timedelta(minutes=1)) is None


def test_a_small_step_back_throws_nobody_out(session: OpenLedger) -> None:
    token = entry.start_session(session.store, ZHAO, now=NOW)
    assert entry.visit_of_session(session.store, token, now=NOW - timedelta(minutes=4)) is not None


def test_what_needs_the_password_needs_it_again(session: OpenLedger) -> None:
    visit = entry.Visit(ZHAO, "key", (NOW + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    assert not visit.is_confirmed(NOW)
    assert visit.is_confirmed(NOW + timedelta(days=9))


def test_a_link_of_a_clock_ahead_is_void(session: OpenLedger) -> None:
    token = entry.invite(session.store, "zhao", now=AHEAD, by="operator")
    assert entry.account_of_link(session.store, token, now=NOW) is None
    assert entry.set_password_by_link(session.store, token, PASSWORD, now=NOW) is None
    assert entry.account_of_link(session.store, token, now=AHEAD) is not None


def test_a_token_stays_void(session: OpenLedger) -> None:
    """Disabled while the clock was ahead, enabled again when it was right: the old tokens let nobody in."""
    before = entry.create_api_token(session.store, QIAN, "old", now=NOW - timedelta(days=1))
    under = entry.create_api_token(session.store, QIAN, "under", now=AHEAD)
    limited = entry.create_api_token(session.store, QIAN, "for a while", now=NOW, good_for=timedelta(days=90))
    assert entry.visit_of_api_token(session.store, before, now=NOW) is not None
    assert entry.visit_of_api_token(session.store, under, now=NOW) is None
    entry.change_account(session.store, replace(QIAN, active=False), now=AHEAD, by="zhao")
    entry.change_account(session.store, QIAN, now=NOW, by="zhao")
    for token in (before, under, limited):
        for now in (NOW - timedelta(hours=1), NOW, AHEAD + timedelta(days=1)):
            assert entry.visit_of_api_token(session.store, token, now=now) is None


def test_a_lock_out_of_a_clock_ahead_is_not_for_years(session: OpenLedger) -> None:
    for _ in range(entry.FREE_TRIES):
        with pytest.raises(NotAdmitted):
            entry.log_in(session.store, "zhao", "wrong", now=AHEAD)
    with pytest.raises(MustWait):
        entry.log_in(session.store, "zhao", PASSWORD, now=AHEAD)
    # One try is free again, and the failures before it are not forgotten.
    with pytest.raises(NotAdmitted) as told:
        entry.log_in(session.store, "zhao", "wrong", now=NOW)
    assert not isinstance(told.value, MustWait)
    with pytest.raises(MustWait):
        entry.log_in(session.store, "zhao", PASSWORD, now=NOW)
    # A step back prolongs no wait beyond its own length.
    with pytest.raises(MustWait):
        entry.log_in(session.store, "zhao", PASSWORD, now=NOW - timedelta(minutes=4))
    assert entry.log_in(session.store, "zhao", PASSWORD, now=NOW + entry.LONGEST_WAIT)


def test_an_address_is_not_shut_out_for_years() -> None:
    throttle = AddressThrottle()
    for _ in range(FREE_FAILURES):
        throttle.failed("192.0.2.7", AHEAD)
    with pytest.raises(MustWait):
        throttle.check("192.0.2.7", AHEAD)
    throttle.check("192.0.2.7", NOW)
    for _ in range(FREE_FAILURES):
        throttle.failed("192.0.2.7", NOW)
    with pytest.raises(MustWait):
        throttle.check("192.0.2.7", NOW)
