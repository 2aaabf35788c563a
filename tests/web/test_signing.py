"""Signing a year without a browser: what is asked, what is refused, and what stands afterwards."""

from __future__ import annotations

import re
from datetime import date
from hashlib import sha256
from typing import Any

import httpx

from rubric.catalog import builtin_texts

from .reviewing import UNIT, event, events_of, hidden, honor, text, verdict
from .site import ASSESSOR, Site


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
            assert (data["rubric"], data["rubric_version"], data["for_year"]) == ("wujin-2017", 2, 2017)
            rubric = next(each for each in builtin_texts() if "id: wujin-2017\nversion: 2\n" in each)
            assert data["rubric_sha256"] == sha256(rubric.encode()).hexdigest()
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
