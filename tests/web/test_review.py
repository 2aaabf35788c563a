"""Review without a browser: verdicts, judgements, requests, signing, appeals; what is refused and what is kept out."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import httpx
import pytest

from ledger.event import StoredEvent

from .site import ASSESSOR, AUDITOR, OPERATOR, SECRETARY, Site, activity

UNIT, OTHER = "wj-02", "wj-03"


def event(event_id: str, type_: str, subject: str, day: str, /, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "urn:tests",
        "type": type_,
        "subject": subject,
        "time": day,
        "data": data,
    }


def honor(event_id: str, subject: str = UNIT, level: str = "city", title: str = "红烛先锋") -> dict[str, Any]:
    return event(
        event_id,
        "honor.received",
        subject,
        "2017-09-01",
        honor="party_building_project",
        level=level,
        title=title,
    )


def text(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def hidden(answer: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found, name
    return unescape(found[1])


def events_of(site: Site, unit: str, *types: str) -> list[StoredEvent]:
    return [each for each in site.session.store.stream(unit) if each["type"] in types]


def verdict(client: httpx.Client, tab: str, **fields: Any) -> httpx.Response:
    page = client.get(f"/review?tab={tab}&unit={UNIT}")
    said = {
        "form": hidden(page, "form"),
        "seen": hidden(page, "seen"),
        "back": f"/review?tab={tab}&unit={UNIT}",
    }
    return client.post("/review", data=said | fields)


class TestVerdicts:
    def test_several_at_once_and_one_by_its_own_button(self, site: Site) -> None:
        site.record(honor("h1"), honor("h2", level="district"), honor("h3", level="bureau"))
        with site.visitor(ASSESSOR) as client:
            answer = verdict(client, "claim", record=["h1", "h2"], verdict="accepted")
            assert answer.status_code == 303
            done = client.get(answer.headers["location"])
            assert "已通过 2 条" in text(done)
            assert 'value="h1"' not in done.text
            assert verdict(client, "claim", only="h3").status_code == 303
        reviews = [
            each for each in events_of(site, UNIT, "claim.reviewed") if each["data"]["record"][0] == "h"
        ]
        assert [(each["data"]["record"], each["data"]["verdict"], each["authid"]) for each in reviews] == [
            ("h1", "accepted", ASSESSOR),
            ("h2", "accepted", ASSESSOR),
            ("h3", "accepted", ASSESSOR),
        ]

    def test_an_accepted_claim_earns_and_a_returned_one_does_not(self, site: Site) -> None:
        def bonus() -> str:
            with site.session.store.read():
                card = site.session.projections.score(site.session.store, UNIT, site.session.clock.today())
                return str(card.as_json(str)["total"]["bonus"])

        before = bonus()
        site.record(honor("h1"))
        with site.visitor(ASSESSOR) as client:
            assert bonus() == before
            verdict(client, "claim", record="h1", verdict="accepted")
            assert float(bonus()) == float(before) + 2
            page = client.get(f"/review?tab=reviewed&unit={UNIT}")
            assert 'value="h1"' in page.text
            changed = verdict(client, "reviewed", record="h1", verdict="returned", reason="证书不符")
            assert changed.status_code == 303
            assert bonus() == before

    def test_returning_needs_a_reason_and_choosing_something(self, site: Site) -> None:
        site.record(honor("h1"))
        size = site.session.store.size()
        with site.visitor(ASSESSOR) as client:
            without = verdict(client, "claim", record="h1", verdict="returned", reason="  ")
            assert (without.status_code, "退回要写明理由" in without.text) == (422, True)
            assert re.search(r'value="h1"[^>]* checked', without.text), "what was chosen stays chosen"
            assert "还没有选中" in verdict(client, "claim", verdict="accepted").text
            assert (
                "没有编号为“nothing”" in verdict(client, "claim", record="nothing", verdict="accepted").text
            )
            many = verdict(client, "claim", record=[f"r{n}" for n in range(201)], verdict="accepted")
            assert "一次最多审核 200 条" in many.text
        assert site.session.store.size() == size

    def test_two_assessors_do_not_review_over_each_other(self, site: Site) -> None:
        site.record(honor("h1"))
        with site.visitor(ASSESSOR) as one, site.visitor("assessor-2") as two:
            page = two.get(f"/review?tab=claim&unit={UNIT}")
            assert verdict(one, "claim", record="h1", verdict="accepted").status_code == 303
            said = {"form": hidden(page, "form"), "seen": hidden(page, "seen"), "record": "h1"}
            late = two.post("/review", data=said | {"verdict": "returned", "reason": "x"})
            assert (late.status_code, "刚有人审核" in late.text) == (422, True)

    def test_sent_twice_it_is_recorded_once(self, site: Site) -> None:
        site.record(honor("h1"))
        with site.visitor(ASSESSOR) as client:
            page = client.get(f"/review?tab=claim&unit={UNIT}")
            said = {
                "form": hidden(page, "form"),
                "seen": hidden(page, "seen"),
                "record": "h1",
                "verdict": "accepted",
            }
            assert [client.post("/review", data=said).status_code for _ in range(2)] == [303, 303]
        assert sum(each["data"]["record"] == "h1" for each in events_of(site, UNIT, "claim.reviewed")) == 1

    def test_a_registration_is_confirmed_but_not_returned(self, site: Site) -> None:
        branch = "wj-02/b9"
        site.record(
            event(
                "b9",
                "organization.registered",
                branch,
                "2017-09-01",
                name="九支部",
                kind="branch",
                has_groups=False,
            )
        )
        with site.visitor(ASSESSOR) as client:
            page = client.get(f"/review?tab=declared&unit={UNIT}")
            assert "不设党小组" in page.text
            returned = verdict(client, "declared", record="b9", verdict="returned", reason="应设")
            assert (returned.status_code, "不能退回" in returned.text) == (422, True)
            assert "/review/ask?what=finding&unit=wj-02&subject=wj-02/b9" in returned.text
            assert verdict(client, "declared", record="b9", verdict="accepted").status_code == 303
            assert 'value="b9"' not in client.get(f"/review?tab=declared&unit={UNIT}").text

    def test_a_double_stands_beside_what_it_may_double(self, site: Site) -> None:
        site.record(*(activity(name, UNIT, "2017-09-05", "reading_campus") for name in ("d1", "d2")))
        with site.visitor(ASSESSOR) as client:
            page = client.get(f"/review?tab=double&unit={UNIT}")
            assert 'value="d2"' in page.text
            assert 'href="/records/d1"' in page.text
            verdict(client, "double", record="d2", verdict="returned", reason="重复登记")
            assert 'value="d2"' not in client.get(f"/review?tab=double&unit={UNIT}").text

    def test_what_the_office_itself_declared_is_not_on_the_list(self, site: Site) -> None:
        change = event("c1", "organization.changed", UNIT, "2017-09-05", has_committee=False)
        site.record(change, by=ASSESSOR)
        site.record(event("c2", "organization.changed", OTHER, "2017-09-05", has_committee=False), by=OTHER)
        with site.visitor(ASSESSOR) as client:
            assert 'value="c1"' not in client.get(f"/review?tab=declared&unit={UNIT}").text
            assert 'value="c2"' in client.get(f"/review?tab=declared&unit={OTHER}").text

    def test_filters_and_pages(self, site: Site) -> None:
        site.record(*(honor(f"h{number:03}", title=f"项目{number}") for number in range(60)))
        with site.visitor(ASSESSOR) as client:
            first = client.get(f"/review?unit={UNIT}&type=honor.received")
            assert "第 1 页，共 2 页" in first.text
            assert first.text.count('class="review-item"') == 50
            second = client.get(f"/review?unit={UNIT}&type=honor.received&page=2")
            assert second.text.count('class="review-item"') < 50
            assert client.get(f"/review?unit={UNIT}&page=99").status_code == 200
            assert "筛选范围内没有" in client.get("/review?unit=nowhere").text
            committees = client.get("/review?kind=committee")
            assert 'value="h001"' not in committees.text


class TestJudging:
    def test_a_judgement_takes_points_and_can_be_taken_back(self, site: Site) -> None:
        before = float(site.score(UNIT))
        with site.visitor(ASSESSOR) as client:
            page = client.get(f"/review/units/{UNIT}/judge?clause=10.1")
            assert "每次扣 1 分" in page.text
            assert re.search(r'name="deduct"[^>]* value=""', page.text), "a suggestion is never filled in"
            said = {
                "form": hidden(page, "form"),
                "year": 2017,
                "clause": "10.1",
                "deduct": "0.5",
                "reason": "缺材料",
            }
            answer = client.post(f"/review/units/{UNIT}/judge", data=said)
            assert answer.status_code == 303
            assert float(site.score(UNIT)) == before - 0.5
            (judged,) = [
                each for each in events_of(site, UNIT, "judgement.passed") if each["authid"] == ASSESSOR
            ]
            assert judged["data"] == {"clause": "10.1", "deduct": "0.5", "reason": "缺材料", "for_year": 2017}
            client.post(
                f"/review/units/{UNIT}/retract",
                data={"record": judged["id"], "year": 2017, "reason": "查无此事"},
            )
            assert float(site.score(UNIT)) == before
            assert "已撤回" in client.get(f"/review/units/{UNIT}").text

    def test_what_is_missing_is_told_all_at_once(self, site: Site) -> None:
        with site.visitor(ASSESSOR) as client:
            said = {"form": "f" * 12, "year": 2017, "clause": "26.1", "deduct": "-1", "reason": " "}
            answer = client.post(f"/review/units/{UNIT}/judge", data=said)
            assert answer.status_code == 422
            assert "大于 0 的数" in answer.text
            assert "评定扣分要写明理由" in answer.text
            answer = client.post(f"/review/units/{UNIT}/judge", data=said | {"deduct": "1", "reason": "x"})
            assert (answer.status_code, "加分条款" in answer.text) == (422, True)

    def test_only_what_an_assessor_recorded_is_taken_back(self, site: Site) -> None:
        site.record(activity("a1", UNIT, "2017-09-05", "reading_campus"))
        with site.visitor(ASSESSOR) as client:
            answer = client.post(
                f"/review/units/{UNIT}/retract", data={"record": "a1", "year": 2017, "reason": "x"}
            )
            assert answer.status_code == 403
            elsewhere = client.post(
                f"/review/units/{OTHER}/retract", data={"record": "a1", "year": 2017, "reason": "x"}
            )
            assert elsewhere.status_code == 404


class TestAsking:
    def form(self, client: httpx.Client, **fields: Any) -> httpx.Response:
        page = client.get("/review/ask?what=request")
        said = {"form": hidden(page, "form"), "what": "request", "words": "报名册", "due_on": "2017-10-15"}
        return client.post("/review/ask", data=said | fields)

    def test_all_units_at_once_under_one_key(self, site: Site) -> None:
        with site.visitor(ASSESSOR) as client:
            answer = self.form(client, to="all")
            assert "已向 3 个单位提出" in text(client.get(answer.headers["location"]))
        issued = [
            each
            for unit in site.session.store.units()
            for each in events_of(site, unit, "request.issued")
            if each["data"]["title"] == "报名册"
        ]
        assert [each["subject"] for each in issued] == ["wj-01", "wj-02", "wj-03"]
        assert len({each["data"]["request"] for each in issued}) == 1

    def test_a_kind_or_chosen_units_or_a_branch(self, site: Site) -> None:
        kinds = {row.unit: row.kind for row in site.session.projections.board(
            site.session.store, site.session.clock.today()).rows}  # fmt: skip
        with site.visitor(ASSESSOR) as client:
            self.form(client, to=kinds[UNIT], words="甲")
            self.form(client, to="chosen", unit=[UNIT, "nowhere"], words="乙")
            self.form(client, to="chosen", unit="wj-01", subject="wj-01/b1", what="finding", words="丙")
        said = [
            (each["subject"], each["data"].get("title") or each["data"]["text"])
            for unit in site.session.store.units()
            for each in events_of(site, unit, "request.issued", "finding.raised")
            if each["authid"] == ASSESSOR
        ]
        assert ("wj-01/b1", "丙") in said
        assert [subject for subject, words in said if words == "乙"] == [UNIT]
        assert {subject for subject, words in said if words == "甲"} == {
            unit for unit, kind in kinds.items() if kind == kinds[UNIT]
        }

    def test_what_is_missing_is_told_all_at_once(self, site: Site) -> None:
        size = site.session.store.size()
        with site.visitor(ASSESSOR) as client:
            answer = self.form(client, to="chosen", words=" ", due_on="2017-09-19")
            assert answer.status_code == 422
            for words in ("要报送什么", "选要向哪些单位", "已经过了"):
                assert words in answer.text
            assert "请写期限" in self.form(client, to="all", due_on="").text
        assert site.session.store.size() == size


def sheet(client: httpx.Client, unit: str = UNIT) -> dict[str, Any]:
    page = client.get(f"/review/units/{unit}/sign")
    values = {
        name: re.findall(rf'name="{name}" value="([^"]*)"', page.text) for name in ("no", "advice", "score")
    }
    known = {name: hidden(page, name) for name in ("form", "year", "last")}
    return {**known, **values, "act": "sign", "aware": "yes"}


class TestSigning:
    def test_a_signed_score_stands_beside_the_advice(self, site: Site) -> None:
        advice = site.score(UNIT)
        position = site.session.store.size()
        with site.visitor(ASSESSOR) as client:
            said = sheet(client)
            assert client.post(f"/review/units/{UNIT}/sign", data=said | {"aware": ""}).status_code == 422
            assert client.post(f"/review/units/{UNIT}/sign", data=said).status_code == 303
            (signing,) = events_of(site, UNIT, "score.signed")
            data = signing["data"]
            assert (data["score"], data["sequence"], data["as_of"]) == (advice, position, "2017-09-20")
            assert (data["rubric"], data["rubric_version"], data["for_year"]) == ("wujin-2017", 1, 2017)
            assert len(data["indicators"]) == 28
            assert all("advice" not in each for each in data["indicators"])
            site.record(
                event("j1", "judgement.passed", UNIT, "2017-09-19", clause="10.1", deduct="1", reason="x")
            )
            page = text(client.get(f"/review/units/{UNIT}"))
            assert f"签字 {advice}" in page
            assert site.score(UNIT) != advice
            assert f"{site.score(UNIT)} 保底" in page
            assert "之后的记录只改变参考" in page

    def test_other_figures_need_a_reason_and_say_what_was_computed(self, site: Site) -> None:
        with site.visitor(ASSESSOR) as client:
            said = sheet(client)
            place = said["no"].index("10")
            said["score"][place] = "1.50"
            without = client.post(f"/review/units/{UNIT}/sign", data=said)
            assert (without.status_code, "不同，请写明理由" in without.text) == (422, True)
            assert (
                client.post(f"/review/units/{UNIT}/sign", data=said | {"reason": "复核"}).status_code == 303
            )
        (signing,) = events_of(site, UNIT, "score.signed")
        (changed,) = [each for each in signing["data"]["indicators"] if "advice" in each]
        assert changed == {"no": 10, "score": "1.5", "advice": "2"}
        assert float(signing["data"]["score"]) == float(site.score(UNIT)) - 0.5

    def test_a_new_sum_signs_nothing(self, site: Site) -> None:
        with site.visitor(ASSESSOR) as client:
            said = sheet(client)
            said["score"][said["no"].index("10")] = "1"
            answer = client.post(f"/review/units/{UNIT}/sign", data=said | {"act": "sum"})
            assert answer.status_code == 200
            assert "与算得的不同" in answer.text
        assert events_of(site, UNIT, "score.signed") == []

    def test_impossible_figures_are_told_where_they_stand(self, site: Site) -> None:
        with site.visitor(ASSESSOR) as client:
            for wrong in ("-1", "2.5", "1.005", "x", "1e99", "NaN", ""):
                said = sheet(client)
                said["score"][said["no"].index("10")] = wrong
                answer = client.post(f"/review/units/{UNIT}/sign", data=said | {"reason": "x"})
                assert (answer.status_code, "指标 10：应是 0 到 2" in answer.text) == (422, True), wrong
        assert events_of(site, UNIT, "score.signed") == []

    def test_what_came_in_between_is_looked_at_first(self, site: Site) -> None:
        with site.visitor(ASSESSOR) as client:
            said = sheet(client)
            site.record(
                event("j1", "judgement.passed", UNIT, "2017-09-19", clause="10.1", deduct="1", reason="x")
            )
            answer = client.post(f"/review/units/{UNIT}/sign", data=said)
            assert (answer.status_code, "已按新记录重算" in answer.text) == (422, True)
            assert sheet(client)["advice"][said["no"].index("10")] == "1"

    def test_signed_again_it_supersedes_and_taken_back_the_first_stands(self, site: Site) -> None:
        with site.visitor(ASSESSOR) as client:
            client.post(f"/review/units/{UNIT}/sign", data=sheet(client))
            again = sheet(client)
            assert "改签要写明理由" in client.post(f"/review/units/{UNIT}/sign", data=again).text
            client.post(f"/review/units/{UNIT}/sign", data=again | {"reason": "补充材料已核"})
            first, second = events_of(site, UNIT, "score.signed")
            assert second["data"]["supersedes"] == first["id"]
            assert "已被改签" in client.get(f"/review/units/{UNIT}").text
            client.post(
                f"/review/units/{UNIT}/retract",
                data={"record": second["id"], "year": 2017, "reason": "签早了"},
            )
            assert "已被改签" not in client.get(f"/review/units/{UNIT}").text
            units = text(client.get("/review/units"))
            assert "已签字 1 个" in units

    def test_after_the_closing_day_what_was_accepted_late_is_signed_too(self, site: Site) -> None:
        site.record(honor("h1"))
        later = date(2018, 2, 20)
        site.session.keep_settings(site.session.settings.model_copy(update={"demo_today": later}))
        with site.visitor(ASSESSOR) as client:
            before = float(sheet(client)["advice"][25])
            verdict(client, "claim", record="h1", verdict="accepted")
            said = sheet(client)
            assert float(said["advice"][25]) == before + 2
            assert client.post(f"/review/units/{UNIT}/sign", data=said).status_code == 303
        (signing,) = events_of(site, UNIT, "score.signed")
        assert signing["data"]["as_of"] == "2018-02-20"
        assert signing["data"]["for_year"] == 2017

    def test_the_unit_page_shows_advice_and_signed_score_apart(self, site: Site) -> None:
        advice = site.score(UNIT)
        with site.visitor(ASSESSOR) as client:
            client.post(f"/review/units/{UNIT}/sign", data=sheet(client))
            assert f'href="/review/units/{UNIT}"' in client.get(f"/units/{UNIT}").text
        site.record(
            event("j1", "judgement.passed", UNIT, "2017-09-19", clause="10.1", deduct="1", reason="x")
        )
        with site.visitor("wj-02") as client:
            page = client.get(f"/units/{UNIT}")
        shown = text(page)
        assert f"已签字：{advice} 分" in shown
        assert f"参考得分 {site.score(UNIT)} " in shown
        assert site.score(UNIT) != advice
        assert f'href="/units/{UNIT}/appeals"' in page.text
        assert f'href="/review/units/{UNIT}"' not in page.text


class TestAppeals:
    def file(self, client: httpx.Client, **fields: Any) -> httpx.Response:
        page = client.get("/units/wj-01/appeals")
        said = {"form": hidden(page, "form"), "year": 2017, "clause": "2.1", "reason": "会议已开"}
        return client.post("/units/wj-01/appeals", data=said | fields)

    def test_filed_answered_and_read(self, site: Site) -> None:
        with site.visitor(SECRETARY) as secretary, site.visitor(ASSESSOR) as assessor:
            assert self.file(secretary).status_code == 303
            twice = self.file(secretary)
            assert (twice.status_code, "只能申诉一次" in twice.text) == (422, True)
            (filing,) = events_of(site, "wj-01", "appeal.filed")
            assert 'href="/review/units/wj-01#appeals"' in assessor.get("/review?tab=appeal").text
            before = site.score("wj-01")
            page = assessor.get("/review/units/wj-01")
            said = {"form": hidden(page, "form"), "record": filing["id"]}
            missing = assessor.post("/review/units/wj-01/decide", data=said)
            assert "请选“成立”或“不成立”" in missing.text
            assert "答复申诉要写明理由" in missing.text
            said |= {"verdict": "upheld", "reason": "会议记录已核"}
            assert assessor.post("/review/units/wj-01/decide", data=said).status_code == 303
            assert assessor.post("/review/units/wj-01/decide", data=said).status_code == 303, "sent twice"
            assert len(events_of(site, "wj-01", "appeal.decided")) == 1
            assert site.score("wj-01") == before, "an appeal moves no score by itself"
            seen = text(secretary.get("/units/wj-01/appeals"))
            assert "成立 ：会议记录已核" in seen
            assert "成立本身不改变得分" in seen
            assert "撤回申诉" not in seen

    def test_withdrawn_it_can_be_filed_again(self, site: Site) -> None:
        with site.visitor(SECRETARY) as client:
            self.file(client)
            (filing,) = events_of(site, "wj-01", "appeal.filed")
            address = "/units/wj-01/appeals/withdraw"
            assert client.post(address, data={"record": filing["id"]}).status_code == 422
            assert client.post(address, data={"record": filing["id"], "reason": "写错了"}).status_code == 303
            assert self.file(client).status_code == 303

    def test_what_is_missing_is_told_all_at_once(self, site: Site) -> None:
        with site.visitor(SECRETARY) as client:
            answer = self.file(client, clause="", reason="")
            assert answer.status_code == 422
            assert "请选一条考核条款" in answer.text
            assert "请写明申诉的理由" in answer.text

    def test_others_read_but_do_not_file(self, site: Site) -> None:
        for name in (ASSESSOR, AUDITOR):
            with site.visitor(name) as client:
                page = client.get("/units/wj-01/appeals")
                assert page.status_code == 200
                assert "提出申诉" not in page.text
                form = {"form": "f" * 12, "year": 2017, "clause": "2.1", "reason": "x"}
                assert client.post("/units/wj-01/appeals", data=form).status_code == 403
        with site.visitor("wj-02") as client:
            assert client.get("/units/wj-01/appeals").status_code == 403
        assert events_of(site, "wj-01", "appeal.filed") == []


@pytest.mark.parametrize("name", [SECRETARY, AUDITOR, OPERATOR])
def test_nobody_else_reviews(shared_site: Site, name: str) -> None:
    addresses = ("/review", "/review/units", f"/review/units/{UNIT}", f"/review/units/{UNIT}/judge",
                 f"/review/units/{UNIT}/sign", "/review/ask")  # fmt: skip
    with shared_site.visitor(name) as client:
        assert [client.get(address).status_code for address in addresses] == [403] * len(addresses)
        form = {"form": "f" * 12, "seen": 0, "record": "x", "verdict": "accepted"}
        assert client.post("/review", data=form).status_code == 403


def test_units_and_years_that_are_not_there(shared_site: Site) -> None:
    with shared_site.visitor(ASSESSOR) as client:
        assert client.get("/review/units/nowhere").status_code == 404
        assert client.get(f"/review/units/{UNIT}?year=1999").status_code == 404
        assert client.get(f"/review/units/{UNIT}/sign?year=2016").status_code == 404
        assert client.get("/review/units?unit=nowhere").status_code == 200


def test_the_pages_speak_english_too(shared_site: Site) -> None:
    with shared_site.visitor(ASSESSOR) as client:
        client.cookies.set("taizhang_lang", "en")
        for address in ("/review", "/review/units", f"/review/units/{UNIT}", f"/review/units/{UNIT}/sign",
                        f"/review/units/{UNIT}/judge?clause=10.1", "/review/ask?what=finding"):  # fmt: skip
            page = client.get(address)
            title = re.search(r"<title>(.*?) ·", page.text, re.DOTALL)
            assert title, address
            assert not re.search(r"<button[^>]*>[^<]*[\u4e00-\u9fff]", page.text.replace(">中文<", "><")), (
                address
            )
