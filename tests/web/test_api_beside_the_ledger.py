"""What pages write beside the ledger exists in the API too: files, names, contacts, calendar addresses, accounts."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import quote

import httpx

from taizhang.evidence.folder import EvidenceFolder

from .site import OPERATOR, OTHER_SECRETARY, SECRETARY, Site, activity

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def attach(client: httpx.Client, record: str, content: bytes, filename: str) -> httpx.Response:
    about = {"record": record, "filename": filename}
    headers = {"content-type": "application/octet-stream"}
    return client.post("/api/v1/evidence", params=about, content=content, headers=headers)


def test_a_file_is_attached_once_and_read_back(site: Site) -> None:
    site.record(activity("talk", "wj-01", "2017-09-10", "party_lecture"))
    with site.visitor(SECRETARY) as client:
        first, again = attach(client, "talk", PDF, "纪要.pdf"), attach(client, "talk", PDF, "纪要.pdf")
        digest = sha256(PDF).hexdigest()
        assert (first.status_code, first.json()["sha256"], first.json()["appended"]) == (200, digest, 1)
        assert (again.json()["id"], again.json()["appended"]) == (first.json()["id"], 0)
        (said,) = client.get("/api/v1/events/talk").json()["evidence"]
        assert (said["authid"], said["data"]["media_type"]) == (SECRETARY, "application/pdf")
        read = client.get(f"/evidence/{digest}", params={"record": "talk"})
    assert read.content == PDF


def test_what_is_no_evidence_or_not_his_leaves_no_file(site: Site) -> None:
    site.record(activity("talk", "wj-01", "2017-09-10", "party_lecture"))
    with site.visitor(SECRETARY) as client, site.visitor(OTHER_SECRETARY) as other:
        page = attach(client, "talk", b"<!doctype html><script>alert(1)</script>", "photo.jpg")
        assert (page.status_code, page.json()["errors"][0]["field"]) == (422, "file")
        assert attach(client, "talk", b"", "empty.pdf").status_code == 422
        assert attach(client, "no-such", PDF, "a.pdf").status_code == 404
        assert attach(other, "talk", PDF, "a.pdf").status_code == 403
        assert attach(client, "talk", b"x" * (site.options.upload_max + 1), "a.pdf").status_code == 413
    assert EvidenceFolder(site.options.evidence).find(sha256(PDF).hexdigest()) is None


def test_names_are_kept_found_and_erased(site: Site) -> None:
    with site.visitor(SECRETARY) as client, site.visitor(OTHER_SECRETARY) as other:
        address = "/api/v1/units/wj-01/people"
        assert (
            client.put(f"{address}/m01-001", json={"name": "张伟", "telephone": "13800000000"}).status_code
            == 204
        )
        assert client.get(address, params={"search": "zw"}).json() == {
            "people": [{"member": "m01-001", "name": "张伟", "telephone": "13800000000"}]
        }
        assert other.get(address).status_code == 403
        nobody = client.put(f"{address}/m-nobody", json={"name": "张伟"})
        assert (nobody.status_code, nobody.json()["errors"][0]["field"]) == (422, "member")
        assert client.put(f"{address}/m01-001", json={"name": ""}).status_code == 422
        site.record(
            activity("joins", "wj-01", "2017-09-10", "x")
            | {"type": "member.joined", "data": {"member": "旧/01"}}
        )
        slashed = f"{address}/{quote('旧/01', safe='')}"
        assert client.put(slashed, json={"name": "李四"}).status_code == 204
        assert client.get(address, params={"search": "lisi"}).json()["people"][0]["member"] == "旧/01"
        assert client.delete(slashed).status_code == 204
        assert client.get(address, params={"search": "lisi"}).json() == {"people": []}
        assert client.delete(f"{address}/m01-001").status_code == 204
        assert client.get(address).json() == {"people": []}


def test_contacts_are_kept_changed_and_removed(site: Site) -> None:
    wanted = {"unit": "wj-01", "role": "secretary", "channel": "email", "address": "zhang@example.cn"}
    with site.visitor(OPERATOR) as client:
        assert client.put("/api/v1/contacts", json=wanted | {"name": "张"}).json()["name"] == "张"
        changed = client.put("/api/v1/contacts", json=wanted | {"quiet": ["2017-07-10..2017-08-20"]}).json()
        assert (changed["name"], changed["quiet"]) == ("张", ["2017-07-10..2017-08-20"])
        assert len(client.get("/api/v1/contacts").json()["contacts"]) == 1
        wrong = client.put("/api/v1/contacts", json=wanted | {"unit": "nobody", "address": "x"})
        assert {each["field"] for each in wrong.json()["errors"]} >= {"unit", "address"}
        assert client.delete("/api/v1/contacts", params=wanted).status_code == 204
        assert client.delete("/api/v1/contacts", params=wanted).status_code == 422
        assert client.get("/api/v1/outbox").json() == {"messages": []}
        assert client.post("/api/v1/outbox/no-such/resend").status_code == 422


def test_a_calendar_address_is_made_and_closed(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        address = client.post("/api/v1/units/wj-01/calendar").json()["address"]
        assert address.startswith(site.address)
        assert httpx.get(address).headers["content-type"].startswith("text/calendar")
        assert client.delete("/api/v1/units/wj-01/calendar").status_code == 204
        assert httpx.get(address).status_code == 404
        assert client.post("/api/v1/units/wj-02/calendar").status_code == 403


def test_accounts_are_made_changed_and_ended(site: Site) -> None:
    wanted = {"role": "secretary", "display_name": "新来的", "units": ["wj-03"]}
    with site.visitor(OPERATOR) as client:
        made = client.post("/api/v1/accounts", json=wanted | {"name": "xin-03"})
        assert (made.status_code, made.json()["link"].startswith(f"{site.address}/welcome/")) == (201, True)
        token = client.post("/api/v1/tokens", json={"account": "xin-03", "label": "同步"}).json()["token"]
        bearer = {"authorization": f"Bearer {token}"}
        assert httpx.get(f"{site.address}/api/v1/account", headers=bearer).json()["units"] == ["wj-03"]
        assert client.put("/api/v1/accounts/xin-03", json=wanted | {"active": False}).status_code == 204
        assert httpx.get(f"{site.address}/api/v1/account", headers=bearer).status_code == 401
        assert client.post("/api/v1/accounts/xin-03/link").status_code == 422
        state = next(
            each for each in client.get("/api/v1/accounts").json()["accounts"] if each["name"] == "xin-03"
        )
        assert (state["active"], state["has_password"], state["tokens"]) == (False, False, 1)
        (row,) = client.get("/api/v1/tokens").json()["tokens"]
        assert client.delete(f"/api/v1/tokens/{row['id']}").status_code == 204
        assert client.put("/api/v1/accounts/nobody", json=wanted).status_code == 422
        assert client.put("/api/v1/accounts/operator", json=wanted).status_code == 422
        with site.visitor(SECRETARY) as one:
            (login,) = client.get("/api/v1/accounts/wj-01/logins").json()["logins"]
            assert client.delete(f"/api/v1/accounts/wj-01/logins/{login['key']}").status_code == 204
            assert one.get("/account").status_code == 303
