"""Review without a browser: verdicts, judgements, requests; what is refused and what is kept out."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from .reviewing import OTHER, UNIT, event, events_of, hidden, honor, text, verdict
from .site import ASSESSOR, AUDITOR, OPERATOR, SECRETARY, Site, activity


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
            assert "/records/c1?" not in client.get(f"/review?tab=declared&unit={UNIT}").text
            assert "/records/c2?" in client.get(f"/review?tab=declared&unit={OTHER}").text

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

    def test_one_click_says_looked_at_and_nothing_deducted(self, site: Site) -> None:
        before = site.score(UNIT)
        with site.visitor(ASSESSOR) as client:
            page = client.get(f"/review/units/{UNIT}/judge")
            assert "条没有附件" in text(page), "advice is laid before the judge"
            assert "佐证" in text(page)
            part = page.text[page.text.index('id="clause-12.1"') :]
            form = re.search(r'name="form" value="([^"]+)"', part)
            assert form is not None
            said = {"form": form[1], "year": 2017, "clause": "12.1", "deduct": "0", "reason": "看过"}
            answer = client.post(f"/review/units/{UNIT}/judge", data=said)
            done = client.get(answer.headers["location"])
            assert "12.1 已评定：看过，不扣分" in text(done)
            assert "12.1 看过，不扣分" in text(client.get(f"/review/units/{UNIT}"))
        assert site.score(UNIT) == before

    def test_a_deduction_above_what_is_left_is_asked_about(self, site: Site) -> None:
        before = float(site.score(UNIT))
        with site.visitor(ASSESSOR) as client:
            said = {"form": "f" * 12, "year": 2017, "clause": "10.1", "deduct": "5", "reason": "几起"}
            asked = client.post(f"/review/units/{UNIT}/judge", data=said)
            assert asked.status_code == 422
            assert "10.1 满扣 2 分，现已扣 0 分，所以实际只会再扣 2 分" in text(asked)
            assert client.post(f"/review/units/{UNIT}/judge", data=said | {"sure": "4"}).status_code == 422
            assert client.post(f"/review/units/{UNIT}/judge", data=said | {"sure": "5"}).status_code == 303
            assert "这一条实际共扣 2 分" in text(client.get(f"/review/units/{UNIT}"))
        assert float(site.score(UNIT)) == before - 2

    def test_one_clause_is_judged_for_several_units_at_once(self, site: Site) -> None:
        with site.visitor(ASSESSOR) as client:
            page = client.get("/review/clauses?clause=10.1")
            assert "本页 3 个单位待评定" in text(page)
            said = {name: hidden(page, name) for name in ("form", "clause", "year", "seen", "page")}
            rows = {"row": ["wj-01", UNIT, OTHER], "deduct": ["", "0.5", "9"], "unit": ["wj-01"]}
            without = client.post("/review/clauses", data=said | rows)
            assert (without.status_code, "评定扣分要写明理由" in without.text) == (422, True)
            asked = client.post("/review/clauses", data=said | rows | {"reason": "缺考察材料"})
            assert "wj-03：填的是扣 9 分" in text(asked)
            answer = client.post(
                "/review/clauses", data=said | rows | {"reason": "缺考察材料", "sure": "yes"}
            )
            assert "已评定 3 个单位" in text(client.get(answer.headers["location"]))
            again = {**said, "form": "another-form", "unit": [UNIT], "reason": "x"}
            late = client.post("/review/clauses", data=again)
            assert "wj-02 刚有人评定过" in text(late)
        judged = {
            unit: [each["data"]["deduct"] for each in events_of(site, unit, "judgement.passed")
                   if each["authid"] == ASSESSOR and each["data"]["clause"] == "10.1"]
            for unit in ("wj-01", UNIT, OTHER)
        }  # fmt: skip
        assert judged == {"wj-01": ["0"], UNIT: ["0.5"], OTHER: ["9"]}

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
