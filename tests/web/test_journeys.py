"""A secretary's journeys, each within its count of taps and fields; `pytest -s` prints them as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from taizhang.people import store as people_store
from taizhang.people.person import Person

from .browsing import PHONE, scrolls_sideways, serious_findings, visiting
from .site import SECRETARY, Site
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


def test_five_of_59_were_absent(site: Site, browser: Any, journeys: Journeys) -> None:
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
    (held,) = (each for each in recorded(site) if each["type"] == "activity.held")
    assert len(held["data"]["attendees"]) == MEMBERS - 5
    assert not {"j00", "j21", "j42", "j03", "j44"} & set(held["data"]["attendees"])
