"""Several ledgers on one server: each under its own address, and nothing of one opens anything in another."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import httpx
import orjson
import pytest
from playwright.sync_api import Browser, expect

from ledger.problem import StoreError
from ledger.store.protocol import Recorder
from ledger.text import Text
from reminders.contacts import Role as Hears
from reminders.store import contacts, failing
from reminders.store.feeds import make_feed
from taizhang.accounts import entry
from taizhang.accounts import store as accounts
from taizhang.app.installation import Installation, settings_of
from taizhang.app.ledger import OpenLedger
from taizhang.app.ledger_summaries import summaries
from taizhang.app.store_url import sqlite_path
from taizhang.cli.commands.serve import _first
from taizhang.cli.invocation import Invocation
from taizhang.jobs.ledgers import walk
from taizhang.startup import ledgers
from taizhang.startup.open_ledgers import OpenLedgers
from taizhang.startup.summaries import keep_summary
from taizhang.web.http.auth import COOKIE, WALL_CLOCK
from taizhang.web.http.options import Options
from taizhang.web.server import address_of, listen, running

from .browsing import NARROWEST, serious_findings, visiting
from .site import ASSESSOR, AUDITOR, LEADER, OPERATOR, SECRETARY, Site, activity, site_over

EAST, WEST = "/l/east", "/l/west"


@pytest.fixture
def others(template: Path, tmp_path: Path) -> Iterator[OpenLedgers]:
    """A city's own ledger with two districts beside it, all of them the demo's."""
    first = tmp_path / "city.db"
    shutil.copy(template, first)
    here = Installation(f"sqlite:///{first}")
    for name in ("east", "west"):
        path = sqlite_path(here.address(name))
        path.parent.mkdir(exist_ok=True)
        shutil.copy(template, path)
    with closing(OpenLedgers(here)) as opened:
        yield opened


@pytest.fixture
def city(others: OpenLedgers, tmp_path: Path) -> Iterator[Site]:
    with site_over(tmp_path / "city.db", others=others) as running:
        yield running


def visitor(city: Site, others: OpenLedgers, ledger: str, account: str) -> httpx.Client:
    """Return a client that is logged in as *account* of *ledger*."""
    with others.use(ledger) as there, there.store.read() as work:
        found = accounts.find(work.connection, account)
    assert found is not None
    with others.use(ledger) as there:
        token = entry.start_session(there.store, found, now=WALL_CLOCK())
    client = city.visitor()
    client.cookies.set(f"{COOKIE}-{ledger}", token)
    return client


def test_each_has_its_own_pages(city: Site, others: OpenLedgers) -> None:
    with visitor(city, others, "east", ASSESSOR) as east:
        home = east.get(f"{EAST}/")
        assert home.status_code == 303
        assert home.headers["location"].startswith(f"{EAST}/")
        page = east.get(f"{EAST}/board")
        assert page.status_code == 200
        addresses = re.findall(r'(?:href|action|src)="(/[^"]*)"', page.text)
        assert len(addresses) > 10
        assert {each for each in addresses if not each.startswith((f"{EAST}/", "/static/"))} == set()
        assert f'data-root="{EAST}"' in page.text
        unit = next(each for each in addresses if "/units/" in each)
        assert east.get(unit).status_code == 200
        # In the first, and in the other, nobody is logged in.
        assert east.get("/board").headers["location"] == "/login?next=/board"
        assert east.get(f"{WEST}/board").headers["location"] == f"{WEST}/login?next=/board"
        assert east.get(EAST).headers["location"] == f"{EAST}/"


def test_what_is_recorded_in_one_is_in_no_other(city: Site, others: OpenLedgers) -> None:
    event = activity("new-1", SECRETARY, "2017-09-01", "party_lecture")
    with visitor(city, others, "east", SECRETARY) as east:
        assert east.post(f"{EAST}/api/v1/events", json=event).status_code in (200, 201)
        assert east.get(f"{EAST}/records/new-1").status_code == 200
    with visitor(city, others, "west", ASSESSOR) as west:
        assert west.get(f"{WEST}/records/new-1").status_code == 404
    with city.visitor(ASSESSOR) as own:
        assert own.get("/records/new-1").status_code == 404


def test_no_key_of_one_opens_another(city: Site, others: OpenLedgers) -> None:
    with others.use("east") as east:
        with east.store.read() as work:
            operator = accounts.find(work.connection, OPERATOR)
        assert operator is not None
        token = entry.create_api_token(east.store, operator, "robot", now=WALL_CLOCK())
        login = entry.start_session(east.store, operator, now=WALL_CLOCK())
    bearer = {"authorization": f"Bearer {token}"}
    with city.visitor() as client:
        assert client.get(f"{EAST}/api/v1/units", headers=bearer).status_code in (200, 403)
        for root in ("", WEST):
            assert client.get(f"{root}/api/v1/units", headers=bearer).status_code == 401
    for name in (COOKIE, f"{COOKIE}-west"):
        with city.visitor() as client:
            client.cookies.set(name, login)
            for root in ("", WEST):
                assert client.get(f"{root}/admin").headers["location"].startswith(f"{root}/login")


def test_one_that_is_broken_takes_none_with_it(city: Site, others: OpenLedgers) -> None:
    sqlite_path(others.here.address("west")).write_bytes(b"no database")
    with visitor(city, others, "east", ASSESSOR) as client:
        for _ in range(3):
            answer = client.get(f"{WEST}/board")
            assert answer.status_code == 503
            assert "打不开" in answer.text
        assert client.get(f"{EAST}/board").status_code == 200
        assert client.get("/healthz").status_code == 200
        assert client.get("/l/nowhere/board").status_code == 404
        assert client.get("/l/NOT%20A%20NAME/board").status_code == 404


def test_a_login_stays_in_its_ledger(city: Site, others: OpenLedgers) -> None:
    from .site import PASSWORD

    with city.visitor() as client:
        typed = {"name": ASSESSOR, "password": PASSWORD, "next": "/board"}
        done = client.post(f"{EAST}/login", data=typed)
        assert done.status_code == 303
        assert done.headers["location"] == f"{EAST}/board"
        assert list(client.cookies) == [f"{COOKIE}-east"]
        assert client.get(f"{EAST}/board").status_code == 200
        assert client.post(f"{EAST}/logout").headers["location"].startswith(EAST)
        assert client.get(f"{EAST}/board").status_code == 303


def test_no_more_are_open_than_may_be(others: OpenLedgers) -> None:
    few = OpenLedgers(others.here, most=1)
    closed = []
    few.before_closing.append(lambda name, _ledger: closed.append(name))
    with closing(few), few.use("east") as east:
        with few.use("west") as west:
            assert east.store.size() == west.store.size()
        # The one that is used stays open.
        assert (closed, east.store.size() > 0) == (["west"], True)
        assert [name for name, _ in few.opened()] == ["east"]
    assert closed == ["west", "east"]
    assert ledgers.names(others.here) == ["east", "west"]


def test_a_citys_leader_sees_all_below_and_changes_nothing(city: Site, others: OpenLedgers) -> None:
    with city.visitor(LEADER) as leader, city.visitor(AUDITOR) as auditor, city.visitor(OPERATOR) as operator:
        assert leader.get("/ledgers").status_code == 200
        assert "还没有别的台账的汇总" in leader.get("/ledgers").text
        walk(city.session, others, settings_of(others.here.first))
        page = leader.get("/ledgers")
        assert [f'href="/l/{name}/board"' in page.text for name in ("east", "west")] == [True, True]
        assert "/ledgers" in leader.get("/board").text
        below = leader.get(f"{EAST}/board")
        assert below.status_code == 200
        assert leader.get(f"{EAST}/units/{SECRETARY}").status_code == 200
        assert auditor.get(f"{EAST}/audit").status_code == 200
        # No page of an account, nothing of the office's own, and nothing that is sent.
        for path in ("/account", "/admin", "/review", "/log"):
            assert leader.get(f"{EAST}{path}").status_code == 403
            assert auditor.get(f"{EAST}{path}").status_code == 403
        assert leader.post(f"{EAST}/api/v1/events", json={}).status_code == 401
        # Who runs the city's server is nobody in a district.
        assert operator.get(f"{EAST}/board").status_code == 303
        assert city.visitor(SECRETARY).get(f"{EAST}/board").status_code == 303


def test_a_summary_is_what_the_board_says(city: Site, others: OpenLedgers) -> None:
    with others.use("east") as east:
        made = keep_summary(city.session, "east", east)
        (summary,) = made.rubrics
        board = east.projections.board(east.store, east.clock.today())
        assert summary.units == len(board.rows) > 0
        assert summary.overdue == sum(row.overdue for row in board.rows)
        assert summary.missed == sum(row.missed for row in board.rows)
        assert sum(summary.scores) == sum(summary.forecasts) == summary.units
        assert max(summary.clauses.values()) <= summary.units
        east.keep_settings(east.settings.model_copy(update={"grace_days": 365}))
        (forgiven,) = keep_summary(city.session, "east", east).rubrics
        assert summary.missed > forgiven.missed == forgiven.missed_units == 0
        assert sum(forgiven.clauses.values()) < sum(summary.clauses.values())
        east.keep_settings(east.settings.model_copy(update={"grace_days": 10}))
        made = keep_summary(city.session, "east", east)
    with city.session.store.read() as work:
        (kept,) = summaries(work.connection)
    assert (kept.ledger, kept.rubrics) == ("east", made.rubrics)
    assert not kept.is_old(made.made_at)
    assert kept.is_old(made.made_at + timedelta(days=2))


def test_an_open_page_hears_of_its_own_ledger_and_keeps_none_open(city: Site, others: OpenLedgers) -> None:
    event = activity("heard-1", SECRETARY, "2017-09-01", "party_lecture")
    with (
        visitor(city, others, "east", ASSESSOR) as east,
        east.stream("GET", f"{EAST}/changes?since=0") as stream,
    ):
        lines = stream.iter_lines()
        first = next(line for line in lines if line.startswith("data:"))
        with others.use("east") as ledger:
            size = ledger.store.size()
            lines_of = [(None, orjson.dumps(event))]
            ledger.store.append(lines_of, by=Recorder("tests"), now=ledger.clock())
        told = next(line for line in lines if line.startswith("data:") and line != first)
        assert orjson.loads(told.removeprefix("data:")) == {"sequence": size + 1, "units": [SECRETARY]}
        # Nobody uses it now but who listens.
        assert others._entries["east"].users == 0


def test_trouble_of_any_ledger_stands_on_the_firsts_page(city: Site, others: OpenLedgers) -> None:
    settings = settings_of(city.session.url)
    with others.use("east") as ledger:
        ledger.keep_settings(ledger.settings.model_copy(update={"demo_today": None}))
        with ledger.store.write() as work:
            person = contacts.new_person("email", "gone@example.cn")
            contacts.keep_person(work.connection, person)
            contacts.keep_contact(work.connection, SECRETARY, person.id, Hears.SECRETARY)
            failing.mark_failing(work.connection, person.id, Text("查无此人"), WALL_CLOCK())
    walk(city.session, others, settings)
    assert "ledger west" not in city.session.alarms
    assert "收不到提醒" in str(city.session.alarms["ledger east"])
    with city.visitor(OPERATOR) as client:
        assert "台账“east”" in client.get("/admin").text
    with others.use("east") as ledger, ledger.store.write() as work:
        failing.forget_failing(work.connection, person.id)
    walk(city.session, others, settings)
    assert "ledger east" not in city.session.alarms


def test_the_document_of_the_api_is_that_of_the_ledger(city: Site, others: OpenLedgers) -> None:
    with city.visitor() as client:
        own, first = (client.get(f"{root}/api/v1/openapi.json").json() for root in (EAST, ""))
        assert own["servers"] == [{"url": EAST}]
        assert own["components"]["securitySchemes"]["login"]["name"] == f"{COOKIE}-east"
        assert "servers" not in first
        assert first["components"]["securitySchemes"]["login"]["name"] == COOKIE
        assert own["paths"] == first["paths"]


def test_a_first_ledger_that_is_away_takes_none_with_it(others: OpenLedgers) -> None:
    """Neither one that could not be opened at the start, nor one that breaks while it is served."""
    with listen("127.0.0.1", 0) as bound:
        address = address_of("127.0.0.1", bound)
        options = Options(base_url=address, evidence=Path("evidence"))
        with running(Text("坏了"), options, bound, others=others):
            alone = Site(address, None, options, None)  # type: ignore[arg-type]
            with visitor(alone, others, "east", ASSESSOR) as client:
                assert client.get(f"{EAST}/board").status_code == 200
                assert client.get("/static/base.css").status_code == 200
                page = client.get("/board")
                assert (page.status_code, "坏了" in page.text) == (503, True)
                assert page.headers["retry-after"]
                assert client.get("/healthz").json()["status"] == "down"
                assert client.get("/api/v1/units").headers["content-type"] == "application/problem+json"
                # Who would come from the first is nobody meanwhile.
                client.cookies.clear()
                client.cookies.set(COOKIE, "of-the-first")
                assert client.get(f"{EAST}/board").status_code == 303
                assert client.get("/l/nowhere/board").status_code == 404
            walk(None, others, settings_of(others.here.first))


def test_serve_goes_on_without_a_broken_first_ledger(
    others: OpenLedgers, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_path(others.here.first).write_bytes(b"no database")
    call = Invocation(others.here.first, False, None, True, others.here.first)
    with ExitStack() as stack:
        assert isinstance(_first(call, stack, new=False), Text)
        monkeypatch.setattr(ledgers, "names", lambda _here: [])
        with pytest.raises(StoreError):
            _first(call, stack, new=False)


def test_files_feeds_and_links_of_one_open_nothing_in_another(city: Site, others: OpenLedgers) -> None:
    content = b"%PDF-1.4 only in the east"
    hash_ = sha256(content).hexdigest()
    event = activity("with-file", SECRETARY, "2017-09-01", "party_lecture")
    with visitor(city, others, "east", SECRETARY) as east:
        assert east.post(f"{EAST}/api/v1/events", json=event).status_code in (200, 201)
        about = {"record": "with-file", "filename": "a.pdf"}
        sent = east.post(
            f"{EAST}/api/v1/evidence",
            params=about,
            content=content,
            headers={"content-type": "application/pdf"},
        )
        assert sent.status_code == 200, sent.text[:500]
        named = {"record": "with-file"}
        assert east.get(f"{EAST}/evidence/{hash_}", params=named).content == content
    with visitor(city, others, "west", SECRETARY) as west, city.visitor(SECRETARY) as own:
        assert west.get(f"{WEST}/evidence/{hash_}", params=named).status_code == 404
        assert own.get(f"/evidence/{hash_}", params=named).status_code == 404
    with others.use("east") as ledger:
        with ledger.store.write() as work:
            feed = make_feed(work.connection, SECRETARY, WALL_CLOCK())
        invitation = entry.invite(ledger.store, ASSESSOR, now=WALL_CLOCK(), by="tests")
    with city.visitor() as nobody:
        assert nobody.get(f"{EAST}/feeds/{feed}.ics").status_code == 200
        assert nobody.get(f"{EAST}/welcome/{invitation}").status_code == 200
        for root in ("", WEST):
            assert nobody.get(f"{root}/feeds/{feed}.ics").status_code == 404
            assert nobody.get(f"{root}/welcome/{invitation}").status_code in (403, 404, 410)


def test_a_citys_leader_in_a_browser(city: Site, others: OpenLedgers, browser: Browser) -> None:
    """From the board of ledgers to a unit of a district, with one login, and nothing to write with on the way."""
    walk(city.session, others, settings_of(others.here.first))
    with visiting(browser, city, LEADER) as page:
        page.goto("/board")
        page.get_by_role("link", name="各台账").first.click()
        assert page.url.endswith("/ledgers")
        expect(page.get_by_role("heading", name="各台账汇总")).to_be_visible()
        expect(page.get_by_role("heading", name="哪些条款缺得多")).to_be_visible()
        assert serious_findings(page) == []
        page.locator(f'a[href="{EAST}/board"]').click()
        assert page.url.endswith(f"{EAST}/board")
        page.locator(f'a[href^="{EAST}/units/{SECRETARY}"]').first.click()
        assert f"{EAST}/units/{SECRETARY}" in page.url
        # Every way out stays in the district, and none of them writes; the language is anybody's to choose.
        own = [f"{EAST}/", "/static/", "#"]
        links = page.eval_on_selector_all("a[href]", "all => all.map(each => each.getAttribute('href'))")
        assert [each for each in links if each.startswith("/") and not each.startswith(tuple(own))] == []
        forms = page.eval_on_selector_all(
            "form[method=post]", "all => all.map(each => new URL(each.action).pathname)"
        )
        assert set(forms) <= {f"{EAST}/language", f"{EAST}/logout"}
        assert "/log" not in {each.removeprefix(EAST) for each in links}
    with visiting(browser, city, LEADER, viewport=NARROWEST) as page:
        page.goto("/ledgers")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_each_has_a_small_form_of_its_own_without_a_connection(
    city: Site, others: OpenLedgers, browser: Browser
) -> None:
    """In the language that the page was last read in; what it keeps is sent to its own ledger, and once."""
    with visiting(browser, city, SECRETARY) as page, visitor(city, others, "east", SECRETARY) as client:
        token = client.cookies[f"{COOKIE}-east"]
        page.context.add_cookies([{"name": f"{COOKIE}-east", "value": token, "url": city.address}])
        page.goto(f"{EAST}/log")
        page.get_by_role("button", name="English").click()
        page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        page.context.set_offline(True)
        page.goto(f"{EAST}/log")
        expect(page.get_by_role("heading", name="No connection")).to_be_visible()
        page.locator("#what").select_option("activity.held:party_lecture")
        page.locator("#day").fill("2017-09-18")
        page.locator("#topic").fill("在路上")
        page.get_by_role("button", name="Keep").click()
        expect(page.locator("[data-kept]")).to_contain_text("在路上")
        page.context.set_offline(False)
        page.goto("/log")
        expect(page.locator("[data-drafts]")).to_be_hidden()
        page.goto(f"{EAST}/log")
        expect(page.locator("[data-sent]")).to_be_visible()

    def topics(session: OpenLedger) -> list[str]:
        return [each["data"].get("topic", "") for each in session.store.stream(SECRETARY)]

    with others.use("east") as east, others.use("west") as west:
        assert [topics(each).count("在路上") for each in (east, west, city.session)] == [1, 0, 0]
