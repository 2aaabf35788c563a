"""Logging without a browser: what is chosen from, what a form says before and after, and that nothing counts twice."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import httpx
import pytest

from taizhang.accounts import entry
from taizhang.web.http.auth import WALL_CLOCK

from .site import ASSESSOR, AUDITOR, OPERATOR, OTHER_SECRETARY, SECRETARY, Site, activity

UNIT = SECRETARY
TODAY = "2017-09-20"


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def meeting(page: str = "", **typed: Any) -> dict[str, Any]:
    """Return what a browser sends for a gathering; the form's id is that of *page*."""
    form = {
        "unit": UNIT,
        "what": "activity.held:party_work_meeting",
        "id": hidden(page, "id") if page else "11111111-aaaa",
        "subject": UNIT,
        "day": TODAY,
        "kinds": ["party_work_meeting"],
        "topic": "研究三季度党建工作",
        "study_hours": "",
        "attendees": "all",
        "for_year": "2017",
        "step": "save",
    }
    return {name: value for name, value in (form | typed).items() if value is not None}


def enter(client: httpx.Client, form: dict[str, Any], **more: Any) -> httpx.Response:
    return client.post("/log/entry", data=form, **more)


def recorded(site: Site, kind: str = "activity.held") -> list[dict[str, Any]]:
    """Return the unit's events of a type that the secretary recorded here."""
    return [
        dict(event)
        for event in site.session.store.stream(UNIT)
        if event["type"] == kind and event["source"] == "taizhang"
    ]


def test_the_choice_is_in_the_seeds_words_and_sections(shared_site: Site) -> None:
    with shared_site.visitor(SECRETARY) as client:
        page = client.get("/log").text
        order = [
            "常记的",
            "落实党建工作责任制",
            "夯实党建基础",
            "完成党建重点工作任务",
            "创新党建活动方式",
            "加分项",
            "组织和党员",
        ]
        places = [page.index(f"{title}") for title in order]
        assert places == sorted(places)
        for code, name in (
            shared_site.session.shelf.for_day(shared_site.session.clock.today())
            .code_names["activities"]
            .items()
        ):
            assert f"activity.held%3A{code}" in page, name
        found = client.get("/log", params={"q": "主题党日"}).text
        assert "统一活动日" in found
        assert "支部委员会" not in found
        assert "party_lecture" in client.get("/log", params={"q": "dk"}).text, "by the initials of its pinyin"
        assert "没有找到" in client.get("/log", params={"q": "月球"}).text


