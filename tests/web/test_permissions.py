"""The role matrix: every route and every event type, for every role and for nobody, against the running program.

What a role may do is said once more here, in the words of the issue, so that the table itself is held to something;
that the program does what the table says is then tried row by row.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from ledger.events.packed import pack
from ledger.events.types import EVENT_TYPES
from rubric.catalog import builtin_texts
from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.permissions import (
    CONFIRMED,
    EVENTS,
    IN_PERSON,
    PAGES,
    Reach,
    may_append,
    may_open,
)
from taizhang.accounts.roles import Role
from taizhang.web.app import create_app
from taizhang.web.http.auth import COOKIE, WALL_CLOCK, May

from .site import ROLES, SECRETARY, Site, activity

OPEN_TO_ANYBODY = {
    "GET /login", "POST /login", "POST /logout", "POST /language",
    "GET /welcome/{token}", "POST /welcome/{token}",
    # Who has shown the password, and nothing else yet.
    "GET /login/second", "POST /login/second",
    # To the office's provider and back.
    "GET /login/sso", "GET /login/sso/back",
    "GET /healthz", "GET /sw.js", "GET /api/v1/openapi.json",
    # What is in the address lets in: a calendar's private address, and the way out of a mail.
    "GET /feeds/{token}.ics", "GET /reminders/unsubscribe/{token}", "POST /reminders/unsubscribe/{token}",
}  # fmt: skip
"""Beside these every route has its row in the table. A new one that has none fails the test."""
MOUNTED = {"/static"}
STREAMS = {"GET /changes"}
OWN, OTHER = "wj-01", "wj-02"
ASSESSOR = "assessor-1"


def routes(site: Site) -> Iterator[tuple[str, str, May | None]]:
    """Yield method, path and door of every route."""
    app = create_app(site.session, site.options)
    for context in iter_route_contexts(app.routes):
        if isinstance(context.route, Mount):
            assert context.path in MOUNTED, context.path
            continue
        dependant = getattr(context, "dependant", None)
        doors = (
            [each.call for each in dependant.dependencies if isinstance(each.call, May)] if dependant else []
        )
        assert len(doors) <= 1
        for method in sorted((context.methods or set()) - {"HEAD"}):
            yield method, str(context.path), doors[0] if doors else None


def test_every_route_has_its_row_or_is_open_on_purpose(shared_site: Site) -> None:
    found = list(routes(shared_site))
    assert len(found) > 40
    without = {f"{method} {path}" for method, path, door in found if door is None}
    assert without == OPEN_TO_ANYBODY
    used = {door.page for _method, _path, door in found if door is not None}
    # What stands in the table and on no route is asked for inside a page.
    assert PAGES.keys() - used <= ASKED_INSIDE, PAGES.keys() - used - ASKED_INSIDE


def test_operators_deeds_are_rows_of_their_own(shared_site: Site) -> None:
    """What changes something is no page to look at: it wants a person, and a password typed lately."""
    for method, path, door in routes(shared_site):
        if door is not None and door.page in ("admin", "admin.deeds"):
            assert (door.page == "admin") == (method == "GET"), f"{method} {path}"


ASKED_INSIDE = {"board", "unit", "record", "evidence", "drafts", "review", "audit", "appeals", "appeals.file"}


def filled(path: str, unit: str) -> str:
    """Return an address for a route's template, of *unit* where it has one."""
    values = {"unit": unit, "sequence": "1", "rubric_id": "wujin-2017", "name": "nobody-here"}
    parts = []
    for part in path.split("/"):
        name = part.strip("{}").partition(":")[0]
        parts.append(values.get(name, "no-such") if part.startswith("{") else part)
    return "/".join(parts)


def knock(client: httpx.Client, method: str, address: str, unit: str = OWN) -> int:
    """Return the status of a request that says nothing but a unit; a stream is left as soon as it begins."""
    form = {"content-type": "application/x-www-form-urlencoded"}
    content = None if method == "GET" else f"unit={unit}"
    with client.stream(method, address, params={"unit": unit}, content=content, headers=form) as answer:
        return answer.status_code


