"""What an auditor takes along from the pages, and what is in it."""

from __future__ import annotations

import io
import json

from openpyxl import load_workbook

from ledger.signing.note import parse_note
from ledger.signing.tlog_proof import parse_tlog_proof

from .reviewing import UNIT, event, text
from .site import AUDITOR, SECRETARY, Site, activity


def test_checkpoint_and_proof_agree_and_are_signed(site: Site) -> None:
    stored = next(each for each in site.session.store.stream(UNIT) if each["type"] == "activity.held")
    with site.visitor(AUDITOR) as client, site.visitor(SECRETARY) as secretary:
        page = client.get("/audit/verify").text
        assert 'href="/audit/checkpoint.txt"' in page
        note = parse_note(client.get("/audit/checkpoint.txt").content)
        keys = client.get("/audit/keys.txt").text.split()
        assert any(key.split("+")[0] == signature.name for key in keys for signature in note.signatures)
        assert f"/audit/proof?id={stored['id']}" in client.get(f"/records/{stored['id']}").text
        answer = client.get("/audit/proof", params={"id": stored["id"]})
        assert "attachment" in answer.headers["content-disposition"]
        proof = parse_tlog_proof(answer.content)
        assert proof.index == int(stored["sequence"]) - 1
        assert note.text in answer.text
        assert client.get("/audit/proof", params={"id": "nothing"}).status_code == 404
        for address in (
            "/audit/checkpoint.txt",
            "/audit/keys.txt",
            "/audit/backdating",
            "/audit/export.xlsx",
        ):
            assert secretary.get(address).status_code == 403


def test_when_things_were_written_down_on_a_page_and_as_excel(site: Site) -> None:
    site.record(*(activity(f"old{day}", UNIT, f"2017-03-{day:02}", "study_session") for day in range(1, 11)))
    site.record(
        event("looked", "finding.raised", UNIT, "2017-09-20", finding="f", text="缺页", due_on="2017-10-01")
    )
    site.record(
        event(
            "moved",
            "record.corrected",
            UNIT,
            "2017-09-20",
            record="old1",
            reason="记错日子",
            time="2017-03-20",
        )
    )
    with site.visitor(AUDITOR) as client:
        page = text(client.get(f"/audit/backdating?unit={UNIT}"))
        assert "集中补录" in page
        assert "2017-03-01 → 2017-03-20" in page
        assert "记错日子" in page
        book = load_workbook(io.BytesIO(client.get("/audit/backdating.xlsx?year=2017").content))
        names = [name.partition(" ")[2] for name in book.sheetnames]
        assert names == ["各单位", "晚记入的", "集中补录", "季度过后的更正"]
        late = {row[-1]: row for row in book.worksheets[1].iter_rows(values_only=True)}
        assert {f"old{day}" for day in range(2, 11)} <= set(late)
        burst = [row for row in book.worksheets[2].iter_rows(values_only=True) if row[4] == "2017-09-20"]
        assert any(row[3] >= 9 for row in burst)
        assert any("记错日子" in row for row in book.worksheets[3].iter_rows(values_only=True))


def test_events_as_excel_are_those_of_the_ledger(site: Site) -> None:
    site.record(activity("formula", UNIT, "2017-09-01", "study_session", topic="=1+1"))
    with site.visitor(AUDITOR) as client:
        sheet = load_workbook(io.BytesIO(client.get(f"/audit/export.xlsx?unit={UNIT}").content)).worksheets[0]
        assert client.get("/audit/export.xlsx?unit=nobody").status_code == 404
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    stored = [json.loads(line) for line in site.session.store.export(UNIT)]
    assert [row[0] for row in rows] == [int(each["sequence"]) for each in stored]
    assert [json.loads(str(row[7])) for row in rows] == [each["data"] for each in stored]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
