"""Whatever bytes come in at whatever door: nobody stores what his role may not append (contract §2, one reading)."""

from __future__ import annotations

import ast
import inspect
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import xlsxwriter

import taizhang.web
from ledger.store.protocol import StoredEvent
from taizhang.accounts.account import Account
from taizhang.accounts.permissions import may_append
from taizhang.web.api.body import LINES, MANY, ONE
from tests.mutations import KINDS, mutated

from .site import OPERATOR, ROLES, SECRETARY, Site, activity

MARK = b"\xef\xbb\xbf"
CONTENT_TYPES = (
    *ONE,
    *MANY,
    *LINES,
    "application/json; charset=utf-16",
    "application/json; charset=utf-8-sig",
)
ELSEWHERE = "wj-02"


def attempts() -> list[dict[str, Any]]:
    """Return what hardly anybody may append: of another unit, an assessor's, the district's, the program's own."""

    def made(event_type: str, subject: str, data: dict[str, Any]) -> dict[str, Any]:
        return activity("x", subject, "2017-09-19", "x") | {"type": event_type, "data": data}

    return [
        activity("x", ELSEWHERE, "2017-09-19", "party_lecture"),
        made("judgement.passed", ELSEWHERE, {"clause": "2.1", "deduct": "1", "reason": "不实"}),
        made("finding.raised", ELSEWHERE, {"finding": "f", "text": "整改", "due_on": "2017-10-31"}),
        made("organization.registered", "zz-99", {"name": "新单位", "kind": "branch"}),
        made("organization.changed", SECRETARY, {"kind": "committee"}),
        made("claim.reviewed", ELSEWHERE, {"record": "talk-2", "verdict": "accepted"}),
        made("record.retracted", ELSEWHERE, {"record": "talk-2", "reason": "误录"}),
        made("record.corrected", ELSEWHERE, {"record": "talk-2", "reason": "写错", "time": "2017-09-01"}),
        made("reminder.sent", ELSEWHERE, {"channel": "mail", "items": []}),
    ]


def may(site: Site, account: Account, event: StoredEvent) -> bool:
    record = site.session.store.find(str(event["data"].get("record")))
    return may_append(account, event["type"], event["subject"], event["data"], record)


def new_events(site: Site, before: int) -> list[StoredEvent]:
    with site.session.store.read() as work:
        return [orjson.loads(body) for _sequence, body in work.page(before, 10_000)]


@pytest.mark.parametrize("name", ROLES)
def test_no_bytes_get_past_the_guard_of_the_api(site: Site, name: str) -> None:
    site.record(activity("talk-2", ELSEWHERE, "2017-09-02", "party_lecture"))
    account = site.account(name)
    before = site.session.store.size()
    statuses: dict[int, int] = {}
    with site.visitor(name) as client:
        for number, body in enumerate(mutated(attempts(), len(KINDS) * len(attempts()), seed=11)):
            kind = CONTENT_TYPES[number % len(CONTENT_TYPES)]
            status = client.post("/api/v1/events", content=body, headers={"content-type": kind}).status_code
            statuses[status] = statuses.get(status, 0) + 1
        # The attack as it was seen: the mark alone.
        for number, event in enumerate(attempts()):
            said = MARK + orjson.dumps(event | {"id": f"marked-{number}"})
            for kind in (ONE[0], LINES[0]):
                client.post("/api/v1/events", content=said, headers={"content-type": kind})
    assert set(statuses) <= {200, 403, 409, 422}, statuses
    for event in new_events(site, before):
        assert event["authid"] == name
        assert may(site, account, event), f"{name} may not append {event}"


@pytest.mark.parametrize("name", [SECRETARY, OPERATOR])
def test_a_mark_changes_nothing(site: Site, name: str) -> None:
    with site.visitor(name) as client:
        for number, event in enumerate(
            [*attempts(), activity("x", SECRETARY, "2017-09-19", "party_lecture")]
        ):
            again = event | ({"subject": "zz-98"} if event["subject"] == "zz-99" else {})
            plain = client.post("/api/v1/events", json=event | {"id": f"plain-{number}"})
            marked = client.post(
                "/api/v1/events",
                content=MARK + orjson.dumps(again | {"id": f"marked-{number}"}),
                headers={"content-type": ONE[0]},
            )
            assert plain.status_code == marked.status_code, event


def workbook_of(subject: str) -> bytes:
    content = BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet("组织")
    for row, said in enumerate(
        [["编号", "名称", "类别", "登记日期"], [subject, "新单位", "党支部", "2017-09-01"]]
    ):
        sheet.write_row(row, 0, said)
    book.close()
    return content.getvalue()


def test_forms_paste_and_workbook_are_held_to_the_same_guard(site: Site) -> None:
    site.record(activity("talk-2", ELSEWHERE, "2017-09-02", "party_lecture"))
    before = site.session.store.size()
    with site.visitor(SECRETARY) as client:
        for unit in (ELSEWHERE, "\ufeff" + ELSEWHERE, " " + ELSEWHERE, ELSEWHERE + "/b1", "WJ-02", "zz-99"):
            for number, answer in enumerate(at_the_pages(client, unit)):
                assert answer.status_code in (200, 303, 403, 404, 422), (
                    f"{unit} {number}: {answer.status_code}"
                )
        file = {"filename": "计划.pdf", "record": "talk-2"}
        assert client.post("/api/v1/evidence", params=file, content=b"%PDF-1.4").status_code == 403
        for way in ("correct", "retract", "evidence"):
            sent = client.post(f"/records/talk-2/{way}", data={"step": "save", "mending-reason": "x"})
            assert sent.status_code == 403
    assert new_events(site, before) == []


def at_the_pages(client: httpx.Client, unit: str) -> list[httpx.Response]:
    """Return the answers of the pages that record, sent for another's unit."""
    table = "日期\t活动类别\t主题\n2017-09-01\t党课\t学习\n"
    said = {"unit": unit, "step": "save", "table": table, "kind": "activities"}
    typed = {"unit": unit, "step": "save", "day": "2017-09-01", "topic": "学习", "kinds": "party_lecture"}
    return [
        client.post("/log/paste", data=said),
        client.post("/log/paste", data=said | {"table": "\ufeff" + table}),
        client.post("/log/activity", data=typed),
        client.post("/workbook", data={"unit": unit, "step": "save"}, files={"file": ("b.xlsx", workbook_of(unit))}),
        client.post("/workbook", data={"unit": SECRETARY, "step": "save"},
                    files={"file": ("b.xlsx", workbook_of(unit))}),
    ]  # fmt: skip


def test_no_door_of_the_web_appends_past_the_guard() -> None:
    """In the web's code nobody makes a recorder, and nobody but `append_as` is given one to append with."""
    folder = Path(inspect.getfile(taizhang.web)).parent
    calls: list[str] = []
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and any(keyword.arg == "by" for keyword in node.keywords):
                name = ast.unparse(node.func)
                if name.endswith("store.append"):
                    calls.append(f"{path.name}: {name}")
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Recorder"):
                calls.append(f"{path.name}: {ast.unparse(node)}")
    assert calls == []