def turned_away(status: int, path: str, method: str, *, somebody: bool) -> bool:
    """Whether the door stayed shut: to the login, or for good."""
    if somebody:
        return status == 403
    return status == (401 if path.startswith("/api/") or method != "GET" else 303)


def test_nobody_comes_in_anywhere(shared_site: Site) -> None:
    with shared_site.visitor() as client:
        for method, path, door in routes(shared_site):
            if door is not None:
                status = knock(client, method, filled(path, OWN))
                assert turned_away(status, path, method, somebody=False), f"{method} {path}: {status}"


@pytest.mark.parametrize("name", ROLES)
def test_each_role_opens_what_the_table_says(site: Site, name: str) -> None:
    account = site.account(name)
    tried = 0
    with site.visitor(name) as client:
        for method, path, door in routes(site):
            if door is None:
                continue
            for unit in (OWN, OTHER) if "{unit}" in path else (None,):
                may = may_open(account, door.page, unit)
                status = knock(client, method, filled(path, unit or OWN))
                assert turned_away(status, path, method, somebody=True) != may, (
                    f"{method} {path} {unit}: {status}"
                )
                assert status < 500
                # It may have logged itself out everywhere.
                assert status not in (401, 303) or path.startswith(("/account", "/admin", "/"))
                tried += 1
    assert tried > 40


@pytest.mark.parametrize("name", ROLES)
def test_a_token_opens_what_the_table_says_but_for_what_is_done_in_person(site: Site, name: str) -> None:
    """Nor does a login whose password was typed long ago, where the table asks for it anew."""
    account, now = site.account(name), WALL_CLOCK()
    token = entry.create_api_token(site.session.store, account, "tests", now=now)
    stale = entry.start_session(site.session.store, account, now=now - entry.RECENT - timedelta(minutes=1))
    with site.visitor() as program, site.visitor() as sleeper:
        program.headers["authorization"] = f"Bearer {token}"
        sleeper.cookies.set(COOKIE, stale)
        for method, path, door in routes(site):
            if door is None or path in LASTING or path.startswith("/account/logins"):
                continue
            may = may_open(account, door.page, OWN if "{unit}" in path else None)
            by_token = knock(program, method, filled(path, OWN))
            assert turned_away(by_token, path, method, somebody=True) != (
                may and door.page not in IN_PERSON
            ), f"{method} {path} by token: {by_token}"
            if door.page in CONFIRMED | {"account.own", "admin"}:
                late = knock(sleeper, method, filled(path, OWN))
                assert (late == 403) != (may and door.page not in CONFIRMED), f"{method} {path} late: {late}"


LASTING = {"/changes", "/api/v1/account/logins/{key}"}
"""Streams; and what ends the very login that knocks."""


def test_a_monitors_token_reads_the_metrics_and_nothing_else(site: Site) -> None:
    token = entry.create_api_token(
        site.session.store, site.account("operator"), "prometheus", now=WALL_CLOCK(), scope=entry.METRICS
    )
    with site.visitor() as monitor:
        monitor.headers["authorization"] = f"Bearer {token}"
        opened = [
            f"{method} {path}"
            for method, path, door in routes(site)
            if door is not None and knock(monitor, method, filled(path, OWN)) != 403
        ]
    assert opened == ["GET /metrics"]


LISTS_OWN_UNITS = {"/api/v1/units"}
"""It takes no unit, and shows a secretary the own ones only."""


