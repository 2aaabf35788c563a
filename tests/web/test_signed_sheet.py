"""The signed sheet as a file: also the first thing that ever asks the ledger for a checkpoint."""

from __future__ import annotations

from rubric.catalog import builtin

from .site import ASSESSOR, SECRETARY, Site

ADDRESS = f"/units/{SECRETARY}/reports/signed/html"


def test_the_signed_sheet_of_a_ledger_that_never_signed_a_checkpoint(site: Site) -> None:
    session = site.session
    with session.store.read():
        card = session.projections.score(session.store, SECRETARY, session.clock.today()).as_json(str)
    figures = {name: card["total"][name] for name in ("score", "floor", "ceiling", "bonus")}
    data = {
        "for_year": 2017,
        "rubric": "wujin-2017",
        "rubric_version": 1,
        "rubric_sha256": builtin()[0].sha256,
        "as_of": session.clock.today().isoformat(),
        "sequence": session.store.size(),
        "indicators": [{"no": each["no"], "score": each["score"]} for each in card["indicators"]],
        **figures,
    }
    event = {"specversion": "1.0", "id": "signed-1", "source": "urn:tests", "type": "score.signed"}
    site.record(event | {"subject": SECRETARY, "time": "2017-09-20", "data": data}, by=ASSESSOR)
    with site.visitor(SECRETARY) as client:
        sheet = client.get(ADDRESS)
        assert sheet.status_code == 200
        assert session.log.origin in sheet.text
        session.log.key_file.path.unlink()
        lost = client.get(ADDRESS)
    assert lost.status_code == 409
    assert "找不到密钥文件" in lost.text
