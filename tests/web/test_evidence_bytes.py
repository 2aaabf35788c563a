"""A file is attached by who has its bytes, and given out as what it is: no hash, name or type is believed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256
from typing import Any

import httpx
import orjson
import pytest

from ledger.problem import NotPermitted
from ledger.store.sqlite.statements import EVENTS_GUARDS
from taizhang.accounts.recording import append_as
from taizhang.app.store_url import sqlite_path
from taizhang.evidence.folder import EvidenceFolder

from .site import ASSESSOR, OPERATOR, OTHER_SECRETARY, ROLES, SECRETARY, Site, activity
from .test_api_beside_the_ledger import PDF, attach

OWN, OTHER = SECRETARY, OTHER_SECRETARY
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(20) + b"\xff\xd9"
DOC = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "WordDocument".encode("utf-16-le")
DIGEST = sha256(PDF).hexdigest()


@pytest.fixture
def talks(site: Site) -> Site:
    """A site where the other unit has a file, and both have a record."""
    site.record(*(activity(f"talk-{unit}", unit, "2017-09-10", "party_lecture") for unit in (OWN, OTHER)))
    with site.visitor(OTHER) as client:
        assert attach(client, f"talk-{OTHER}", PDF, "纪要.pdf").status_code == 200
    return site


def claim(event_id: str, record: str, **said: Any) -> dict[str, Any]:
    """Return an event that attaches a file to a record of the own unit without bringing it."""
    data = {"record": record, "sha256": DIGEST, "media_type": "application/pdf", "bytes": len(PDF),
            "filename": "纪要.pdf"}  # fmt: skip
    return activity(event_id, OWN, "2017-09-19", "x") | {"type": "evidence.attached", "data": data | said}


def download(client: httpx.Client, digest: str, record: str) -> httpx.Response:
    return client.get(f"/evidence/{digest}", params={"record": record})


@pytest.mark.parametrize("name", ROLES)
def test_a_hash_alone_attaches_nothing_by_whichever_way_it_is_sent(talks: Site, name: str) -> None:
    event = claim("grab", f"talk-{OWN}")
    bodies: list[dict[str, Any]] = [
        {"json": event},
        {"json": [activity("beside", OWN, "2017-09-18", "party_lecture"), event]},
        {"json": event | {"subject": OTHER}},
        {"json": claim("grab-2", f"talk-{OWN}", bytes=1, media_type="image/png", filename="fdp\u202e.exe")},
    ]
    size = talks.session.store.size()
    with talks.visitor(name) as client:
        for body in bodies:
            answer = client.post("/api/v1/events", **body)
            assert answer.status_code == 403, answer.text
        there, absent = (download(client, each, f"talk-{OWN}").status_code for each in (DIGEST, "0" * 64))
    assert there == absent != 200, "whether anybody has a document is not told"
    assert talks.session.store.size() == size


def test_what_a_file_is_cannot_be_corrected_to_be_another(talks: Site) -> None:
    with talks.visitor(OWN) as client:
        attached = attach(client, f"talk-{OWN}", JPEG, "合影.jpg").json()
        said = {name: attached[name] for name in ("sha256", "media_type", "bytes", "filename")}
        for number, wrong in enumerate(
            ({"sha256": DIGEST}, {"media_type": "text/html"}, {"bytes": 1}, {"filename": "a.exe"})
        ):
            data = {"record": f"talk-{OWN}", **said, **wrong}
            changes = {"record": attached["id"], "reason": "换", "data": data}
            correction = activity(f"mend-{number}", OWN, "2017-09-19", "x")
            correction |= {"type": "record.corrected", "data": changes}
            answer = client.post("/api/v1/events", json=correction)
            assert answer.status_code == 403
            assert "不能更正" in answer.text
        again = {"record": attached["id"], "reason": "日期", "time": "2017-09-12"}
        correction = activity("mend", OWN, "2017-09-19", "x") | {"type": "record.corrected", "data": again}
        assert client.post("/api/v1/events", json=correction).status_code == 200, "its day may be"


def test_the_same_again_is_skipped_as_any_event_is(talks: Site) -> None:
    with talks.visitor(OTHER) as client:
        stored = client.get(f"/api/v1/events/talk-{OTHER}").json()["evidence"][0]
        sent = {
            name: stored[name] for name in ("specversion", "id", "source", "type", "subject", "time", "data")
        }
        answer = client.post("/api/v1/events", json=sent)
        assert answer.json() == {"appended": 0, "skipped": 1}


def test_a_file_that_was_withdrawn_can_be_attached_again(talks: Site) -> None:
    with talks.visitor(OTHER) as client:
        first = client.get(f"/api/v1/events/talk-{OTHER}").json()["evidence"][0]["id"]
        gone = {"type": "record.retracted", "data": {"record": first, "reason": "传错"}}
        assert (
            client.post("/api/v1/events", json=activity("gone", OTHER, "2017-09-19", "x") | gone).status_code
            == 200
        )
        assert download(client, DIGEST, f"talk-{OTHER}").status_code == 404
        again = attach(client, f"talk-{OTHER}", PDF, "纪要.pdf").json()
        assert (again["appended"], again["id"] != first) == (1, True)
        assert download(client, DIGEST, f"talk-{OTHER}").content == PDF


def test_an_id_that_is_taken_tells_nobody_what_a_record_has(talks: Site) -> None:
    """Two ledgers' records of one id and one file do not make one id: it cannot be worked out from outside."""
    about = sha256(f"talk-{OTHER}\n{DIGEST}".encode()).hexdigest()
    with talks.visitor(OWN) as client:
        probe = activity(f"evidence-{about[:32]}", OWN, "2017-09-10", "party_lecture")
        assert client.post("/api/v1/events", json=probe).status_code == 200


