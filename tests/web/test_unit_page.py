"""The unit page: the score, the next deadline and what to do at a glance; "why is it 91?" in two clicks."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest

from rubric.catalog import builtin
from taizhang.documents.tasks import tasks_of
from taizhang.language.names import names_of
from taizhang.language.outlook import outlook_parts, outlook_sentence
from taizhang.people import store as people
from taizhang.people.person import Person

from .browsing import DESKTOP, NARROWEST, PHONE, scrolls_sideways, serious_findings, visiting
from .site import ASSESSOR, AUDITOR, OTHER_SECRETARY, SECRETARY, Site, activity

UNIT = SECRETARY
PAGE = f"/units/{UNIT}"
PAST = date(2017, 6, 30)


def test_the_first_look_says_score_deadline_and_what_to_do(shared_site: Site, browser) -> None:
    session = shared_site.session
    found = session.projections.shortfalls(session.store, UNIT, session.clock.today()).as_json(str)[
        "shortfalls"
    ]
    due = next(each["due"] for each in found if each["days_left"] >= 0 and each["status"] != "missed")
    with visiting(browser, shared_site, SECRETARY, viewport=PHONE) as page:
        page.goto(PAGE)
        for words in (page.locator(".score .figure"), page.locator(".deadline"), page.locator(".next-what")):
            box = words.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= PHONE["height"], "seen without scrolling"
        assert page.locator(".score .figure").inner_text() == shared_site.total(UNIT)["forecast"]
        assert due in page.locator(".deadline").inner_text()
        records = page.locator("#records").bounding_box()
        assert records is not None
        assert records["y"] <= 5 * PHONE["height"], "five screens at most before the records"
        assert page.locator("main .primary").all_inner_texts() == ["记一笔"], "one primary action"
        assert page.locator(".now-next a.button").get_attribute("href") == page.locator(
            f"#todo a.button[href*='due={due}']"
        ).first.get_attribute("href")


def test_who_looks_on_is_told_of_a_missed_period_after_the_days_of_grace(site: Site) -> None:
    def told(name: str) -> str:
        with site.visitor(name) as client:
            page = client.get(PAGE).text
            return (
                ""
                if 'id="missed"' not in page
                else page[page.index('id="missed"') : page.index('id="course"')]
            )

    assert told(ASSESSOR) == told(AUDITOR)
    assert "8.1" in told(ASSESSOR)
    site.session.keep_settings(site.session.settings.model_copy(update={"grace_days": 365}))
    assert told(ASSESSOR) == told(AUDITOR) == ""
    assert "8.1" in told(SECRETARY), "the unit itself hears of it at once"


def test_links_at_the_top_lead_to_the_parts_and_what_is_done_is_one_line(shared_site: Site, browser) -> None:
    with visiting(browser, shared_site, SECRETARY, viewport=PHONE) as page:
        page.goto(PAGE)
        links = page.locator("#jump a")
        assert links.all_inner_texts() == ["要做的", "各条", "记录", "学时"]
        for link in links.all():
            assert page.locator(str(link.get_attribute("href"))).count() == 1
        done = page.locator("details.clause-done").first
        page.goto(f"{PAGE}#{done.get_attribute('id')}")
        assert done.locator("p").first.is_visible(), "an address that points at it opens it"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_why_is_answered_in_two_clicks_down_to_the_record(
    shared_site: Site, browser, viewport: dict[str, int], scripts: bool
) -> None:
    with visiting(browser, shared_site, SECRETARY, viewport=viewport, scripts=scripts) as page:
        page.goto(PAGE)
        assert not scrolls_sideways(page)
        page.get_by_text(f"为什么是 {shared_site.score(UNIT)}").click()
        record = page.locator("#why a.behind").first
        title = record.inner_text().split(" ", 1)[1]
        record.click()
        page.wait_for_url("**/records/*")
        assert page.get_by_role("heading", level=1).inner_text() == title
        clause = page.locator(".counts-for a").first
        named = clause.inner_text()
        clause.click()
        page.wait_for_url(f"**{PAGE}#clause-{named}")
        page.locator(f"[id='clause-{named}']").wait_for(state="visible")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_link_to_a_clause_opens_its_indicator(shared_site: Site, browser, scripts: bool) -> None:
    with visiting(browser, shared_site, ASSESSOR, scripts=scripts) as page:
        page.goto(PAGE)
        link = page.locator("#todo a.clause-no:visible").first
        clause = page.locator(f"[id='clause-{link.inner_text()}']")
        assert not clause.is_visible()
        link.click()
        clause.wait_for(state="visible")
        assert page.locator("#indicators details.indicator").count() == 28


def test_the_year_in_one_sentence_and_a_bar_that_adds_up(shared_site: Site) -> None:
    total = shared_site.total(UNIT)
    parts = outlook_parts(total)
    amounts = (parts.secured, parts.awaiting, parts.expected, parts.winnable, parts.lost)
    assert sum(map(Decimal, amounts)) == Decimal(total["full"])
    with shared_site.visitor(SECRETARY) as client:
        text = client.get(PAGE).text
    assert (
        f"照现在的进度，年底约 {total['forecast']} 分；都按期做完最高 {total['ceiling']}，"
        f"什么都不再做 {total['floor']}；其中 {total['awaiting']} 分待考核人员评定。" in text
    )
    for words, amount in zip(("已确定", "待评定", "预计再得", "还可争取", "已失去"), amounts, strict=True):
        assert f"{words} <strong>{amount}</strong>" in text
    assert 'class="course-forecast course-forecast-ahead"' in text, "the chart goes on to the year's end"
    awaiting = text[text.index('id="clause-12.1"') :]
    assert "考核人员评定时会看到" in awaiting[: awaiting.index("</div>")]


def test_once_nothing_can_move_the_sentence_says_what_the_year_came_to() -> None:
    total = {"full": "100", "score": "81", "forecast": "81", "floor": "81", "ceiling": "81", "awaiting": "24"}
    assert outlook_sentence(total) == "各项期限都已过，全年 81 分；其中 24 分待考核人员评定。"
    assert outlook_parts(total).is_decided


def test_losses_add_up_to_what_is_missing(shared_site: Site) -> None:
    with shared_site.visitor(SECRETARY) as client:
        text = client.get(PAGE).text
    why = text[text.index('id="why"') : text.index('id="todo"')]
    lost = sum(float(each) for each in re.findall(r"−([\d.]+)</span>", why))
    assert "最多失去这么多" in why or lost == 100 - float(shared_site.score(UNIT))


def test_another_users_record_moves_the_open_page(site: Site, browser) -> None:
    with (
        visiting(browser, site, SECRETARY) as one,
        visiting(browser, site, ASSESSOR, viewport=PHONE) as other,
    ):
        for page in (one, other):
            page.goto(PAGE)
            if page is other:
                page.locator("#section-1 > summary").click()  # on a phone sections are closed
            for closed in ("#why", "#indicator-2", "#missed"):
                page.locator(f"{closed} > summary, {closed} details > summary").first.click()
        before = site.score(UNIT)
        judged = activity("live-1", UNIT, "2017-09-19", "party_lecture") | {
            "type": "judgement.passed",
            "data": {"clause": "3.2", "deduct": "0.5", "reason": "现场检查"},
        }
        site.record(judged, by=ASSESSOR)
        after = site.score(UNIT)
        assert after != before
        for page in (one, other):
            page.locator(".so-far", has_text=after).wait_for(timeout=20_000)
            assert page.locator("#why").get_attribute("open") is not None, "what was opened stays open"
            assert page.locator("[id='clause-2.1']").is_visible()
            page.locator("#why").get_by_text("评定扣分 3.2").wait_for()
            assert page.locator("#indicators.changed").count() == 1
            assert page.locator("#todo.changed").count() == 0, "opened by the reader, not changed by anybody"


def test_the_past_as_it_was_and_as_it_was_known(site: Site) -> None:
    late = activity(
        "late-1", f"{UNIT}/b1", "2017-08-20", "unified_activity_day", study_hours="2", attendees="all"
    )
    site.record(late)
    with site.visitor(SECRETARY) as client:
        then = client.get(f"{PAGE}?as-of={PAST}").text
        known = client.get(f"{PAGE}?known-at=2017-09-15T09:00").text
        now = client.get(PAGE).text
        assert f'class="so-far">{site.score(UNIT, PAST)}<' in then
        assert "这是截至 2017-06-30 的情况" in then
        assert "只按 2017-09-15 09:00 之前记入的算" in known
        assert "late-1" in now
        assert "late-1" not in known
        assert "late-1" not in then
        for past in (then, known):
            assert "/log?" not in past, "nothing is logged into the past from here"
            assert "data-live-units" not in past
        assert client.get(f"{PAGE}?as-of=2016-12-31").status_code == 404
        refused = client.get(f"{PAGE}?as-of=someday&known-at=yesterday")
        assert refused.status_code == 422
        assert "请写成 2017-06-30 这样" in refused.text
        assert "看不懂时刻" in refused.text


def test_late_entries_and_what_became_of_records_are_marked(site: Site) -> None:
    site.record(activity("late-2", UNIT, "2017-07-03", "party_lecture"))
    site.record(
        activity("<b>odd/id?#%", UNIT, "2017-09-18", "party_lecture", topic="<script>alert(1)</script>")
    )
    about = {"record": "late-2", "reason": "记错了"}
    site.record(
        activity("back-1", UNIT, "2017-09-19", "party_lecture") | {"type": "record.retracted", "data": about}
    )
    with site.visitor(SECRETARY) as client:
        pages = [client.get(f"{PAGE}?page={number}").text for number in range(1, 5)]
        text = "".join(pages)
        row = text[text.index("/records/late-2") :][:400]
        assert "晚 79 天记入" in row
        assert "已撤回" in row
        assert "<script>alert" not in text
        assert client.get("/records/%3Cb%3Eodd/id%3F%23%25").status_code == 200
        assert 'href="/records/%3Cb%3Eodd/id%3F%23%25"' in text
        only = client.get(f"{PAGE}?clause=8.3").text
        records = only[only.index('id="records"') :]
        assert "只看 8.3" in records
        assert "支部委员会" in records
        assert "late-2" not in records


def test_members_are_named_and_stand_against_the_pace_line(site: Site) -> None:
    session = site.session
    member = session.projections.members(session.store, UNIT, session.clock.today()).lines[0]["member"]
    with session.store.write() as work:
        people.put(work.connection, UNIT, [Person(member, "欧阳修远")])
    with site.visitor(SECRETARY) as client:
        text = client.get(f"{PAGE}?members=all").text
        part = text[text.index('id="members"') : text.index('id="records"')]
        lines = session.projections.members(session.store, UNIT, session.clock.today()).lines
        assert part.count('class="hours-bar"') == sum(not each["exempt"] for each in lines)
        assert "欧阳修远" in part
        shortest = min(lines, key=lambda each: float(each["hours"]) - float(each["required"]))["member"]
        with session.store.write() as work:
            people.put(work.connection, UNIT, [Person(shortest, "诸葛亮明")])
        reasons = client.get(PAGE).text.partition('id="members"')[0]
        assert "诸葛亮明差 " in reasons
        assert f"{shortest} 差" not in reasons
        assert "名低于进度线" in part
        few = client.get(PAGE).text
        assert few[few.index('id="members"') :].count('class="hours-bar"') == 12


def test_the_course_says_what_moved_the_score(shared_site: Site, browser) -> None:
    with visiting(browser, shared_site, AUDITOR) as page:
        page.goto(PAGE)
        chart = page.get_by_role("img", name=re.compile("得分从年初到 2017-09-20 的走势"))
        assert chart.is_visible()
        page.get_by_text("哪一天、为什么变动").click()
        rows = page.locator("#course-table tbody tr")
        assert shared_site.score(UNIT) in rows.first.inner_text()
        assert "2017-01-01" in rows.last.inner_text()
        for number in range(rows.count()):
            day, score = rows.nth(number).locator("td").all_inner_texts()[:2]
            assert score == shared_site.score(UNIT, date.fromisoformat(day)), day


def test_the_signed_score_stands_apart_from_the_advice(site: Site) -> None:
    signed = activity("signed-1", UNIT, "2017-09-20", "party_lecture") | {
        "type": "score.signed",
        "data": {
            "for_year": 2017, "rubric": "wujin-2017", "rubric_version": 1, "as_of": "2017-09-20",
            "rubric_sha256": builtin()[0].sha256, "score": "88.5",
            "floor": "50", "ceiling": "97", "bonus": "4", "sequence": 10,
            "indicators": [{"no": 1, "score": "88.5"}, {"no": 26, "score": "4"}],
        },
    }  # fmt: skip
    site.record(signed, by=ASSESSOR)
    with site.visitor(SECRETARY) as client:
        text = client.get(PAGE).text
        assert "已签字：88.5 分，加分 4" in text
        assert (
            f'<p class="label">参考得分</p>\n    <p class="score"><span class="figure">{site.score(UNIT)}<'
            in text
        )
        assert "已签字" not in client.get(f"{PAGE}?as-of=2017-09-19").text, "it was not signed then"
        assert "签字" in client.get("/records/signed-1").text


def test_who_may_see_it(shared_site: Site) -> None:
    for name, status in ((SECRETARY, 200), (ASSESSOR, 200), (AUDITOR, 200), (OTHER_SECRETARY, 403)):
        with shared_site.visitor(name) as client:
            answer = client.get(PAGE)
            assert answer.status_code == status, name
            assert ("记一笔</a>" in answer.text.partition("<main")[2]) == (name == SECRETARY)
    with shared_site.visitor(ASSESSOR) as client:
        assert client.get("/units/nowhere").status_code == 404


def test_everybody_finds_the_way_to_what_he_may_do_here(shared_site: Site) -> None:
    offered = {
        SECRETARY: {"/roster", "/calendar", "/appeals", "/appeals?clause=8.3"},
        ASSESSOR: {"/roster", "/calendar", "/appeals", "/judge?clause=8.3"},
        AUDITOR: {"/roster", "/appeals"},
    }
    for name, ways in offered.items():
        with shared_site.visitor(name) as client:
            text = client.get(PAGE).text
            links = set(re.findall(rf'href="((?:/review)?{PAGE}/[^"#]+)"', text))
            assert ways <= {each.partition(PAGE)[2] for each in links}, name
            # Nobody is led to what is closed to him; of those with a clause one speaks for all.
            for address in sorted(each for each in links if "?clause=" not in each or "8.3" in each):
                assert client.get(address).status_code == 200, f"{address} for {name}"


def test_it_speaks_english(shared_site: Site) -> None:
    with shared_site.visitor(SECRETARY) as client:
        client.cookies.set("taizhang_lang", "en")
        text = client.get(PAGE).text
    assert f"Why is it {shared_site.score(UNIT)}?" in text
    assert "Next deadline" in text
    assert "为什么" not in text


@pytest.mark.parametrize(
    ("dark", "viewport"), [(False, NARROWEST), (True, DESKTOP)], ids=["light, narrow", "dark, wide"]
)
def test_everybody_can_use_it(shared_site: Site, browser, dark: bool, viewport: dict[str, int]) -> None:
    with visiting(browser, shared_site, SECRETARY, dark=dark, viewport=viewport) as page:
        page.goto(f"{PAGE}#clause-2.1")
        page.evaluate("document.querySelectorAll('details[data-fold]').forEach((each) => (each.open = true))")
        for closed in ("#why", "#course-table", "#missed"):
            page.locator(f"{closed} > summary, {closed} details > summary").first.click()
        assert not scrolls_sideways(page)
        assert serious_findings(page) == []
        for address in (f"{PAGE}?open=all", f"{PAGE}?as-of=2017-06-30", f"{PAGE}?clause=8.3&page=2"):
            page.goto(address)
            assert not scrolls_sideways(page)


def test_on_paper_it_is_whole_and_bare(shared_site: Site, browser) -> None:
    with visiting(browser, shared_site, ASSESSOR) as page:
        page.goto(f"{PAGE}?open=all")
        page.emulate_media(media="print")
        assert page.locator("[id='clause-2.1']").is_visible()
        assert page.locator(".score .figure").is_visible()
        for hidden in (".top", ".travel-form", ".foot"):
            assert not page.locator(hidden).is_visible()


def test_late_is_made_good_and_what_is_still_in_time_is_recorded(shared_site: Site) -> None:
    session = shared_site.session
    found = session.projections.shortfalls(session.store, UNIT, session.clock.today()).found
    late = sum(each.requirement.status.value == "overdue" for each in found)
    assert 0 < late < len(found)
    with shared_site.visitor(SECRETARY) as client:
        page = client.get(PAGE).text
    todo = page[page.index('id="todo"') : page.index('id="course"')]
    pressing, _, ahead = todo.partition("<h3><time")
    assert ("去补上" in pressing, "去登记" in pressing) == (True, False)
    assert ("去补上" in ahead, "去登记" in ahead) == (False, True)


def test_what_to_do_covers_the_year_and_says_what_it_is_worth(shared_site: Site) -> None:
    session = shared_site.session
    with session.store.read() as work:
        cards = session.projections.cards(work, UNIT, session.clock.today())
        tasks = tasks_of(cards, str, names_of(work, cards[0].facts, cards[0].day), whole_year=True)
        asked = {
            (each.result.rule.clause.id, each.requirement.subject)
            for each in cards[0].shortfalls(everything=True)
        }
    listed = {(task.clause, subject) for task in tasks for subject in task.subjects}
    assert asked == listed, "nothing that can still be done is left out, however late it is due"
    worth = [*tasks.pressing, *(task for _, _, found in tasks.ahead for task in found), *tasks.later]
    assert all(task.cost for task in worth), "what costs nothing stands below all that does"
    assert not any(task.cost for task in tasks.idle)
    assert [task.suggested for task in tasks.later] == sorted(task.suggested for task in tasks.later)
    assert tasks.later
    with shared_site.visitor(SECRETARY) as client:
        page = client.get(PAGE).text
    todo = page[page.index('id="todo"') : page.index('id="course"')]
    assert todo.count('class="worth"') == len(list(tasks))
    first = tasks.later[0]
    assert f"建议 {first.suggested} 前" in todo
    assert f"不做扣 {first.points} 分" in todo or f"做到挣 {first.points} 分" in todo


def test_a_day_without_a_record_leads_to_the_form_that_records_it(shared_site: Site) -> None:
    with shared_site.visitor(SECRETARY) as client:
        page = client.get(PAGE).text
        missed = page[page.index('id="missed"') : page.index('id="course"')]
        way = re.search(r'class="button" href="(/log[^"]+)"', missed)
        assert way is not None
        assert "去补录" in missed
        form = client.get(unescape(way[1]))
    due = re.search(r"due=([\d-]+)", way[1])
    assert due is not None
    assert form.status_code == 200
    assert f" 至 {due[1]} " in form.text, "the period's days are offered, and none is supposed"
