"""A finding is closed by an assessor: until somebody has looked again, what the unit says is 待复查."""

from __future__ import annotations

from .reviewing import UNIT, event, hidden, text
from .site import ASSESSOR, Site


def test_closed_by_a_look_and_open_again_when_returned(site: Site) -> None:
    site.record(
        event("f1", "finding.raised", UNIT, "2017-09-10", finding="f", text="台账缺页", due_on="2017-09-30"),
        event("r1", "finding.rectified", UNIT, "2017-09-15", finding="f", text="已补齐"),
    )
    with site.visitor(ASSESSOR) as client:
        page = client.get(f"/review?tab=rectified&unit={UNIT}")
        shown = text(page)
        assert "整改待复查 1" in shown
        assert "问题：台账缺页（2017-09-30 前整改）" in shown
        assert "单位说：已补齐" in shown
        assert "待复查" in text(client.get(f"/review/units/{UNIT}"))

        def say(verdict: str, tab: str, **more: str) -> None:
            form = client.get(f"/review?tab={tab}&unit={UNIT}")
            said = {name: hidden(form, name) for name in ("form", "seen", "back")}
            said |= {"record": "r1", "verdict": verdict, **more}
            assert client.post("/review", data=said).status_code == 303

        say("returned", "rectified", reason="还缺三页")
        assert "要求与问题 1" in text(client.get(f"/review?tab=asked&unit={UNIT}"))
        site.record(event("r2", "finding.rectified", UNIT, "2017-09-18", finding="f"))
        assert "整改待复查 1" in text(client.get(f"/review?tab=rectified&unit={UNIT}"))
        form = client.get(f"/review?tab=rectified&unit={UNIT}")
        said = {name: hidden(form, name) for name in ("form", "seen", "back")}
        assert client.post("/review", data=said | {"only": "r2"}).status_code == 303
        assert "待复查" not in text(client.get(f"/review/units/{UNIT}"))