def test_what_came_into_the_ledger_by_another_way_is_given_out_as_what_it_is(talks: Site) -> None:
    """At the terminal a line may say anything of a file: then it is bytes to keep, and nothing that opens by itself."""
    folder = EvidenceFolder(talks.options.evidence)
    forged = {"picture": (DOC, "image/png", "minutesRLOfdp.exe"), "page": (b"<html><script>", "text/html", "a.html"),
              "twisted": (JPEG, "image/jpeg", "合RLO影ZWS.jpg")}  # fmt: skip
    for name, (content, media_type, filename) in forged.items():
        digest = folder.keep(content)
        talks.record(claim(name, f"talk-{OWN}", sha256=digest, media_type=media_type, filename=filename))
    talks.record(claim("nowhere", f"talk-{OWN}", sha256="1" * 64, filename="不在.pdf"))
    as_taken_before(talks, {"RLO": "\u202e", "ZWS": "\u200b"})
    with talks.visitor(ASSESSOR) as client:
        answers = {
            name: download(client, sha256(each[0]).hexdigest(), f"talk-{OWN}")
            for name, each in forged.items()
        }
        page = client.get(f"/records/talk-{OWN}").text
    for name, ending in (("picture", "minutesfdp.exe.bin"), ("page", "a.html.bin")):
        headers = answers[name].headers
        assert headers["content-type"] == "application/octet-stream"
        assert headers["content-disposition"].startswith("attachment; ")
        assert ending in headers["content-disposition"]
    shown = answers["twisted"].headers
    assert (shown["content-type"], shown["content-disposition"][:7]) == ("image/jpeg", "inline;")
    assert "%E2%80%AE" not in shown["content-disposition"]
    assert not set("\u202e\u200b") & set(page), "nor does a page show a name that reads otherwise than it is"
    assert "不在.pdf （文件不在这里）" in page


def as_taken_before(site: Site, characters: dict[str, str]) -> None:
    """Put characters into stored names that the door refuses now, and did not in earlier editions."""
    with closing(sqlite3.connect(sqlite_path(site.session.url))) as connection:
        for name in ("updated", "deleted", "replaced"):
            connection.execute(f"DROP TRIGGER IF EXISTS events_are_never_{name}")
        for sign, character in characters.items():
            connection.execute(
                "UPDATE events SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB)", (sign, character)
            )
        for guard in EVENTS_GUARDS:
            connection.execute(guard)
        connection.commit()
    site.session.projections.forget(None)


def test_every_door_asks_for_the_bytes(talks: Site) -> None:
    """Whatever appends in an account's name goes through one function, and by itself it takes no file."""
    for name in (OWN, ASSESSOR, OPERATOR):
        account = talks.account(name)
        line = orjson.dumps(claim("grab", f"talk-{OWN}"))
        with pytest.raises(NotPermitted):
            append_as(talks.session, account, [(None, line)], now=talks.session.clock())


def test_a_file_that_was_altered_on_disk_is_not_given_out_and_the_true_one_mends_it(talks: Site) -> None:
    """Attack 11: served as it was, verified as intact, and attaching the true file left the forgery in its place."""
    path = talks.options.evidence / DIGEST[:2] / DIGEST
    path.chmod(0o600)
    path.write_bytes(PDF.replace(b"%PDF", b"%PDf"))
    address = f"/evidence/{DIGEST}?record=talk-{OTHER}"
    with talks.visitor(OTHER) as client:
        refused = client.get(address)
        assert refused.status_code == 409
        assert "和附上时的不一样" in refused.text
        assert b"%PDf" not in refused.content
        assert attach(client, f"talk-{OTHER}", PDF, "纪要.pdf").status_code == 200
        assert client.get(address).content == PDF
    assert b"%PDf" in (path.parent / f"{DIGEST}.altered").read_bytes(), (
        "what was left there stays to be looked into"
    )
