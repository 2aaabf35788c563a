"""Logins expire and are revoked; the last operator stays; a ledger's kept settings and its clock."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ledger.events.event import SHANGHAI
from ledger.problem import Refused
from taizhang.accounts import entry
from taizhang.accounts import store as rows
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.app.clock import Clock
from taizhang.app.ledger import OpenLedger
from taizhang.app.ledger_settings import KeptSettings
from taizhang.startup.open_ledger import open_ledger

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
OPERATOR = Account("zhao", Role.OPERATOR, "赵")
SECRETARY = Account("wj-01.office", Role.SECRETARY, "钱", frozenset({"wj-01", "wj-02"}))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[OpenLedger]:
    with open_ledger(f"sqlite:///{tmp_path}/accounts.db", new=True) as opened:
        for account in (OPERATOR, SECRETARY):
            entry.create_account(opened.store, account, now=NOW, by="operator")
            entry.set_password(opened.store, account, "correct horse 9")
        yield opened


def visit(session: OpenLedger, token: str, later: timedelta) -> entry.Visit | None:
    return entry.visit_of_session(session.store, token, now=NOW + later)


def test_a_login_ends_when_it_is_not_used(session: OpenLedger) -> None:
    token = entry.log_in(session.store, " WJ-01.office ", "correct horse 9", now=NOW)
    found = visit(session, token, timedelta(hours=11))
    assert found is not None
    assert found.account == SECRETARY
    assert visit(session, token, timedelta(hours=22)) is not None, "use prolongs it"
    assert visit(session, token, timedelta(hours=35)) is None


def test_a_login_ends_after_a_week_however_much_it_is_used(session: OpenLedger) -> None:
    token = entry.log_in(session.store, "zhao", "correct horse 9", now=NOW)
    hours = [visit(session, token, timedelta(hours=hour)) is not None for hour in range(0, 24 * 8, 6)]
    assert hours.count(True) * 6 == 24 * 7 + 6
    assert hours == sorted(hours, reverse=True)


def test_an_account_that_is_switched_off_is_out_at_once(session: OpenLedger) -> None:
    token = entry.log_in(session.store, SECRETARY.name, "correct horse 9", now=NOW)
    api = entry.create_api_token(session.store, SECRETARY, "报表", now=NOW)
    assert entry.visit_of_api_token(session.store, api, now=NOW) is not None
    entry.change_account(session.store, replace(SECRETARY, active=False), now=NOW, by="operator")
    assert visit(session, token, timedelta()) is None
    assert entry.visit_of_api_token(session.store, api, now=NOW) is None
    with pytest.raises(entry.NotAdmitted):
        entry.log_in(session.store, SECRETARY.name, "correct horse 9", now=NOW)


def test_the_last_operator_stays(session: OpenLedger) -> None:
    for changed in (replace(OPERATOR, active=False), replace(OPERATOR, role=Role.AUDITOR)):
        with pytest.raises(Refused, match="至少要留一个"):
            entry.change_account(session.store, changed, now=NOW, by="operator")
    with session.store.read() as work:
        assert rows.find(work.connection, "zhao") == OPERATOR


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (replace(SECRETARY, name="有空 格"), "name"),
        (replace(SECRETARY, name="zhao"), "name"),
        (replace(SECRETARY, name="new", units=frozenset()), "units"),
        (replace(OPERATOR, name="new", units=frozenset({"wj-01"})), "units"),
        (replace(OPERATOR, name="new", display_name=" "), "display_name"),
    ],
)
def test_accounts_that_are_refused(session: OpenLedger, changed: Account, field: str) -> None:
    with pytest.raises(Refused) as refused:
        entry.create_account(session.store, changed, now=NOW, by="operator")
    assert [problem.field for problem in refused.value.problems] == [field]


def test_waiting_grows_and_ends(session: OpenLedger) -> None:
    for minute in range(entry.FREE_TRIES):
        with pytest.raises(entry.NotAdmitted, match="账号或密码不对"):
            entry.log_in(session.store, "zhao", "wrong", now=NOW + timedelta(minutes=minute))
    last = NOW + timedelta(minutes=entry.FREE_TRIES - 1)
    with pytest.raises(entry.NotAdmitted, match="30 秒"):
        entry.log_in(session.store, "zhao", "correct horse 9", now=last)
    assert entry.log_in(session.store, "zhao", "correct horse 9", now=last + timedelta(seconds=31))
    with pytest.raises(entry.NotAdmitted, match="账号或密码不对"):
        entry.log_in(session.store, "zhao", "wrong", now=last + timedelta(seconds=32))


def test_an_api_token_expires_and_is_kept_nowhere(session: OpenLedger, tmp_path: Path) -> None:
    token = entry.create_api_token(session.store, OPERATOR, "备份", now=NOW, good_for=timedelta(days=30))
    assert entry.visit_of_api_token(session.store, token, now=NOW + timedelta(days=29)) is not None
    assert entry.visit_of_api_token(session.store, token, now=NOW + timedelta(days=31)) is None
    files = [path.read_bytes() for path in tmp_path.iterdir()]
    assert not any(token.encode() in content for content in files)


def test_settings_are_kept_and_defaults_are_not(session: OpenLedger) -> None:
    session.keep_settings(KeptSettings(demo_today=date(2017, 9, 20), ranking=True, district="某区"))
    session.read_settings()
    assert session.settings == KeptSettings(demo_today=date(2017, 9, 20), ranking=True, district="某区")
    with session.store.read() as work:
        names = [name for (name,) in work.connection.execute("SELECT name FROM settings ORDER BY name")]
    assert names == ["demo_today", "district", "ranking"]


def test_a_demo_clock_shows_its_own_day_at_the_real_time_of_day() -> None:
    clock = Clock(date(2017, 9, 20))
    assert clock.today() == date(2017, 9, 20)
    before, shown, after = Clock()(), clock(), Clock()()
    local = shown.astimezone(SHANGHAI).time()
    assert before.astimezone(SHANGHAI).time() <= local or before.date() != after.date()
    assert shown.astimezone(SHANGHAI).date() == date(2017, 9, 20)
