"""A table pasted from Excel or WPS: looked at row by row, recorded whole or not at all, twice is once."""

from __future__ import annotations

from typing import Any

import httpx

from .site import OTHER_SECRETARY, SECRETARY, Site, activity

UNIT = SECRETARY
TABLE = (
    "日期\t类型\t主题\t学时\t支部\n"
    "2017年9月12日\t支委会\t研究九月工作\t\t低年级党支部\n"
    "2017.9.13\t主题党日、党课\t学系列讲话\t2\t低年级党支部\n"
)


def paste(client: httpx.Client, table: str, **more: Any) -> httpx.Response:
    return client.post("/log/paste", data={"unit": UNIT, "table": table, "step": "save", **more})


def test_a_table_is_looked_at_then_recorded_once(site: Site) -> None:
    before = site.session.store.size()
    with site.visitor(SECRETARY) as client:
        looked = paste(client, TABLE, step="preview")
        assert looked.status_code == 200
        assert "2017-09-12 支部委员会：研究九月工作" in looked.text
        assert "计入" in looked.text
        assert "8.3 九月" in looked.text
        assert site.session.store.size() == before
        done = paste(client, TABLE)
        assert done.status_code == 303
        assert "记入了 2 条" in client.get(done.headers["location"]).text
        assert paste(client, TABLE).headers["location"].endswith("done=0"), "twice is once"
    events = list(site.session.store.stream(UNIT, before))
    assert [event["subject"] for event in events] == [f"{UNIT}/b1", f"{UNIT}/b1"]
    assert {event["authid"] for event in events} == {SECRETARY}


def test_each_row_says_what_is_wrong_with_it_and_none_is_recorded(site: Site) -> None:
    before = site.session.store.size()
    wrong = TABLE + "9月31日\t党课\t\t很多\t没有的支部\n"
    with site.visitor(SECRETARY) as client:
        answer = paste(client, wrong)
    assert answer.status_code == 422
    assert 'class="number">4<' in answer.text, "by the number that Excel shows"
    for words in ("不是学时", "没有写主题", "没有“没有的支部”这个支部"):
        assert words in answer.text
    assert "没有的支部\n</textarea>" in answer.text, "what was pasted is still there"
    assert site.session.store.size() == before


def test_a_changed_row_asks_whether_it_is_a_correction(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        assert paste(client, TABLE).status_code == 303
        before = site.session.store.size()
        changed = TABLE.replace("\t2\t", "\t2.5\t")
        asked = paste(client, changed)
        assert asked.status_code == 422
        assert "和已有的记录只差几处" in asked.text
        assert site.session.store.size() == before
        assert paste(client, changed, changed="correct", reason="学时记少了").status_code == 303
    (correction,) = site.session.store.stream(UNIT, before)
    assert correction["type"] == "record.corrected"
    assert correction["data"]["reason"] == "学时记少了"


def test_what_is_no_table_and_whose_unit_it_is_not(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        assert "认不出这是哪一种表" in paste(client, "随便写的几个字", step="preview").text
        assert paste(client, " ").status_code == 422
    with site.visitor(OTHER_SECRETARY) as client:
        assert paste(client, TABLE).status_code == 403
        assert client.get("/log/paste", params={"unit": UNIT}).status_code == 403


def test_a_probable_double_is_told_in_words(site: Site) -> None:
    site.record(activity("lecture", f"{UNIT}/b1", "2017-09-14", "party_lecture"))
    twice = (
        TABLE + "2017年9月12日\t支委会\t另一个题目\t\t低年级党支部\n9月14日\t党课\t讲一讲\t\t低年级党支部\n"
    )
    with site.visitor(SECRETARY) as client:
        looked = paste(client, twice, step="preview", changed="new").text
    assert "第 2 行也是 2017-09-12 武进区青禾实验小学低年级党支部的“支部委员会”" in looked
    assert "2017-09-14 武进区青禾实验小学低年级党支部的“党课”已经记过" in looked
    assert "committee_meeting" not in looked.partition("paste-rows")[2]