def test_a_unit_in_a_form_or_query_is_looked_at_too(shared_site: Site) -> None:
    of_units = {page for page, row in PAGES.items() if row.get(Role.SECRETARY) in (Reach.OWN, Reach.WHOLE)}
    tried = 0
    with shared_site.visitor(SECRETARY, follow_redirects=True) as client:
        for method, path, door in routes(shared_site):
            if door is None or door.page not in of_units or "{unit}" in path or path in LISTS_OWN_UNITS:
                continue
            status = knock(client, method, filled(path, OTHER), unit=OTHER)
            assert status in (403, 404, 415, 422), f"{method} {path}: {status}"
            tried += 1
    assert tried >= 5


# -- events ----------------------------------------------------------------------------------------------------


def sample(event_type: str, unit: str, number: int) -> dict[str, Any]:
    """Return an event of *unit* that the ledger takes from who may append it; `before` has seen to what it names."""
    key = f"k{number}"
    data: dict[str, Any] = {
        "organization.registered": {"name": "第九支部", "kind": "branch"},
        "organization.changed": {"name": "改了的名字"},
        "organization.closed": {"reason": "并入"},
        "member.joined": {"member": key},
        "member.changed": {"member": "m", "leader": True},
        "member.left": {"member": "m"},
        "activity.held": {"kinds": ["party_lecture"], "topic": "学习"},
        "document.filed": {"document": "annual_plan", "title": "计划"},
        "publication.made": {"outlet": "wujin_daily", "title": "报道"},
        "honor.received": {"honor": "role_model", "level": "district", "title": "先进"},
        "condition.declared": {"condition": "union_sound", "value": "yes"},
        "request.issued": {"request": key, "title": "报送", "due_on": "2017-10-31"},
        "request.answered": {"request": "r"},
        "finding.raised": {"finding": key, "text": "整改", "due_on": "2017-10-31"},
        "finding.rectified": {"finding": "f"},
        "judgement.passed": {"clause": "2.1", "deduct": "0.5", "reason": "不实"},
        "claim.reviewed": {"record": f"talk-{unit}", "verdict": "accepted"},
        "election.held": {"next_term_ends_on": "2020-10-31"},
        "election.postponed": {"until": "2018-10-31", "approved_by": "教育局"},
        "transfer.started": {"member": "m", "valid_until": "2017-12-31"},
        "transfer.completed": {"member": "m"},
        "evidence.attached": {"record": f"talk-{unit}", "sha256": "0" * 64, "media_type": "image/png", "bytes": 3,
                              "filename": "照片.png"},
        "appeal.filed": {"appeal": key, "clause": "2.1", "reason": "有误", "for_year": 2017},
        "appeal.decided": {"appeal": "a", "verdict": "rejected", "reason": "无误"},
        "record.corrected": {"record": f"talk-{unit}", "reason": "写错", "time": "2017-09-03"},
        "record.retracted": {"record": f"talk-{unit}", "reason": "误录"},
    }[event_type]  # fmt: skip
    subject = f"{unit}/b9" if event_type in ("organization.registered", "organization.closed") else unit
    return {"specversion": "1.0", "id": f"try-{number}", "source": "urn:tests", "type": event_type,
            "subject": subject, "time": "2017-09-19", "data": data}  # fmt: skip


PROGRAM_TYPES = {name for name, row in EVENT_TYPES.items() if row.by_program}
NOT_TRIED = {
    "score.signed", "score.countersigned", "result.published", "result.confirmed",
    "figure.reported", "case.confirmed", "rating.given",
    *(name for name, row in EVENT_TYPES.items() if not row.has_subject),
}  # fmt: skip
"""Bound to the figures of its day, to a signing, or to codes that the built-in rubric has not: their own tests try."""


def before(unit: str) -> list[dict[str, Any]]:
    """Return what the samples name."""
    ready = []
    for number, (event_type, data) in enumerate(
        [
            ("member.joined", {"member": "m"}),
            ("request.issued", {"request": "r", "title": "报送", "due_on": "2017-10-31"}),
            ("finding.raised", {"finding": "f", "text": "整改", "due_on": "2017-10-31"}),
            ("transfer.started", {"member": "m", "valid_until": "2017-12-31"}),
            ("appeal.filed", {"appeal": "a", "clause": "3.1", "reason": "有误", "for_year": 2017}),
        ]
    ):
        ready.append(
            activity(f"ready-{unit}-{number}", unit, "2017-09-01", "x") | {"type": event_type, "data": data}
        )
    return [*ready, activity(f"talk-{unit}", unit, "2017-09-02", "party_lecture")]


