"""A district's year carried to its end, press by press: judged, signed, published, objected to, final, archived."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from openpyxl import load_workbook

from projections.results import Stage
from taizhang.documents.year_archive import Archive, archive_year
from taizhang.evidence.folder import EvidenceFolder

from .reviewing import events_of, hidden, live_on, settle
from .site import ASSESSOR, Site
from .test_signing import sheet

AFTER_THE_YEAR, PUBLISHED_UNTIL, LATER = date(2018, 2, 20), date(2018, 2, 27), date(2018, 3, 5)


@dataclass
class Signed:
    """What signing a district took an assessor and the machine."""

    units: int
    one_by_one: int
    """Units that had something open, and were signed on their own sheets."""
    clicks: int
    seconds: float


def judge(site: Site, units: list[str], *, left_open: int) -> None:
    """Let it be February, and decide for all units but the last *left_open* whatever waits for an assessor."""
    live_on(site, AFTER_THE_YEAR)
    for unit in units[: len(units) - left_open]:
        settle(site, unit)


def sign(site: Site, units: list[str]) -> Signed:
    """Sign everybody: those that have nothing open at one press, the others one after another."""
    began = perf_counter()
    with site.visitor(ASSESSOR) as client:
        page = client.get("/review/sign?year=2017")
        clicks = 1  # the page was opened
        ready = re.findall(r'name="unit" value="([^"]*)"', page.text)
        said = {"form": hidden(page, "form"), "year": "2017", "unit": ready}
        assert client.post("/review/sign", data=said).status_code == 303
        clicks += 1  # 全部签字
        signed = {each.split()[0] for each in ready}
        left = [unit for unit in units if unit not in signed]
        if left:
            clicks += 1  # the first sheet was opened; each press leads on to the next
        for unit in left:
            answer = client.post(f"/review/units/{unit}/sign", data=sheet(client, unit) | {"act": "next"})
            assert answer.status_code == 303
            clicks += 2  # the tick that something is open, and the press
    return Signed(len(units), len(left), clicks, perf_counter() - began)


def publish(site: Site) -> None:
    """Publish all that is signed."""
    with site.visitor(ASSESSOR) as client:
        page = client.get("/review/results")
        said = {
            "form": hidden(page, "form"),
            "year": "2017",
            "unit": re.findall(r'name="unit" value="([^"]*)"', page.text),
            "starts_on": AFTER_THE_YEAR.isoformat(),
            "ends_on": PUBLISHED_UNTIL.isoformat(),
        }
        assert client.post("/review/results/publish", data=said).status_code == 303


def object_and_answer(site: Site, unit: str, secretary: str) -> None:
    """Let *unit* confirm its result, object to a clause, and be answered."""
    with site.visitor(secretary) as own, site.visitor(ASSESSOR) as office:
        page = own.get(f"/units/{unit}/result")
        said = {name: hidden(page, name) for name in ("form", "year", "signing")}
        assert own.post(f"/units/{unit}/result/confirm", data=said).status_code == 303
        form = hidden(own.get(f"/units/{unit}/appeals?year=2017"), "form")
        filed = {"form": form, "year": "2017", "clause": "2.1", "reason": "会议已开"}
        assert own.post(f"/units/{unit}/appeals", data=filed).status_code == 303
        (appeal,) = [
            each for each in events_of(site, unit, "appeal.filed") if each["data"]["reason"] == "会议已开"
        ]
        answer = {
            "form": "answer-of-the-year",
            "record": appeal["id"],
            "verdict": "rejected",
            "reason": "未见记录",
        }
        assert office.post(f"/review/units/{unit}/decide", data=answer).status_code == 303


def archive(site: Site, folder: Path) -> Archive:
    """Archive the year once every result is final."""
    live_on(site, LATER)
    rubric = site.session.shelf.get("wujin-2017")
    stages = {each.result.stage(two_signatures=False) for each in site.session.year_table(rubric, LATER)}
    assert stages == {Stage.FINAL}
    return archive_year(site.session, rubric, folder, EvidenceFolder(site.options.evidence))


def agrees_with_the_ledger(site: Site, made: Archive) -> None:
    """Hold every package's figures to the ledger's: its scorecard, its signing, the table of results."""
    assert made.not_final == []
    district = _opened(made.packages[-1])
    table = load_workbook(io.BytesIO(district["data/文书/汇总表.xlsx"])).worksheets[0]
    rows = list(table.iter_rows(values_only=True))
    for unit in site.session.store.units():
        files = _opened(next(path for path in made.packages if f"-{unit}-" in path.name))
        assert files["data/记录/events.jsonl"].splitlines() == list(site.session.store.export(unit))
        card = json.loads(files["data/记录/scorecard.json"])
        with site.session.store.read():
            own = site.session.projections.score(
                site.session.store, unit, site.session.clock.today(), None, "wujin-2017"
            )
            assert card["total"] == own.as_json(str)["total"]
        signing = events_of(site, unit, "score.signed")[-1]["data"]
        assert (signing["score"], signing["bonus"]) == (card["total"]["score"], card["total"]["bonus"])
        name = card["name"]
        row = next(each for each in rows if unit in each or name in each)
        figures = [float(each) for each in row if isinstance(each, int | float)]
        assert float(signing["score"]) in figures
        indicators: list[dict[str, Any]] = signing["indicators"]
        assert sum(float(each["score"]) for each in indicators) == float(signing["score"]) + float(
            signing["bonus"]
        )


def _opened(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}
