"""The district board: by exception, searched and filtered, its figures those of the units' own pages; no league."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest

from projections.status_codes import PARTS
from rubric.amounts import decimal_text
from rubric.catalog import builtin
from taizhang.web.pages.board.cache import glance
from taizhang.web.pages.board.heat import heat_page
from taizhang.web.pages.board.view import A_PAGE, Question, board_page, signed_text

from .browsing import DESKTOP, NARROWEST, PHONE, scrolls_sideways, serious_findings, visiting
from .site import ASSESSOR, AUDITOR, OPERATOR, SECRETARY, Site, activity

RUBRIC = builtin()[0]


def units_in(text: str) -> list[str]:
    """The units that the board lists, in its order."""
    part = text[text.index('id="units"') : text.index('id="falling"')]
    return list(dict.fromkeys(re.findall(r"/units/([a-z0-9-]+)[\"?]", part)))


def count_of(text: str, status: str) -> int:
    found = re.search(rf'status={status}[^"]*"><span class="count">(\d+)<', text)
    assert found, status
    return int(found.group(1))


def test_it_shows_who_needs_help_with_what_by_when(shared_site: Site) -> None:
    session = shared_site.session
    today = session.clock.today()
    with shared_site.visitor(ASSESSOR) as client:
        text = client.get("/board").text
        assert "2017-09-30 还剩 10 天" in client.get("/board?status=due").text
    needing = set()
    for unit in session.store.units():
        found = session.projections.shortfalls(session.store, unit, today).as_json(str)["shortfalls"]
        if any(
            each["status"] == "overdue" or (each["status"] == "missed" and each["days_left"] < -10)
            for each in found
        ):
            needing.add(unit)
        for each in found:
            if each["status"] == "overdue":
                assert f"/units/{unit}#clause-{each['clause']}" in text
    needing |= {
        row.unit for row in session.projections.board(session.store, today).rows if row.forecast < 8000
    }
    assert set(units_in(text)) == needing


def test_it_stands_in_the_order_of_forecasts_and_says_what_was_asked(site: Site) -> None:
    rows = site.session.projections.board(site.session.store, site.session.clock.today()).rows
    order = [row.unit for row in sorted(rows, key=lambda row: row.forecast)]
    with site.visitor(ASSESSOR) as client:
        everybody = client.get("/board?status=all").text
        assert units_in(everybody) == order
        for row in rows:
            assert f"<strong>{decimal_text(row.forecast)}</strong></td>" in everybody
        # A district that wants more than everybody's forecast helps everybody.
        site.session.keep_settings(site.session.settings.model_copy(update={"forecast_line": 100}))
        assert units_in(client.get("/board").text) == order
        missed = client.get("/board?status=missed&clause=8.1").text
        part = missed[missed.index('class="needs"') : missed.index('id="falling"')]
        assert set(re.findall(r"#clause-([\d.]+)", part)) == {"8.1"}, "the row says what the filter asks for"


@pytest.mark.parametrize("status", ["overdue", "behind", "due", "missed"])
def test_a_count_leads_to_just_those_units(shared_site: Site, status: str) -> None:
    with shared_site.visitor(AUDITOR) as client:
        text = client.get("/board").text
        assert len(units_in(client.get(f"/board?status={status}").text)) == count_of(text, status)
        for address, count in re.findall(r'href="(/board\?[^"]*clause=[^"]*)">(\d+)</a>', text):
            found = units_in(client.get(address.replace("&amp;", "&")).text)
            assert len(found) == int(count), address


def test_units_are_found_by_name_kind_indicator_and_clause(shared_site: Site) -> None:
    with shared_site.visitor(ASSESSOR) as client:
        rows = {row.unit: row for row in shared_site.session.projections.board(
            shared_site.session.store, shared_site.session.clock.today()
        ).rows}  # fmt: skip
        row = rows["wj-02"]
        assert units_in(client.get(f"/board?status=all&q={quote(row.name[2:6])}").text) == ["wj-02"]
        assert units_in(client.get("/board?status=all&q=WJ-03").text) == ["wj-03"]
        kind = client.get(f"/board?status=all&kind={row.kind}").text
        assert set(units_in(kind)) == {unit for unit, each in rows.items() if each.kind == row.kind}
        nothing = client.get("/board?q=%3Cscript%3Ealert(1)").text
        assert "没有这样的单位" in nothing
        assert "<script>alert" not in nothing
        assert set(units_in(client.get("/board?indicator=8&status=undone").text)) == set(rows)
        # What is not there is as if it were not asked for.
        odd = client.get("/board?indicator=%C2%B2&clause=nix&status=nix&sort=nix&kind=")
        assert (odd.status_code, set(units_in(odd.text))) == (200, set(units_in(client.get("/board").text)))


def test_scores_are_compared_only_where_the_operator_turned_it_on(site: Site) -> None:
    by_score = sorted(site.session.store.units(), key=lambda unit: (float(site.score(unit)), unit))
    with site.visitor(ASSESSOR) as client:
        off = client.get("/board?status=all&sort=score").text
        assert 'value="score"' not in off
        assert units_in(off) == units_in(client.get("/board?status=all").text)
        site.session.keep_settings(site.session.settings.model_copy(update={"ranking": True}))
        on = client.get("/board?status=all&sort=score").text
        assert 'value="score" selected' in on
        assert units_in(on) == by_score


def test_on_a_phone_a_row_says_what_presses_most_and_who_needs_nothing_shares_a_line(
    shared_site: Site, browser
) -> None:
    with visiting(browser, shared_site, ASSESSOR, viewport=PHONE) as page:
        page.goto("/board?status=all")
        assert not scrolls_sideways(page)
        rows = page.locator(".board-units tbody tr:not(.quiet)")
        assert rows.count() > 0
        for row in rows.all():
            assert row.locator(".needs p:not(.more):visible").count() == 1
            box = row.bounding_box()
            assert box is not None
            assert box["height"] < 160, "five units a screen"
        assert page.locator("#counts table").is_hidden()
        page.locator("#counts summary").click()
        assert page.locator("#counts table").is_visible()
    session, today = shared_site.session, shared_site.session.clock.today()
    kept = session.projections.board(session.store, today).rows[0]
    clauses = len(kept.standing) // PARTS
    calm = kept._replace(standing="h" * clauses + "z" * clauses + "-" * 3 * clauses)
    shown = board_page(glance([calm, kept], RUBRIC, today, 0), Question(status="all"), ranking=False)
    assert sorted(row.is_quiet for row in shown["rows"]) == [False, True]


def test_the_fall_of_30_days_is_between_two_forecasts(site: Site) -> None:
    session, today = site.session, site.session.clock.today()
    rows = session.projections.board(session.store, today).rows
    before = {row.unit: Decimal(site.total(row.unit, today - timedelta(days=30))["forecast"]) for row in rows}
    moves = {row.unit: Decimal(site.total(row.unit)["forecast"]) - before[row.unit] for row in rows}
    with site.visitor(ASSESSOR) as client:
        text = client.get("/board?status=all&sort=fall").text
        assert units_in(text) == sorted(moves, key=lambda unit: moves[unit])
        for move in moves.values():
            assert f">{signed_text(int(move * 100))}</td>" in text
        # Something that happened before is entered: then the forecast of then was another.
        site.record(activity("late-1", "wj-02", "2017-07-03", "party_lecture"))
        late = Decimal(site.total("wj-02")["forecast"]) - Decimal(
            site.total("wj-02", today - timedelta(days=30))["forecast"]
        )
        assert f">{signed_text(int(late * 100))}</td>" in client.get("/board?status=all").text
        assert 'data-label="30 天变化">—</td>' in client.get("/board?as-of=2017-01-20&status=all").text


def test_the_heat_map_of_80_units_is_one_screen(shared_site: Site, browser) -> None:
    session, today = shared_site.session, shared_site.session.clock.today()
    row = session.projections.board(session.store, today).rows[0]
    rows = [row._replace(unit=f"wj-{number:02d}") for number in range(80)]
    shown = heat_page(glance(rows, RUBRIC, today, 0), Question(status="all", sort="unit"), 0)
    assert [len(each.cells) for each in shown["rows"]] == [80] * 28
    with visiting(browser, shared_site, ASSESSOR, viewport={"width": 1366, "height": 768}) as page:
        page.goto("/board/heat")
        # Three units are here; eighty make the same table with more columns.
        page.evaluate(
            """() => document.querySelectorAll(".heat tr").forEach((row) => {
                while (row.cells.length < 82) row.append(row.cells[row.cells.length - 1].cloneNode(true));
            })"""
        )
        box = page.locator(".heat").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 1366
        assert box["y"] + box["height"] <= 768
        assert not scrolls_sideways(page)
        assert serious_findings(page) == []


def test_many_units_come_page_by_page(shared_site: Site) -> None:
    today = shared_site.session.clock.today()
    row = shared_site.session.projections.board(shared_site.session.store, today).rows[0]
    rows = [row._replace(unit=f"u{number:03d}") for number in range(2 * A_PAGE + 3)]
    board = glance(rows, RUBRIC, today, 0)
    seen: list[str] = []
    for page in (1, 2, 3):
        shown = board_page(board, Question(status="all", sort="unit", page=page), ranking=False)
        assert shown["pages"] == 3
        seen += [each.unit for each in shown["rows"]]
    assert seen == [each.unit for each in rows]
    beyond = board_page(board, Question(status="all", sort="unit", page=99), ranking=False)
    assert [each.unit for each in beyond["rows"]] == seen[-3:]


def test_the_board_of_a_past_day(shared_site: Site) -> None:
    past = date(2017, 6, 30)
    with shared_site.visitor(ASSESSOR) as client:
        text = client.get(f"/board?as-of={past}&status=all").text
        assert "这是截至 2017-06-30 的情况" in text
        for unit in shared_site.session.store.units():
            assert f">{shared_site.score(unit, past)}</td>" in text
            assert f"/units/{unit}?as-of=2017-06-30" in text
        assert client.get("/board?as-of=soon").status_code == 422
        assert client.get("/board?as-of=2001-01-01").status_code == 404, "no rubric is as old as that"


def test_rows_kept_for_an_earlier_day_are_renewed_by_the_first_visitor(site: Site) -> None:
    site.session.keep_settings(site.session.settings.model_copy(update={"demo_today": date(2017, 10, 2)}))
    with site.visitor(ASSESSOR) as client:
        text = client.get("/board?status=all").text
        board = site.session.projections.board(site.session.store, date(2017, 10, 2))
        assert board.made_anew == 0
        for row in board.rows:
            assert f">{site.score(row.unit)}</td>" in text


def test_who_may_see_it(shared_site: Site) -> None:
    for name, status in ((ASSESSOR, 200), (AUDITOR, 200), (SECRETARY, 403), (OPERATOR, 403)):
        with shared_site.visitor(name) as client:
            assert client.get("/board").status_code == status, name


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_assessor_goes_from_the_district_to_the_clause(
    shared_site: Site, browser, viewport: dict[str, int], scripts: bool
) -> None:
    with visiting(browser, shared_site, ASSESSOR, viewport=viewport, scripts=scripts) as page:
        page.goto("/")
        page.wait_for_url("**/board")
        assert not scrolls_sideways(page)
        page.get_by_text("更多条件").click()
        page.get_by_label("条款").select_option("8.1")
        page.get_by_label("看哪些").select_option("missed")
        page.get_by_role("button", name="看", exact=True).click()
        page.wait_for_url("**clause=8.1**")
        unit = units_in(page.content())[0]
        page.goto("/board/heat")
        page.get_by_role("link", name=re.compile(rf"^{unit} 8\.")).first.click()
        page.wait_for_url(f"**/units/{unit}#clause-8.*")
        clause = page.url.partition("#")[2]
        assert page.locator(f"[id='{clause}']").get_by_text("过期无记录").first.is_visible()


def test_another_users_record_moves_the_open_board(site: Site, browser) -> None:
    unit = "wj-02"
    with visiting(browser, site, ASSESSOR) as page:
        page.goto("/board?status=all")
        before = site.score(unit)
        judged = activity("live-1", unit, "2017-09-19", "party_lecture") | {
            "type": "judgement.passed",
            "data": {"clause": "3.2", "deduct": "0.3", "reason": "现场检查"},
        }
        site.record(judged, by="assessor-2")
        assert site.score(unit) != before
        row = page.locator("#units tr", has_text=unit)
        row.get_by_text(site.score(unit), exact=True).wait_for(timeout=20_000)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everybody_can_use_it(shared_site: Site, browser, dark: bool) -> None:
    with visiting(browser, shared_site, ASSESSOR, dark=dark, viewport=NARROWEST) as page:
        page.goto("/board?status=all&kind=&clause=")
        page.get_by_text("更多条件").click()
        assert not scrolls_sideways(page)
        assert serious_findings(page) == []
        page.set_viewport_size(DESKTOP)
        assert not scrolls_sideways(page)
        assert serious_findings(page) == []