def in_order(types: set[str]) -> list[str]:
    """Return the types so that what is registered comes first and what is undone last."""
    return sorted(
        types, key=lambda each: (each != "organization.registered", each == "record.retracted", each)
    )


@pytest.mark.parametrize("name", ROLES)
def test_each_role_appends_what_the_table_says(site: Site, name: str) -> None:
    account = site.account(name)
    site.record(*before(OWN), *before(OTHER))
    taken = 0
    with site.visitor(name) as client:
        for number, event_type in enumerate(in_order(EVENT_TYPES.keys() - PROGRAM_TYPES - NOT_TRIED)):
            for unit in (OWN, OTHER):
                event = sample(event_type, unit, 2 * number + (unit == OTHER))
                record = site.session.store.find(str(event["data"].get("record")))
                may = may_append(account, event_type, event["subject"], event["data"], record)
                answer = client.post("/api/v1/events", json=event)
                stored = site.session.store.find(event["id"])
                # A branch that was not registered by this role cannot be closed by it: refused, and not forbidden.
                expected = {200, 422} if event_type == "organization.closed" else {200}
                if event_type == "evidence.attached":
                    # Only with the file itself (contract §3), by another call: tests/web/test_evidence_bytes.py.
                    expected = {403}
                told = f"{event_type} {unit}: {answer.status_code} {answer.text}"
                assert answer.status_code in (expected if may else {403}), told
                assert (stored is not None) == (answer.status_code == 200)
                if stored is not None:
                    taken += 1
                    assert (stored["authid"], stored["authtype"]) == (name, "user")
    assert taken == TAKEN[account.role], "as many as the issue lets this role append"


@pytest.mark.parametrize("name", ROLES)
def test_only_an_operator_installs_and_withdraws_rubrics(site: Site, name: str) -> None:
    content = builtin_texts()[0].replace("id: wujin-2017", "id: own-2017", 1).encode()
    installed = {
        "rubric": "own-2017",
        "version": 1,
        "sha256": sha256(content).hexdigest(),
        "file": pack(content),
    }
    withdrawn = {"rubric": "own-2017", "reason": "装错了"}
    expected = 200 if site.account(name).role is Role.OPERATOR else 403
    with site.visitor(name) as client:
        for kind, data in (("rubric.installed", installed), ("rubric.withdrawn", withdrawn)):
            event = {
                "specversion": "1.0",
                "id": kind,
                "source": "urn:tests",
                "type": kind,
                "time": "2017-09-19",
            }
            assert client.post("/api/v1/events", json={**event, "data": data}).status_code == expected


TAKEN = {Role.SECRETARY: 20, Role.ASSESSOR: 16, Role.AUDITOR: 0, Role.LEADER: 0, Role.OPERATOR: 4}


@pytest.mark.parametrize("name", ROLES)
def test_the_programs_own_events_are_nobodys(site: Site, name: str) -> None:
    size = site.session.store.size()
    with site.visitor(name) as client:
        for event_type in PROGRAM_TYPES:
            event = activity("own", OWN, "2017-09-19", "x") | {
                "type": event_type,
                "data": {"channel": "mail", "items": []},
            }
            assert client.post("/api/v1/events", json=event).status_code == 403
    assert site.session.store.size() == size


# -- the table held to the words -----------------------------------------------------------------------

SECRETARY_OF_OWN = Account("s", Role.SECRETARY, "书记", frozenset({OWN}))
ASSESSING, AUDITING, OPERATING = (
    Account("x", role, "x") for role in (Role.ASSESSOR, Role.AUDITOR, Role.OPERATOR)
)