def test_a_form_says_what_it_will_count_for_and_saving_moves_the_score(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        page = client.get("/log", params={"what": "activity.held:party_work_meeting"}).text
        form = meeting(page, kinds=["party_work_meeting", "reading_campus"], study_hours="2")
        looked = enter(client, form | {"step": "preview"})
        assert looked.status_code == 200
        assert "计入 2.1 第三季度、6.1（已有）、学时 +2" in looked.text
        assert recorded(site) == [], "a look records nothing"
        saved = enter(client, form)
        assert saved.status_code == 303
        done = client.get(saved.headers["location"]).text
    (event,) = recorded(site)
    assert event["authid"] == SECRETARY
    assert event["data"] == {
        "kinds": ["party_work_meeting", "reading_campus"], "topic": "研究三季度党建工作", "study_hours": "2",
        "attendees": "all",
    }  # fmt: skip
    assert "计入 2.1 第三季度、6.1（已有）、学时 +2" in done
    assert re.search(r"保底</dt><dd><span class=\"was\">[\d.]+</span>", done), "from what to what"
    assert f"/records/{event['id']}/retract" in done


def test_what_every_branch_held_is_typed_once_and_recorded_for_each(site: Site) -> None:
    typed = {"what": "activity.held:committee_meeting", "kinds": ["committee_meeting"], "subject": "each"}
    typed |= {"attendees": "some", "present": ["m01-003", "m01-001"]}
    with site.visitor(SECRETARY) as client:
        whole = enter(client, meeting(**typed) | {"subject": UNIT, "step": "preview"})
        assert "“支部委员会”按支部计" in whole.text
        form = meeting(**typed)
        assert "8.3 九月（低年级党支部）" in enter(client, form | {"step": "preview"}).text
        assert enter(client, form).status_code == 303
        assert enter(client, form).status_code == 303, "twice is once"
    held = {event["subject"]: event["data"].get("attendees") for event in recorded(site)}
    assert held == {
        f"{UNIT}/b1": ["m01-003"],
        f"{UNIT}/b2": ["m01-001"],
        f"{UNIT}/b3": None,
        f"{UNIT}/b4": None,
    }


def test_one_button_records_for_the_branches_that_lack_it_or_for_one(site: Site) -> None:
    branches = [f"{UNIT}/b1", f"{UNIT}/b2"]
    asked = {"unit": UNIT, "clause": "8.1", "subject": branches, "due": "2017-08-31"}
    with site.visitor(SECRETARY) as client:
        page = client.get("/log", params=asked).text
        assert "还没有记录的 2 个支部各记一条" in page
        assert f'value="each:{UNIT}/b1+{UNIT}/b2" selected' in page
        assert "2017-08-01 至 2017-08-31" in page, "the period's days are offered; another day is asked about"
        typed = {
            "what": "activity.held:unified_activity_day",
            "kinds": ["unified_activity_day"],
            "day": "2017-08-21",
        }
        form = meeting(page, **typed, subject=f"each:{UNIT}/b1+{UNIT}/b2")
        assert enter(client, form).status_code == 303
    assert sorted(event["subject"] for event in recorded(site)) == branches


def test_a_form_sent_twice_is_recorded_once(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        page = client.get("/log", params={"what": "activity.held:party_work_meeting"}).text
        first, second = enter(client, meeting(page)), enter(client, meeting(page))
        assert first.headers["location"] == second.headers["location"]
        other = enter(client, meeting(page, topic="另一个主题"))
        assert other.status_code == 422
        assert "已经记入过了" in other.text
    assert len(recorded(site)) == 1


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_lost(site: Site) -> None:
    wrong = {"day": "2017年9月31日", "topic": "", "study_hours": "很多", "attendees": "some"}
    with site.visitor(SECRETARY) as client:
        answer = enter(client, meeting(**wrong) | {"lecturer": ""})
    assert answer.status_code == 422
    for words in ("请填写“主题”", "不是学时", "请选出参加的人"):
        assert answer.text.count(words) == 2, "on top and beside the field"
    assert 'value="2017年9月31日"' in answer.text
    assert 'value="很多"' in answer.text
    assert recorded(site) == []


def test_nothing_is_logged_before_it_happened(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        answer = enter(client, meeting(day="2017-09-21"))
    assert answer.status_code == 422
    assert "还没有到" in answer.text


def test_a_probable_double_is_asked_about(site: Site) -> None:
    site.record(activity("earlier", UNIT, TODAY, "party_work_meeting"))
    with site.visitor(SECRETARY) as client:
        asked = enter(client, meeting())
        assert asked.status_code == 200
        assert "可能已经记过了" in asked.text
        assert "/records/earlier" in asked.text
        assert recorded(site) == []
        assert enter(client, meeting(another="yes")).status_code == 303
    assert len(recorded(site)) == 1


@pytest.mark.parametrize(
    ("clause", "what", "said"),
    [
        ("2.1", "activity.held:party_work_meeting", "计入 2.1 第三季度"),
        ("8.3", "activity.held:committee_meeting", "计入 8.3 九月"),
        ("14.2", "publication.made:wujin_education_site", "计入 14.2"),
        ("21.2", "document.filed:top_ten_method_application", "计入 21.2"),
        ("6.5", "activity.held:study_session", "学时 +2"),
        ("16.1", "request.answered:2017-secretary-project", "计入 16.1"),
    ],
)
def test_a_shortfalls_button_opens_the_form_that_mends_it(
    shared_site: Site, clause: str, what: str, said: str
) -> None:
    session = shared_site.session
    with session.store.read():
        short = next(
            each.as_json(str)
            for each in session.projections.score(session.store, UNIT, session.clock.today()).shortfalls()
            if each.result.rule.clause.id == clause and each.requirement.status.value != "missed"
        )
    with shared_site.visitor(SECRETARY) as client:
        page = client.get(
            "/log", params={"unit": UNIT, "clause": clause, "subject": short["subject"], "due": short["due"]}
        ).text
        assert hidden(page, "what") == what
        form = sent_as_it_stands(page)
        form |= {"step": ["preview"]} | ({"title": ["一条信息"]} if "title" in form else {})
        if clause == "6.5":  # nobody supposes hours, nor who was there
            form |= {"study_hours": ["2"], "attendees": ["all"]}
        assert said in enter(client, form).text


def sent_as_it_stands(page: str) -> dict[str, list[str]]:
    """Return what a browser would send of the entry form as it was served."""
    body = page[page.index('id="entry"') : page.index("</form>", page.index('id="entry"'))]
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input[^>]* name="([^"]+)" type="(?:text|date)" value="([^"]*)"', body):
        sent.setdefault(name, []).append(value)
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', body):
        sent.setdefault(name, []).append(value)
    for name, value in re.findall(r'name="([^"]+)"(?: type="checkbox")? value="([^"]*)" checked', body):
        sent.setdefault(name, []).append(value)
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        assert chosen, name
        sent[name] = [chosen[1]]
    return sent


def test_a_clause_that_only_an_assessor_moves_says_so(shared_site: Site) -> None:
    with shared_site.visitor(SECRETARY) as client:
        assert "由考核人员评定" in client.get("/log", params={"clause": "12.1"}).text
        assert client.get("/log", params={"clause": "99.9"}).status_code == 404
        assert client.get("/log", params={"what": "judgement.passed"}).status_code == 404
        assert client.get("/log", params={"what": "activity.held:nothing"}).status_code == 404


def test_only_ones_own_unit_is_logged_for(site: Site) -> None:
    for name in (OTHER_SECRETARY, ASSESSOR, AUDITOR, OPERATOR):
        with site.visitor(name) as client:
            assert client.get("/log", params={"unit": UNIT}).status_code == 403
            assert enter(client, meeting()).status_code == 403
    with site.visitor(SECRETARY) as client:
        foreign = enter(client, meeting(subject="wj-02"))
        assert foreign.status_code == 422, "a subject of another tree is none of the choices"
    assert recorded(site) == []


def test_who_has_several_units_says_for_which(site: Site) -> None:
    both = replace(site.account(SECRETARY), units=frozenset({UNIT, "wj-02", "wj-99"}))
    entry.change_account(site.session.store, both, now=WALL_CLOCK(), by="operator")
    with site.visitor(SECRETARY) as client:
        page = client.get("/log").text
        assert "替哪个单位记" in page
        assert "/log?unit=wj-02" in page
        assert client.get("/log", params={"unit": "wj-02"}).status_code == 200
        unknown = client.get("/log", params={"unit": "wj-99"})
        assert unknown.status_code == 404
        assert "还没有登记" in unknown.text


def test_what_was_answered_is_called_by_its_title(site: Site) -> None:
    form = {"unit": UNIT, "what": "request.answered", "id": "44444444-dddd", "subject": UNIT, "day": TODAY}
    with site.visitor(SECRETARY) as client:
        saved = enter(client, form | {"request": "2017-secretary-project", "step": "save"})
        done = client.get(saved.headers["location"]).text
    assert "已报送：报送党组织书记抓党建项目进展情况" in done
