"""A secretary's journeys, each within its count of taps and fields; `pytest -s` prints them as a table.

One browser and one server for all of them: each does what no other looks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from taizhang.people import store as people_store
from taizhang.people.person import Person

from .browsing import PHONE, scrolls_sideways, serious_findings, visiting
from .site import SECRETARY, Site, activity
from .test_log import recorded

UNIT = SECRETARY
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
MEMBERS = 59


@dataclass
class Counted:
    """What a journey took."""

    taps: int = 0
    fields: int = 0

    def tap(self, place: Locator) -> None:
        place.click()
        self.taps += 1

    def fill(self, place: Locator, text: str) -> None:
        place.fill(text)
        self.fields += 1


@dataclass
class Journeys:
    """All journeys of this file, for the table."""

    rows: list[tuple[str, Counted, int, int]] = field(default_factory=list)

    def hold(self, name: str, counted: Counted, taps: int, fields: int) -> None:
        """Hold a journey to its bounds and note it."""
        self.rows.append((name, counted, taps, fields))
        assert (counted.taps <= taps, counted.fields <= fields) == (True, True), (name, counted)


@pytest.fixture(scope="module")
def journeys() -> Iterator[Journeys]:
    found = Journeys()
    yield found
    print(f"\n{'journey':<44}{'taps':>6}{'most':>6}{'fields':>8}{'most':>6}")
    for name, counted, taps, fields in found.rows:
        print(f"{name:<44}{counted.taps:>6}{taps:>6}{counted.fields:>8}{fields:>6}")


def a_branch_of_59(site: Site) -> str:
    """Register a branch with that many members, and their names."""
    subject = f"{UNIT}/b9"

    def event(type_: str, key: str, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "specversion": "1.0", "id": f"j-{key}", "source": "urn:tests", "type": type_, "subject": subject,
            "time": "2017-01-01", "data": data,
        }  # fmt: skip

    people = [
        Person(f"j{number:02}", f"{SURNAMES[number % 20]}{'一二三四'[number // 20]}")
        for number in range(MEMBERS)
    ]
    joined = [event("member.joined", each.member, {"member": each.member}) for each in people]
    site.record(event("organization.registered", "b9", {"name": "大支部", "kind": "branch"}), *joined)
    with site.session.store.write() as work:
        people_store.put(work.connection, UNIT, people)
    return subject


@pytest.fixture
def phone(shared_site: Site, browser: Any) -> Iterator[Page]:
    """The secretary's telephone."""
    with visiting(browser, shared_site, UNIT, viewport=PHONE) as page:
        yield page


def titled(site: Site, kind: str, words: str) -> dict[str, Any]:
    """Return the one record of *kind* with these words as its topic or title, as it was first."""
    (found,) = (
        each
        for each in site.session.store.stream(UNIT)
        if each["type"] == kind and words in (each["data"].get("topic"), each["data"].get("title"))
    )
    return found


def test_a_meeting_is_logged(shared_site: Site, phone: Page, journeys: Journeys) -> None:
    counted = Counted()
    phone.goto(f"/units/{UNIT}")
    counted.tap(phone.locator("a.button.primary").get_by_text("记一笔"))
    counted.fill(phone.get_by_label("找一找"), "专题研究")
    counted.tap(phone.get_by_role("link", name="专题研究党建工作").first)
    counted.fill(phone.locator("#field-topic"), "研究下半年的工作")
    counted.fill(phone.locator("#field-study_hours"), "2")
    counted.tap(phone.get_by_label("全体", exact=True))
    expect(phone.locator("#preview")).to_contain_text("计入 2.1")
    counted.tap(phone.get_by_role("button", name="记入台账"))
    expect(phone.get_by_text("已记入。")).to_be_visible()
    journeys.hold("a meeting of all logged", counted, 4, 3)
    assert titled(shared_site, "activity.held", "研究下半年的工作")["data"]["attendees"] == "all"


def test_an_office_sheet_is_imported(shared_site: Site, phone: Page, journeys: Journeys) -> None:
    counted = Counted()
    phone.goto(f"/units/{UNIT}")
    counted.tap(phone.get_by_role("link", name="导入工作簿").first)
    sheet = Path(__file__).parents[1] / "office" / "field" / "22b-section-rows.xlsx"
    phone.locator("#field-file").set_input_files(sheet)
    counted.fields += 1
    counted.tap(phone.get_by_role("button", name="先看看"))
    expect(phone.locator(".totals")).to_contain_text("2 条新记")
    counted.tap(phone.get_by_role("button", name="没有写参加人员的，按全体参加记"))
    expect(phone.get_by_text("没有写参加人员的，按全体参加记。")).to_be_visible()
    counted.tap(phone.get_by_role("button", name="全部记入"))
    expect(phone.get_by_text("已记入 2 条。")).to_be_visible()
    journeys.hold("an office sheet imported, all there", counted, 4, 1)
    assert titled(shared_site, "activity.held", "学习二")["data"]["attendees"] == "all"