def test_a_secretary_never_judges_reviews_requests_or_raises_findings() -> None:
    for event_type in (
        "judgement.passed",
        "claim.reviewed",
        "request.issued",
        "finding.raised",
        "score.signed",
        "score.countersigned",
        "result.published",
        "appeal.decided",
    ):
        assert not may_append(SECRETARY_OF_OWN, event_type, OWN, {})
        assert may_append(ASSESSING, event_type, OWN, {})


def test_a_secretary_sees_and_writes_only_own_units() -> None:
    for page in PAGES:
        assert not may_open(SECRETARY_OF_OWN, page, OTHER) or PAGES[page][Role.SECRETARY] is Reach.ALL
    assert {page for page, row in PAGES.items() if row.get(Role.SECRETARY) is Reach.ALL} == {
        "home",
        "account",
        "account.own",
        "account.tokens",
        "account.second",
        "changes",
    }
    assert not any(may_append(SECRETARY_OF_OWN, event_type, OTHER, {}) for event_type in EVENTS)


def test_a_secretary_never_changes_what_the_unit_is() -> None:
    assert may_append(SECRETARY_OF_OWN, "organization.changed", OWN, {"name": "新名字"})
    assert not may_append(SECRETARY_OF_OWN, "organization.changed", OWN, {"kind": "committee"})
    assert not may_append(
        SECRETARY_OF_OWN, "organization.registered", OWN, {"name": "x", "kind": "committee"}
    )


def test_assessors_do_not_log_for_a_unit() -> None:
    for event_type in ("activity.held", "document.filed", "publication.made", "honor.received", "condition.declared",
                       "member.joined", "member.changed", "member.left", "request.answered", "finding.rectified",
                       "election.held", "transfer.started", "appeal.filed"):  # fmt: skip
        assert not may_append(ASSESSING, event_type, OWN, {})
    talk: Any = activity("talk", OWN, "2017-09-02", "party_lecture")
    for mending in ("record.corrected", "record.retracted"):
        assert not may_append(ASSESSING, mending, OWN, {"record": "talk"}, talk)


def test_auditors_write_nothing() -> None:
    assert not any(may_append(AUDITING, event_type, OWN, {}) for event_type in EVENTS)
    assert not any(may_open(AUDITING, page) for page in ("log", "review", "admin", "api.append"))


def test_a_leader_reads_the_district_and_writes_nothing() -> None:
    leading = Account("x", Role.LEADER, "x")
    reads = ("board", "unit", "record", "evidence", "roster", "reports", "bulletin", "appeals")
    assert all(may_open(leading, page, OWN) for page in reads)
    assert not any(may_append(leading, event_type, OWN, {}) for event_type in EVENTS)
    closed = (
        "log",
        "review",
        "audit",
        "tlog",
        "journal",
        "admin",
        "calendar",
        "units.register",
        "api.append",
    )
    assert not any(may_open(leading, page) for page in closed)


def test_operators_do_not_see_the_units() -> None:
    assert not any(
        may_open(OPERATING, page, OWN)
        for page in ("board", "unit", "record", "evidence", "api.unit", "api.units")
    )


def test_who_may_not_come_in_any_more_may_nothing() -> None:
    gone = Account("x", Role.OPERATOR, "x", active=False)
    assert not any(may_open(gone, page) for page in PAGES)


# -- what is done to a record is decided by the record ---------------------------------------------------------


def mend(
    record: str, event_id: str, kind: str = "record.retracted", unit: str = OWN, **data: Any
) -> dict[str, Any]:
    event = activity(event_id, unit, "2017-09-19", "x")
    return event | {"type": kind, "data": {"record": record, "reason": "试试", **data}}


