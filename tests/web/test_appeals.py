"""Appeals without a browser: filed by the unit, decided by the assessor."""

from __future__ import annotations

from typing import Any

import httpx

from .reviewing import events_of, hidden, text
from .site import ASSESSOR, AUDITOR, SECRETARY, Site


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
