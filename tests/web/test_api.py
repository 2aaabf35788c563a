"""The JSON API: the figures of contract §6, the ledger's bytes, one way to append; strict, bounded, idempotent."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest

from taizhang.web.api import shapes
from taizhang.web.api.body import EVENTS_MAX, lines_of

from .site import AUDITOR, OTHER_SECRETARY, SECRETARY, Site, activity

ASSESSOR = "assessor-1"


def faults(answer: httpx.Response) -> list[tuple[int | None, str]]:
    """Return line and field of each error of a refusal."""
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == answer.status_code
    return [(each["line"], each["field"]) for each in document["errors"]]


def test_the_board_comes_in_pages(shared_site: Site) -> None:
    with shared_site.visitor(AUDITOR) as client:
        whole = client.get("/api/v1/units").json()
        first = client.get("/api/v1/units", params={"limit": 2}).json()
        rest = client.get("/api/v1/units", params={"limit": 2, "after": first["next"]}).json()
        past = client.get("/api/v1/units", params={"as_of": "2017-03-31"}).json()
    assert [row["unit"] for row in whole["units"]] == ["wj-01", "wj-02", "wj-03"]
    assert (whole["as_of"], whole["next"]) == ("2017-09-20", None)
    assert (first["next"], rest["next"]) == ("wj-02", None)
    assert first["units"] + rest["units"] == whole["units"]
    assert past["as_of"] == "2017-03-31"
    assert past["units"] != whole["units"]


def test_a_secretary_sees_the_own_unit_only(shared_site: Site) -> None:
    with shared_site.visitor(SECRETARY) as client:
        assert [row["unit"] for row in client.get("/api/v1/units").json()["units"]] == ["wj-01"]
        for call in ("score", "shortfalls", "members"):
            assert client.get(f"/api/v1/units/wj-01/{call}").status_code == 200
            assert client.get(f"/api/v1/units/wj-02/{call}").status_code == 403
        assert client.get("/api/v1/events", params={"unit": "wj-02"}).status_code == 403
        assert client.get("/api/v1/events/wj-02-0001").status_code == 403
        subjects = {event["subject"][:5] for event in client.get("/api/v1/events").json()["events"]}
        assert subjects == {"wj-01"}


def test_the_figures_are_those_of_the_command_line(shared_site: Site) -> None:
    session = shared_site.session
    with shared_site.visitor(ASSESSOR) as client:
        score = client.get("/api/v1/units/wj-01/score").json()
        known = client.get(
            "/api/v1/units/wj-01/score",
            params={"known_at": "2017-03-01T00:00:00+08:00", "as_of": "2017-06-30"},
        ).json()
        english = client.get("/api/v1/units/wj-01/score", headers={"cookie": cookie(client, "en")}).json()
        missing = client.get("/api/v1/units/wj-01/shortfalls").json()
        members = client.get("/api/v1/units/wj-01/members").json()
    day = session.clock.today()
    with session.store.read():
        assert score == session.projections.score(session.store, "wj-01", day).as_json(str)
        assert missing == session.projections.shortfalls(session.store, "wj-01", day).as_json(str)
        assert members == session.projections.members(session.store, "wj-01", day).as_json(str)
    assert known["known_at"] == "2017-03-01T00:00:00+08:00"
    assert known["events"] < score["events"]
    assert english["total"] == score["total"]
    assert (
        english["indicators"][1]["clauses"][0]["because"] != score["indicators"][1]["clauses"][0]["because"]
    )
    # What the document promises is what comes.
    shapes.Scorecard.model_validate(score)
    shapes.Members.model_validate(members)
    shapes.Shortfalls.model_validate(missing)


def cookie(client: httpx.Client, language: str) -> str:
    return "; ".join(
        [*(f"{name}={value}" for name, value in client.cookies.items()), f"taizhang_lang={language}"]
    )


def test_all_events_are_read_page_by_page_to_the_byte(shared_site: Site) -> None:
    exported = list(shared_site.session.store.export())
    got: list[bytes] = []
    address: str | None = "/api/v1/events?format=jsonl&limit=400"
    with shared_site.visitor(AUDITOR) as client:
        while address:
            page = client.get(address)
            assert page.headers["content-type"].startswith("application/x-ndjson")
            got += page.content.splitlines()
            link = page.links.get("next")
            address = link["url"] if link else None
        second = client.get("/api/v1/events", params={"after": 10, "limit": 5})
        of_unit = client.get("/api/v1/events", params={"unit": "wj-02", "limit": 1000}).json()
    assert got == exported
    assert second.json()["next"] == 15
    assert second.content.startswith(b'{"events":[' + exported[10] + b",")
    assert of_unit["next"] is None
    assert [event["id"] for event in of_unit["events"]] == [
        orjson.loads(body)["id"] for body in shared_site.session.store.export("wj-02")
    ]


def test_an_account_with_two_units_reads_both_in_ledger_order(site: Site) -> None:
    from dataclasses import replace

    from taizhang.accounts import entry
    from taizhang.web.http.auth import WALL_CLOCK

    both = replace(site.account(SECRETARY), units=frozenset({"wj-01", "wj-03"}))
    entry.change_account(site.session.store, both, now=WALL_CLOCK(), by="operator")
    got: list[int] = []
    after: int | None = 0
    with site.visitor(SECRETARY) as client:
        while after is not None:
            page = client.get("/api/v1/events", params={"after": after, "limit": 150}).json()
            got += [int(event["sequence"]) for event in page["events"]]
            after = page["next"]
    assert got == sorted(got)
    assert len(got) == sum(1 for unit in ("wj-01", "wj-03") for _ in site.session.store.export(unit))


def test_what_became_of_a_record(site: Site) -> None:
    site.record(activity("talk", "wj-01", "2017-09-10", "party_lecture"))
    event = {"specversion": "1.0", "id": "fix", "source": "urn:tests", "type": "record.corrected", "subject": "wj-01",
             "time": "2017-09-19", "data": {"record": "talk", "reason": "写错了", "time": "2017-09-11"}}  # fmt: skip
    with site.visitor(SECRETARY) as client:
        assert client.post("/api/v1/events", json=event).json() == {"appended": 1, "skipped": 0}
        history = client.get("/api/v1/events/talk").json()
        nothing = client.get("/api/v1/events/no/such%20id")
    shapes.History.model_validate(history)
    assert history["current"]["time"] == "2017-09-11T00:00:00+08:00"
    assert [each["authid"] for each in history["corrections"]] == [SECRETARY]
    assert (nothing.status_code, "no/such id" in nothing.json()["title"]) == (404, True)


def test_appending_moves_the_score_and_is_idempotent(site: Site) -> None:
    events = [
        activity(f"q3-{number}", "wj-01", f"2017-09-{number:02}", "party_work_meeting") for number in (4, 5)
    ]
    with site.visitor(SECRETARY) as client:
        first = client.post("/api/v1/events", json=events)
        again = client.post(
            "/api/v1/events", json=[*events, activity("q3-6", "wj-01", "2017-09-06", "party_lecture")]
        )
    assert (first.status_code, first.json()["appended"]) == (200, 2)
    assert (again.json()["appended"], again.json()["skipped"]) == (1, 2)
    stored = site.session.store.find("q3-4")
    assert stored is not None
    assert (stored["authid"], stored["authtype"]) == (SECRETARY, "user")
    shapes.Appended.model_validate(again.json())


@pytest.mark.parametrize("content_type", ["application/json", "application/cloudevents-batch+json"])
def test_an_array_may_be_laid_out_as_one_likes(site: Site, content_type: str) -> None:
    event = orjson.dumps(
        activity("pretty", "wj-01", "2017-09-04", "party_lecture"), option=orjson.OPT_INDENT_2
    )
    with site.visitor(SECRETARY) as client:
        body = b" [ " + event + b" ,\n" + event.replace(b'"pretty"', b'"pretty-2"') + b"\n]\n"
        assert (
            client.post("/api/v1/events", content=body, headers={"content-type": content_type}).json()[
                "appended"
            ]
            == 2
        )
        one = {"content-type": "application/cloudevents+json; charset=utf-8"}
        assert client.post("/api/v1/events", content=event, headers=one).json()["skipped"] == 1


def test_json_lines(site: Site) -> None:
    lines = [
        orjson.dumps(activity(f"l{number}", "wj-01", "2017-09-04", "party_lecture")) for number in range(3)
    ]
    body = b"\xef\xbb\xbf" + b"\r\n".join([*lines[:2], b"", lines[2]]) + b"\r\n"
    with site.visitor(SECRETARY) as client:
        done = client.post("/api/v1/events", content=body, headers={"content-type": "application/x-ndjson"})
    assert done.json()["appended"] == 3


def test_every_fault_is_told_at_once_and_nothing_is_stored(site: Site) -> None:
    before = site.session.store.size()
    good = activity("good", "wj-01", "2017-09-04", "party_lecture")
    bad = [
        good,
        activity("late", "wj-01", "2018-09-04", "party_lecture"),
        activity("code", "wj-01", "2017-09-04", "no_such_kind"),
        good | {"id": "mine", "sequence": "000000000001"},
    ]
    with site.visitor(SECRETARY) as client:
        refused = client.post("/api/v1/events", json=bad)
    assert refused.status_code == 422
    assert faults(refused) == [(2, "time"), (3, "data.kinds[0]"), (4, "sequence")]
    assert site.session.store.size() == before


def test_an_id_that_is_taken_is_a_conflict(site: Site) -> None:
    event = activity("taken", "wj-01", "2017-09-04", "party_lecture")
    other = event | {"time": "2017-09-05"}
    with site.visitor(SECRETARY) as client:
        client.post("/api/v1/events", json=event)
        conflict = client.post("/api/v1/events", json=other)
        both = client.post("/api/v1/events", json=[other, event | {"id": "x", "time": "never"}])
    assert (conflict.status_code, faults(conflict)) == (409, [(None, "id")])
    assert both.status_code == 422, "something is wrong with what was sent, too"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"id":"a","id":"b"}', "id"),
        (b'{"specversion": NaN}', ""),
        (b'{"specversion":"\\ud800"}', "specversion"),
        (b"[{}", ""),
        (b"[{} {}]", ""),
        (b"[{}] []", ""),
        (b"[,]", ""),
        (b"\xff\xfe[]", ""),
        (b"[\xff]", ""),
        (b"[" * 200_000, ""),
        (b'{"data":' + b"[" * 5000 + b"]" * 5000 + b"}", ""),
        (b"", ""),
        (b"   ", ""),
        (b"[" + b",".join([b"{}"] * (EVENTS_MAX + 1)) + b"]", ""),
        (b"[" + b"1" * 50_000 + b"]", ""),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else "",
)
def test_json_that_could_be_understood_differently_is_refused(
    shared_site: Site, body: bytes, field: str
) -> None:
    with shared_site.visitor(SECRETARY) as client:
        refused = client.post("/api/v1/events", content=body, headers={"content-type": "application/json"})
    assert refused.status_code == 422
    assert faults(refused)[0][1] == field


def test_an_empty_array_appends_nothing() -> None:
    assert lines_of(b" [ ] ", "application/json") == []


def test_too_much_at_once_and_other_types_are_refused(shared_site: Site) -> None:
    with shared_site.visitor(SECRETARY) as client:
        much = client.post("/api/v1/events", content=b"[" + b" " * 1_100_000 + b"]",
                           headers={"content-type": "application/json"})  # fmt: skip
        form = client.post("/api/v1/events", data={"id": "x"})
    assert much.status_code == 413
    assert (form.status_code, form.headers["content-type"]) == (415, "application/problem+json")


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/api/v1/units?as_of=20170630", "as_of"),
        ("/api/v1/units?as_of=1483228800", "as_of"),
        ("/api/v1/units?limit=0", "limit"),
        ("/api/v1/units?limit=many", "limit"),
        ("/api/v1/events?after=-1", "after"),
        ("/api/v1/events?unit=WJ%2001", "unit"),
        ("/api/v1/events?format=xml", "format"),
        ("/api/v1/units/wj-01/score?known_at=2017-03-01", "known_at"),
    ],
)
def test_parameters_are_read_strictly(shared_site: Site, address: str, field: str) -> None:
    with shared_site.visitor(AUDITOR) as client:
        refused = client.get(address)
    assert (refused.status_code, faults(refused)) == (422, [(None, field)])


def test_unknown_units_and_rubrics_are_not_there(shared_site: Site) -> None:
    with shared_site.visitor(AUDITOR) as client:
        for address in (
            "/api/v1/units/nobody/score",
            "/api/v1/units/nobody/members",
            "/api/v1/units/nobody/shortfalls",
            "/api/v1/units?rubric=no-such",
            "/api/v1/units?as_of=0001-01-01",
        ):
            refused = client.get(address)
            assert (refused.status_code, refused.headers["content-type"]) == (404, "application/problem+json")


def test_a_token_is_its_account(site: Site) -> None:
    with site.visitor(OTHER_SECRETARY) as client:
        token = client.post("/api/v1/account/tokens", json={"label": "校务系统", "days": 30}).json()["token"]
        (row,) = client.get("/api/v1/account/tokens").json()["tokens"]
    bearer = {"authorization": f"Bearer {token}"}
    event = activity("by-token", "wj-02", "2017-09-04", "party_lecture")
    with httpx.Client(base_url=site.address, headers=bearer) as program:
        assert program.get("/api/v1/account").json()["name"] == OTHER_SECRETARY
        assert program.post("/api/v1/events", json=event).json()["appended"] == 1
        assert program.post("/api/v1/events", json=event | {"id": "x", "subject": "wj-01"}).status_code == 403
        assert program.delete(f"/api/v1/account/tokens/{row['id']}").status_code == 204
        assert program.get("/api/v1/account").status_code == 401
    assert token not in str(row)


def test_every_write_of_the_account_page_exists_here(site: Site) -> None:
    with site.visitor(SECRETARY) as client, site.visitor(SECRETARY) as elsewhere:
        assert client.put("/api/v1/account/language", json={"language": "en"}).status_code == 204
        assert site.account(SECRETARY).language == "en"
        assert len(client.get("/api/v1/account/logins").json()["logins"]) == 2
        assert client.delete("/api/v1/account/logins/others").status_code == 204
        assert elsewhere.get("/api/v1/account").status_code == 401
        wrong: dict[str, Any] = {"old": "not this one", "password": "another one 22"}
        assert faults(client.put("/api/v1/account/password", json=wrong)) == [(None, "old")]
        assert (
            client.put("/api/v1/account/password", json=wrong | {"old": "taizhang-demo"}).status_code == 204
        )
        assert client.get("/api/v1/account").status_code == 401


def test_the_document_describes_what_is_there(shared_site: Site) -> None:
    with shared_site.visitor() as client:
        document = client.get("/api/v1/openapi.json").json()
    assert all(path.startswith("/api/v1/") for path in document["paths"])
    events = document["components"]["schemas"]["Event"]
    assert len(events["oneOf"]) >= 27
    for reference in (*events["discriminator"]["mapping"].values(), *references(document)):
        assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"], reference


def references(value: Any) -> list[str]:
    """Return every reference in a document."""
    if isinstance(value, dict):
        return [
            found for key, each in value.items() for found in ([each] if key == "$ref" else references(each))
        ]
    return [found for each in value for found in references(each)] if isinstance(value, list) else []