def test_a_secretary_does_not_undo_what_an_assessor_decided(site: Site) -> None:
    judged = activity("judged", OWN, "2017-09-10", "x") | {
        "type": "judgement.passed", "data": {"clause": "2.1", "deduct": "1", "reason": "不实"}}  # fmt: skip
    site.record(judged)
    with site.visitor(SECRETARY) as client:
        for event in (
            mend("judged", "undo-1"),
            mend("judged", "undo-2", "record.corrected", time="2017-09-11"),
        ):
            assert client.post("/api/v1/events", json=event).status_code == 403
        # Nor with a subject that is his, of a record that is another unit's.
        site.record(activity("theirs", OTHER, "2017-09-10", "party_lecture"))
        assert client.post("/api/v1/events", json=mend("theirs", "undo-3")).status_code == 403
        assert client.post("/api/v1/events", json=mend("theirs", "undo-4", unit=OTHER)).status_code == 403


def test_the_kind_of_a_unit_is_not_changed_by_a_detour(site: Site) -> None:
    changed = activity("to-committee", OWN, "2017-09-10", "x") | {
        "type": "organization.changed", "data": {"kind": "committee"}}  # fmt: skip
    renamed = activity("renamed", OWN, "2017-09-10", "x") | {
        "type": "organization.changed", "data": {"name": "新名字"}}  # fmt: skip
    with site.visitor(ASSESSOR) as assessor, site.visitor(SECRETARY) as secretary:
        assert assessor.post("/api/v1/events", json=changed).json()["appended"] == 1
        assert secretary.post("/api/v1/events", json=renamed).json()["appended"] == 1
        for number, event in enumerate(
            (
                mend("to-committee", "d1"),
                mend("to-committee", "d2", "record.corrected", data={"name": "x"}),
                mend("renamed", "d3", "record.corrected", data={"kind": "branch"}),
                mend("wj-01-0001", "d4", "record.corrected", data={"name": "x", "kind": "committee"}),
                mend("wj-01-0001", "d5"),
            )
        ):
            assert secretary.post("/api/v1/events", json=event).status_code == 403, number
        # An assessor put the kind into the secretary's own record: it is no longer the secretary's alone.
        put = mend("renamed", "d6", "record.corrected", data={"name": "新名字", "kind": "branch"})
        assert assessor.post("/api/v1/events", json=put).json()["appended"] == 1
        assert secretary.post("/api/v1/events", json=mend("renamed", "d7")).status_code == 403


def test_a_record_of_the_same_request_decides_too(site: Site) -> None:
    judged = activity("both", OWN, "2017-09-10", "x") | {
        "type": "judgement.passed", "data": {"clause": "2.1", "deduct": "1", "reason": "不实"}}  # fmt: skip
    with site.visitor(SECRETARY) as client:
        refused = client.post("/api/v1/events", json=[judged, mend("both", "undo")])
    assert refused.status_code == 403
    assert [each["line"] for each in refused.json()["errors"]] == [1, 2]


def test_a_record_that_came_just_now_is_not_changed_unseen(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = activity("judged", OWN, "2017-09-10", "x") | {
        "type": "judgement.passed", "data": {"clause": "2.1", "deduct": "1", "reason": "不实"}}  # fmt: skip
    site.record(judged)
    size, find = site.session.store.size(), site.session.store.find
    # As if it had come between the look and the append.
    monkeypatch.setattr(
        site.session.store, "find", lambda event_id: None if event_id == "judged" else find(event_id)
    )
    with site.visitor(SECRETARY) as client:
        refused = client.post("/api/v1/events", json=mend("judged", "undo"))
        beside = client.post(
            "/api/v1/events",
            json=[mend("no-such", "undo-2"), activity("bad", OWN, "2017-09-10", "no_such_kind")],
        )
    # There is no such gap: who looks, looks inside the append.
    assert (refused.status_code, [each["field"] for each in refused.json()["errors"]]) == (403, ["type"])
    assert [(each["line"], each["field"]) for each in beside.json()["errors"]] == [
        (1, "data.record"),
        (2, "data.kinds[0]"),
    ]
    assert site.session.store.size() == size
