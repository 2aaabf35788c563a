"""What a letter says, in both languages, and how it looks in a window of a phone and of a desktop."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from reminders.rendered_message import RenderedMessage
from taizhang.app.rubrics import install_rubric
from taizhang.language.names import Names
from tests.web.browsing import DESKTOP, PHONE, scrolls_sideways, serious_findings

from .support import Desk, activity, event, unit


def written(desk: Desk, day: str) -> RenderedMessage:
    """Return the one mail of a day."""
    desk.channel.delivered.clear()
    desk.remind(day)
    ((_, found),) = desk.channel.delivered
    return found


def test_it_says_what_is_missing_what_it_costs_and_where_to_mend_it(desk: Desk) -> None:
    letter = written(desk, "2017-03-30")
    assert letter.subject == "3 项待办，最早 2017-03-31 到期：红梅小学党支部"
    assert "== 快到期限 ==" in letter.text
    assert "2.1 专题研究党建工作（第一季度）\n  期限 2017-03-31，还有 1 天 · 不做扣 1 分" in letter.text
    # January's 统一活动日 was missed: the clause's one point is gone already, nobody is written to about the rest.
    assert "8.1" not in letter.text
    assert "照现在的进度，年底约 " in letter.text


def test_what_is_past_says_whether_it_can_be_made_good(desk: Desk) -> None:
    desk.clock.set("2017-05-03")
    desk.record(
        event(
            "r1", "request.issued", "wj-01", "2017-05-03", request="R1", title="花名册", due_on="2017-05-31"
        )
    )
    for month in (1, 2, 3, 4):
        desk.record(activity(f"a{month}", "wj-01", f"2017-0{month}-18", "unified_activity_day"))
    letter = written(desk, "2017-06-01")
    assert letter.subject == "2 项已过期限 2017-05-31：红梅小学党支部"
    overdue, missed = (
        letter.text.index("== 已过期限，仍可补办 =="),
        letter.text.index("== 期限已过，台账里没有记录；当时开展过的，现在补录照样算 =="),
    )
    assert overdue < missed
    assert "期限 2017-05-31，逾期 1 天 · 补上可挽回 2 分" in letter.text[overdue:missed]
    assert "去补上：" in letter.text[overdue:missed]
    assert "去登记" not in letter.text[overdue:missed]
    # Contract §5: a record of what was done in time still counts, so the letter leads to the form.
    assert "去补录：" in letter.text[missed:]
    assert "/log?" in letter.text[missed:]
    assert letter.calendar is None


def test_the_letter_counts_who_is_below_the_pace_line_and_names_nobody(desk: Desk) -> None:
    desk.clock.set("2017-03-01")
    desk.record(
        event("m1", "member.joined", "wj-01", "2017-01-02", member="m-1"),
        event("m2", "member.joined", "wj-01", "2017-01-02", member="m-2"),
        event("s1", "activity.held", "wj-01", "2017-02-10", kinds=["study_session"], topic="学习", study_hours=20,
              attendees=["m-2"]),
    )  # fmt: skip
    desk.reminders._names_of = lambda work, facts, day: Names({"m-1": "张三"})
    letter = written(desk, "2017-03-17")
    assert "2 名党员还没有学满，其中 1 名低于今天的进度线；名单在单位页上" in letter.text
    assert "http://ledger.example.cn/units/wj-01?members=all" in letter.text
    for told in (letter.text, letter.html, str(letter.chat)):
        assert "张三" not in told
        assert "m-1" not in told


def test_who_looks_on_gets_a_table_and_the_units_most_in_need(desk: Desk) -> None:
    desk.record(unit("wj-02", "白鹭小学党支部"))
    desk.contact("*", "kaohe@example.invalid", "assessor")
    desk.channel.delivered.clear()
    desk.remind("2017-03-24")
    listed = next(each for address, each in desk.channel.delivered if address.startswith("kaohe"))
    assert listed.subject == "6 项，最早 2017-03-31 到期：2 个单位"
    assert "2.1 专题研究党建工作 · 2017-03-31 到期，未做 2 个单位，逾期 0 个，没有记录 0 个" in listed.text
    assert "白鹭小学党支部 (wj-02) · 3 项，关系 3 分" in listed.text


def test_the_year_s_letter_stands_by_month_and_says_the_duties(desk: Desk) -> None:
    letter = written(desk, "2017-01-09")
    assert "项待办，最早 2017-03-31 到期：红梅小学党支部，2017 年要做的" in letter.subject
    again, march, december = map(
        letter.text.index, ("== 每个月 ==", "== 2017 年 3 月底前 ==", "== 2017 年 12 月底前 ==")
    )
    assert again < march < december
    assert "8.1 统一活动日 · 少一次扣 1 分，最多扣 1 分" in letter.text[again:march]
    assert "1.1 年度党建工作计划 · 2017-03-31 前 · 不做扣 3 分" in letter.text[march:december]
    assert "6.2 道德讲堂 · 2017-12-31 前 · 不做扣 2 分" in letter.text[december:]
    for word in ("未开展", "扣2分"):
        assert word not in letter.text
    desk.channel.delivered.clear()
    desk.remind("2017-01-11")
    assert all("要做的" not in mail.subject for _, mail in desk.channel.delivered)


def test_a_year_whose_days_off_are_unknown_says_so(desk: Desk) -> None:
    """A rubric of 2035: no notice is known, so the days are provisional."""
    from rubric.derive import derive

    text = derive(desk.session.rubric_text("wujin-2017"), 2035)
    sound = re.sub(r"\n? *decide: .*", "", re.sub(r",? ?decide: ('[^']*'|\"[^\"]*\"|[^,}\n]*)", "", text))
    install_rubric(desk.session, sound.encode(), "2035.yaml", now=desk.clock())
    desk.clock.set("2035-03-01")
    assert "2035 年的放假调休安排还没有载入" in written(desk, "2035-03-16").text


def test_names_are_no_markup(desk: Desk) -> None:
    desk.clock.set("2017-03-02")
    desk.record(event("c1", "organization.changed", "wj-01", "2017-03-01", name="<b>红梅</b> & 小学"))
    letter = written(desk, "2017-03-17")
    assert "<b>红梅</b> & 小学" in letter.text
    assert "<b>红梅" not in letter.html
    assert "&lt;b&gt;红梅&lt;/b&gt; &amp; 小学" in letter.html


@pytest.mark.parametrize(
    ("viewport", "scheme"),
    [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light")],
    ids=["phone", "dark", "desktop"],
)
def test_it_looks_right_in_a_mail_client(
    desk: Desk, browser: Browser, viewport: dict[str, int], scheme: Literal["light", "dark"], tmp_path: Path
) -> None:
    """No script, no picture; the one style sheet is for the dark only, what a client shows is what stands in it."""
    desk.clock.set("2017-03-02")
    desk.record(
        event(
            "c1",
            "organization.changed",
            "wj-01",
            "2017-03-01",
            name="武进区青禾实验小学教育集团东校区党总支" * 2,
        ),
        activity("a1", "wj-01", "2017-03-01", "party_lecture"),
    )
    letter = written(desk, "2017-03-17")
    assert not re.search(r"<(script|img|link|iframe)\b", letter.html)
    file = tmp_path / "mail.html"
    file.write_text(letter.html, "utf-8")
    page = browser.new_page(viewport=viewport, java_script_enabled=True, color_scheme=scheme)  # type: ignore[arg-type]
    try:
        page.goto(file.as_uri())
        assert not scrolls_sideways(page)
        assert serious_findings(page) == []
        button = page.get_by_text("去登记").first.bounding_box()
        assert button is not None
        assert button["height"] >= 44, "a thumb has to hit it"
        box = page.locator("table table").first.bounding_box()
        assert box is not None
        assert box["width"] <= min(viewport["width"], 640)
    finally:
        page.close()


def test_english(desk: Desk) -> None:
    desk.contact("wj-01", "shuji@example.invalid", language="en")
    letter = written(desk, "2017-03-17")
    assert (
        letter.subject == "8 due 2017-03-31 or later: 红梅小学党支部, Reminder for the first quarter of 2017"
    )
    assert "due 2017-03-31, in 14 days · costs 1 point if not done" in letter.text
    assert date.fromisoformat("2017-03-31").isoformat() in letter.html
