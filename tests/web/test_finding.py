"""Records are found by word, kind, day and person; things to record by the words that people use."""

from __future__ import annotations

import re
from typing import Any

import pytest

from taizhang.people import store as people_store
from taizhang.people.person import Person

from .site import SECRETARY, Site, activity

UNIT = SECRETARY


WORDS = """
义工 志愿服务|新闻 武进教育网|投稿 武进教育网|转入 党员加入|获奖 先进典型|表彰 先进典型|慰问 志愿服务
警示教育 法治宣传教育|培训 调训集训|入党 发展党员|介绍信 组织关系转出办结|dangke 党课|主题党日 统一活动日
"""


@pytest.mark.parametrize("pair", re.split(r"[|\n]", WORDS.strip()))
def test_a_thing_is_found_by_what_people_call_it(shared_site: Site, pair: str) -> None:
    word, found = pair.split()
    with shared_site.visitor(SECRETARY) as client:
        page = client.get("/log", params={"unit": UNIT, "q": word}).text
    names = re.findall(r'<li data-sought="[^"]*"><a href="[^"]+">([^<]+)</a>', page)
    assert any(found in name for name in names), names


def titles(site: Site, **asked: Any) -> list[str]:
    with site.visitor(SECRETARY) as client:
        page = client.get(f"/units/{UNIT}", params={name.rstrip("_"): said for name, said in asked.items()})
    assert page.status_code == 200
    section = page.text[page.text.index('id="records"') :]
    return re.findall(r'<div class="record-what">\s*<a href="[^"]+">([^<]+)</a>', section)


def test_records_are_found_by_word_kind_day_and_person(site: Site) -> None:
    with site.session.store.write() as work:
        people_store.put(work.connection, UNIT, [Person("m01-001", "王小芳")])
    site.record(
        activity("f1", UNIT, "2017-09-18", "party_lecture", topic="青禾讲话", attendees=["m01-001"]),
        activity("f2", UNIT, "2017-09-19", "party_work_meeting", topic="青禾讲话二", attendees=["m01-002"]),
    )
    assert titles(site, q="青禾讲话") == ["专题研究党建工作：青禾讲话二", "党课：青禾讲话"]
    assert titles(site, q="青禾讲话", kind="activity.held:party_lecture") == ["党课：青禾讲话"]
    assert titles(site, q="青禾", from_="2017-09-19") == ["专题研究党建工作：青禾讲话二"]
    assert titles(site, from_="9月18日", to="2017-09-18") == ["党课：青禾讲话"]
    assert titles(site, q="青禾讲话", who="wxf") == ["党课：青禾讲话"]
    assert titles(site, q="没有这样的") == []
    assert titles(site, kind="nonsense") == []
    assert titles(site, from_="nonsense", q="青禾讲话") != []


def test_hours_that_are_still_lacking_come_first_and_by_branch(shared_site: Site) -> None:
    with shared_site.visitor(SECRETARY) as client:
        page = client.get(f"/units/{UNIT}", params={"members": "all"}).text
        (branch,) = re.findall(r'href="([^"]+branch=[^"]+)"', page)[:1]
        of_branch = client.get(branch.replace("&amp;", "&").partition("#")[0]).text

    def lacking(text: str) -> list[float]:
        return [float(each) for each in re.findall(r'data-label="还差"><strong>([\d.]+)<', text)]

    assert len(lacking(page)) > 20
    assert lacking(page) == sorted(lacking(page), reverse=True)
    assert 0 < len(lacking(of_branch)) < len(lacking(page))


def test_hours_that_are_nobodys_are_told_where_hours_are_looked_at(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        assert "记不到任何人名下" not in client.get(f"/units/{UNIT}").text
        site.record(
            activity("nobody", UNIT, "2017-09-18", "study_session", topic="没人的学习", study_hours="2")
        )
        page = client.get(f"/units/{UNIT}").text
    assert "有 1 条活动写了学时、没有写参加人员，记不到任何人名下" in page
    assert 'href="/records/nobody/correct"' in page