def test_hours_of_nobody_are_mended(shared_site: Site, phone: Page, journeys: Journeys) -> None:
    held = activity("nobodys", UNIT, "2017-09-14", "party_lecture", topic="没写谁到了", study_hours="2")
    shared_site.record(held, by=UNIT)
    counted = Counted()
    phone.goto(f"/units/{UNIT}")
    counted.tap(phone.locator("#members").get_by_role("link", name="没写谁到了"))
    counted.tap(phone.get_by_label("全体", exact=True))
    counted.fill(phone.get_by_label("理由"), "补上参加人员")
    counted.tap(phone.get_by_role("button", name="记下更正"))
    expect(phone.get_by_role("link", name="看本单位得分")).to_be_visible()
    journeys.hold("hours of nobody given to all", counted, 3, 1)
    (mended,) = (
        each for each in recorded(shared_site, "record.corrected") if each["data"]["record"] == "nobodys"
    )
    assert mended["data"]["data"]["attendees"] == "all"


def test_a_request_is_answered(shared_site: Site, phone: Page, journeys: Journeys) -> None:
    counted = Counted()
    phone.goto(f"/units/{UNIT}")
    counted.tap(phone.locator("a[href*='clause=16.1']").first)
    expect(phone.locator("#preview")).to_contain_text("计入 16.1")
    counted.tap(phone.get_by_role("button", name="记入台账"))
    expect(phone.get_by_text("已记入。")).to_be_visible()
    journeys.hold("a request answered", counted, 2, 0)


def test_a_record_is_found_and_corrected(shared_site: Site, phone: Page, journeys: Journeys) -> None:
    wrong = activity("wrong", UNIT, "2017-09-15", "volunteer_service", topic="清扫街到")
    shared_site.record(wrong, by=UNIT)
    counted = Counted()
    phone.goto(f"/units/{UNIT}")
    counted.fill(phone.get_by_label("标题里的字"), "清扫")
    counted.tap(phone.get_by_role("button", name="查找"))
    counted.tap(phone.locator("#records").get_by_role("link", name="清扫街到"))
    journeys.hold("a record found", counted, 2, 1)
    counted = Counted()
    counted.tap(phone.get_by_role("link", name="去更正"))
    counted.fill(phone.locator("#field-topic"), "清扫街道")
    counted.fill(phone.get_by_label("理由"), "错字")
    counted.tap(phone.get_by_role("button", name="记下更正"))
    expect(phone.get_by_role("link", name="看本单位得分")).to_be_visible()
    journeys.hold("a record corrected", counted, 2, 2)


def test_the_calendar_is_subscribed(phone: Page, journeys: Journeys) -> None:
    counted = Counted()
    phone.goto(f"/units/{UNIT}")
    counted.tap(phone.get_by_role("link", name="放进日历"))
    counted.tap(phone.get_by_role("button", name="生成订阅地址"))
    expect(phone.locator("#address")).to_contain_text("/feeds/")
    journeys.hold("the calendar subscribed", counted, 2, 0)


def test_a_quick_log_without_a_connection(shared_site: Site, phone: Page, journeys: Journeys) -> None:
    phone.goto("/log")
    phone.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    phone.context.set_offline(True)
    phone.goto("/log")
    counted = Counted()
    phone.get_by_label("做了什么").select_option(label="专题研究党建工作")
    counted.fields += 1
    counted.fill(phone.get_by_label("主题"), "路上记的一笔")
    counted.fill(phone.get_by_label("日期"), "2017-09-18")
    counted.tap(phone.get_by_role("button", name="存下"))
    expect(phone.locator("[data-kept]")).to_contain_text("路上记的一笔")
    phone.context.set_offline(False)
    phone.goto("/log")
    expect(phone.locator("[data-sent]")).to_have_text("没有网络时写的 1 条已经记入。")
    journeys.hold("a quick log without a connection", counted, 1, 3)
    assert titled(shared_site, "activity.held", "路上记的一笔")


def test_five_of_59_were_absent(shared_site: Site, browser: Any, journeys: Journeys) -> None:
    site = shared_site
    subject = a_branch_of_59(site)
    with visiting(browser, site, UNIT, viewport=PHONE) as page:
        page.goto(f"/log?unit={UNIT}&what=activity.held:member_meeting&subject={subject}")
        counted = Counted()
        counted.fill(page.locator("#field-topic"), "学习讲话")
        counted.fill(page.locator("#field-study_hours"), "2")
        counted.tap(page.get_by_label("全体，除了…"))
        for name in ("王一", "李二", "张三", "刘一"):
            counted.tap(page.get_by_label(name, exact=True))
        page.locator("[data-narrow-names]").fill("ce")
        expect(page.locator("[data-members] .check:visible")).to_have_count(1)
        page.locator("[data-narrow-names]").fill("cs")
        counted.tap(page.get_by_label("陈三", exact=True))
        expect(page.locator("#preview")).to_contain_text("应到 59 人，实到 54 人")
        expect(page.locator("[data-count]")).to_have_text("5 人")
        assert not scrolls_sideways(page)
        assert serious_findings(page) == []
        counted.tap(page.get_by_role("button", name="记入台账"))
        journeys.hold("five of 59 absent, recorded", counted, 7, 2)
        expect(page.get_by_text("已记入。")).to_be_visible()
    held = titled(site, "activity.held", "学习讲话")
    assert len(held["data"]["attendees"]) == MEMBERS - 5
    assert not {"j00", "j21", "j42", "j03", "j44"} & set(held["data"]["attendees"])
