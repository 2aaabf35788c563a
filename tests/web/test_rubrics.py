"""Rubrics on the pages: who installed which and why, what it changed for a unit, and one beside as a tab."""

from __future__ import annotations

import html
import re

from ledger.store.protocol import Recorder
from rubric.catalog import builtin_texts
from taizhang.app.rubrics import install_rubric, withdraw_rubric

from .site import ASSESSOR, OPERATOR, Site

UNIT = "wj-01"


def words(page: str) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))


def test_rubrics_are_told_where_they_count(site: Site) -> None:
    text = next(each for each in builtin_texts() if "id: wujin-2017\nversion: 2\n" in each)
    own = text.replace("id: wujin-2017\nversion: 2\n", "id: own-2017\n")
    stricter = own.replace("per_miss: 1", "per_miss: 2", 1)
    beside = own.replace("id: own-2017", "id: ideology-2017").replace("\ntitle: ", "\ntitle: 意识形态·", 1)
    by = Recorder("老陈")
    install_rubric(site.session, stricter.encode(), reason="区委3号文", by=by)
    install_rubric(site.session, beside.encode(), beside=True, by=by)
    with site.visitor(ASSESSOR) as client:
        page = client.get(f"/units/{UNIT}").text
        assert f'href="/units/{UNIT}?rubric=ideology-2017"' in page
        said = words(page)
        assert "由 老陈 安装：区委3号文" in said
        assert "原来按《" in said
        other = client.get(f"/units/{UNIT}", params={"rubric": "ideology-2017"})
        assert other.status_code == 200
        assert 'aria-current="page">意识形态·' in other.text
        assert f"/units/{UNIT}?rubric=ideology-2017&" in html.unescape(other.text), (
            "links stay with the rubric"
        )
        assert client.get(f"/units/{UNIT}", params={"rubric": "nobody"}).status_code == 404
        board = client.get("/board", params={"rubric": "ideology-2017"}).text
        assert 'aria-current="page">意识形态·' in board
        assert f"/units/{UNIT}?rubric=ideology-2017" in board
        assert "rubric=ideology-2017" in client.get("/board").text
    withdraw_rubric(site.session, "own-2017", None, "文件发错了", by=by)
    with site.visitor(OPERATOR) as client:
        said = words(client.get("/admin/rubrics").text)
    assert "由 老陈 安装《" in said
    assert "由 老陈 撤下：文件发错了" in said
    assert "并列，另外单算" in said


def test_an_assessor_judges_and_signs_under_the_one_beside(site: Site) -> None:
    text = next(each for each in builtin_texts() if "id: wujin-2017\nversion: 2\n" in each)
    beside = text.replace("id: wujin-2017\nversion: 2\n", "id: ideology-2017\n")
    install_rubric(site.session, beside.encode(), beside=True, by=Recorder("老陈"))
    before = site.score(UNIT)
    with site.visitor(ASSESSOR) as client:
        page = client.get(f"/review/units/{UNIT}").text
        assert f'href="/review/units/{UNIT}?year=2017&rubric=ideology-2017"' in html.unescape(page)
        form = {
            "form": "11111111-judged",
            "year": "2017",
            "rubric": "ideology-2017",
            "clause": "2.1",
            "deduct": "1",
        }
        done = client.post(f"/review/units/{UNIT}/judge", data={**form, "reason": "迟报", "sure": "1"})
        assert done.status_code == 303, words(done.text)
        assert "rubric=ideology-2017" in done.headers["location"]
        assert client.get(done.headers["location"]).status_code == 200
        assert (
            client.get(
                f"/review/units/{UNIT}/sign", params={"year": 2017, "rubric": "ideology-2017"}
            ).status_code
            == 200
        )
        assert client.get(f"/units/{UNIT}/appeals", params={"rubric": "ideology-2017"}).status_code == 200
    assert site.score(UNIT) == before, "the main one is not moved"
    stored = site.session.store.find("11111111-judged.0")
    assert stored is not None
    assert stored["data"]["rubric"] == "ideology-2017"
