"""Rubrics on the pages: who installed which and why, what it changed for a unit, and one beside as a tab."""

from __future__ import annotations

import html
import re
from pathlib import Path

import httpx

from ledger.store.protocol import Recorder
from rubric.catalog import builtin_texts
from rubric.samples import sample
from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.app.rubrics import install_rubric, withdraw_rubric
from taizhang.web.http.auth import WALL_CLOCK

from .site import ASSESSOR, OPERATOR, Site, site_over

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


def test_an_operator_installs_and_withdraws_one_in_the_browser(tmp_path: Path) -> None:
    with site_over(tmp_path / "ledger.db") as site:
        account = Account("op", Role.OPERATOR, "管理员")
        entry.create_account(site.session.store, account, now=WALL_CLOCK(), by="tests")
        year = site.session.clock.today().year
        text = re.sub("202[78]", lambda found: str(year + int(found[0]) - 2027), sample("starter"))
        with site.visitor("op", follow_redirects=True) as client:

            def sent(content: str) -> httpx.Response:
                return client.post("/admin/rubrics", files={"file": ("我区.yaml", content.encode())})

            before = client.get("/admin/rubrics").text
            assert f"{year} 年度的考核细则还没有安装" in words(before)
            (address,) = re.findall(r'href="(/admin/rubrics/[^"]+/draft[^"]+)"', before)
            draft = client.get(html.unescape(address))
            assert draft.headers["content-type"].startswith("application/yaml")
            assert f"year: {year}\n" in draft.text
            assert client.get("/admin/new-rubric").text == sample("starter")

            size = site.session.store.size()
            refused = sent(text.replace("points: 12", "points: 多").replace("lose: {each: 2}", "loose: 2"))
            assert refused.status_code == 422
            said = words(refused.text)
            assert "第 22 行：of[0].of[0].points：“多”不是分值" in said
            assert "第 28 行：of[0].of[1].rules[0].loose：没有“loose”这个键" in said
            assert "decide" in words(sent(draft.text).text), "a draft is not installed before all is decided"
            assert sent("#" * (1024 * 1024 + 1)).status_code == 413

            page = sent(text)
            assert page.status_code == 200
            look = words(page.text)
            assert "考核谁全部单位" in look.replace(" ", "")
            assert "什么也不做的单位，到年底得" in look
            form = {"token": re.findall(r'name="token" value="([^"]+)"', page.text)[0], "step": "install"}
            assert client.post("/admin/rubrics", data={**form, "way": "own"}).status_code == 422
            other = {**form, "way": "replaces.nobody", "reason": "3号文"}
            assert client.post("/admin/rubrics", data=other).status_code == 422
            assert site.session.store.size() == size

            after = client.post("/admin/rubrics", data={**form, "way": "own", "reason": "3号文"})
            said = words(after.text)
            assert "由 管理员 安装《" in said
            assert "：3号文" in said
            assert "年度的考核细则还没有安装" not in said
            assert client.get(f"/admin/rubrics/mine-{year}/file").content == text.encode()
            assert "这个文件已经装着" in sent(text).text
            second = sent(text.replace(f"id: mine-{year}", "id: other"))
            assert re.findall(r'name="way" type="radio" value="([^"]+)"', second.text) == [
                f"replaces.mine-{year}",
                "beside",
            ]
            assert " checked" not in second.text, "to put another out of its place is nobody's default"

            withdraw = f"/admin/rubrics/mine-{year}/withdraw"
            assert client.post(withdraw, data={"reason": " "}).status_code == 422
            said = words(client.post(withdraw, data={"reason": "装错了文件"}).text)
            assert "由 管理员 撤下：装错了文件" in said
            assert f"{year} 年度的考核细则还没有安装" in said
        assert site.session.store.size() == size + 2


def test_an_operator_begins_with_a_sample_or_last_years(tmp_path: Path) -> None:
    """Two clicks each: look, install. Provisional needs none, and is said."""
    with site_over(tmp_path / "ledger.db") as site:
        account = Account("op", Role.OPERATOR, "管理员")
        entry.create_account(site.session.store, account, now=WALL_CLOCK(), by="tests")
        year = site.session.clock.today().year
        with site.visitor("op", follow_redirects=True) as client:

            def posted(**data: str) -> httpx.Response:
                return client.post("/admin/rubrics", data=data)

            said = words(client.get("/admin/rubrics").text)
            assert f"{year} 年还没有细则：三种办法，选一种" in said
            assert posted(step="sample", sample="nobody").status_code == 404
            page = posted(step="sample", sample="village")
            assert page.status_code == 200
            assert f"village-{year}" in page.text
            assert "没有错。还没有装上" in words(page.text)
            token = re.findall(r'name="token" value="([^"]+)"', page.text)[0]
            # It can be mended in place, tried, and held against what counts now.
            editor = client.get("/admin/rubric-draft", params={"token": token})
            assert "村（社区）党组织星级评定办法" in editor.text
            text = html.unescape(editor.text.split("required>")[1].split("</textarea>")[0])
            wrong = posted(step="typed", name="v.yaml", text=text.replace("points: 24", "points: 多"))
            assert wrong.status_code == 422
            assert "“多”不是分值" in words(wrong.text)
            assert "points: 多" in wrong.text.split("<textarea")[0], "the line itself stands there"
            tried = posted(step="try", token=token, year=str(year))
            assert f"{year} 年台账里没有单位可以试算" in words(tried.text)
            assert "相比，" in words(page.text)
            size = site.session.store.size()
            as_it_was = client.get("/admin/rubric-draft", params={"from": "wujin-2017", "year": year})
            assert "处要人定下来" in words(as_it_was.text)
            assert (
                client.get("/admin/rubric-draft", params={"from": "wujin-2017", "year": "abc"}).status_code
                == 422
            )
            page = posted(step="as-it-was", **{"from": "wujin-2017", "year": str(year)})
            assert page.status_code == 200, words(page.text)
            assert site.session.store.size() == size
            token = re.findall(r'name="token" value="([^"]+)"', page.text)[0]
            reason = html.unescape(re.findall(r'name="reason"[^>]*value="([^"]+)"', page.text)[0])
            done = posted(step="install", token=token, way="own", reason=reason)
            assert "照 wujin-2017 各条继续用" in words(done.text)
            assert "三种办法" not in words(done.text)
            assert site.session.shelf.missing_year(site.session.clock.today()) is None
            (mine,) = site.session.shelf.mains_of(year)
            changes = words(client.get(f"/admin/rubrics/{mine.id}/changes").text)
            assert "关账日：原来 2018-01-31" in changes
            revised = client.get("/admin/rubric-draft", params={"revise": mine.id})
            assert f"version: {mine.version + 1}" in html.unescape(revised.text)
            assert "decide" not in site.session.rubric_text(mine.id).partition("format:")[0][:200]
