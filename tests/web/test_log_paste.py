"""A table pasted from Excel or WPS: looked at row by row, recorded whole or not at all, twice is once."""

from __future__ import annotations

import re
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


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


WRONG = TABLE + "3月28日-29日\t党课\t两天\t2节课\t低年级党支部\n\t党课\t没有日期\t1\t\n"


def test_cells_are_mended_in_place_and_rows_left_out(site: Site) -> None:
    before = site.session.store.size()
    with site.visitor(SECRETARY) as client:
        looked = paste(client, WRONG, step="preview").text
        assert 'name="pick" value="cell-0-4-0=2017-03-28"' in looked
        said: dict[str, Any] = {"seen": seen_in(looked), "step": "preview"}
        picked = paste(client, WRONG, **said, pick="cell-0-4-0=2017-03-28").text
        assert 'name="cell-0-4-0" value="2017-03-28"' in picked, "what was mended travels on"
        assert "不止一天" not in picked
        said |= {"cell-0-4-0": "2017-03-28", "cell-0-4-3": "1.5", "drop-0-5": "yes", "step": "save"}
        assert paste(client, WRONG, **said | {"seen": "x"}).status_code == 422, (
            "of another text it is forgotten"
        )
        assert site.session.store.size() == before
        assert "done=3" in paste(client, WRONG, **said).headers["location"]
    *_others, mended = site.session.store.stream(UNIT, before)
    assert (mended["time"][:10], mended["data"]["study_hours"]) == ("2017-03-28", "1.5")


def test_a_bad_row_stops_only_itself_when_somebody_says_so(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        assert 'name="wrong" value="leave"' in paste(client, WRONG, step="preview").text
        left = paste(client, WRONG, step="preview", wrong="leave").text
        assert "没有写日期" in left
        assert "全部记入" in left
        assert "done=2" in paste(client, WRONG, wrong="leave").headers["location"]


def test_a_column_is_named_once_and_remembered(site: Site) -> None:
    table = "日期\t类型\t讲了什么\t学时\n2017-09-12\t党课\t学习\t2\n"
    with site.visitor(SECRETARY) as client:
        asked = paste(client, table, step="preview").text
        assert "像是“活动记录”，但找不到“主题”这一列" in asked
        said = {"seen": seen_in(asked), "kind-0": "activities"}
        for place, (header, column) in enumerate(
            (("日期", "day"), ("类型", "kinds"), ("讲了什么", "topic"), ("学时", "study_hours"))
        ):
            said |= {f"header-0-{place}": header, f"column-0-{place}": column}
        assert "done=1" in paste(client, table, **said).headers["location"]
        again = paste(client, table.replace("09-12", "09-13"))
        assert "done=1" in again.headers["location"]
