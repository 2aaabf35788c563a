"""The report for an inspector: the same figures in HTML and JSON, and what is broken is said in the report itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from tests.taizhang.conftest import Run

from .conftest import add_events, vkey
from .test_mutations import tampering
from .test_witness import witness_for


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.outside: list[str] = []

    def handle_data(self, data: str) -> None:
        if self.lasttag != "style":
            self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.outside += [
            value or ""
            for name, value in attrs
            if name in ("src", "href") and not (value or "").startswith("#")
        ]


def page(path: str) -> tuple[str, list[str]]:
    parser = _Words()
    parser.feed(Path(path).read_text("utf-8"))
    return " ".join(" ".join(parser.words).split()), parser.outside


def test_a_sound_ledger(ledger: Run) -> None:
    with witness_for(vkey(ledger)) as (address, key):
        ledger("witness", address, "--key", key)
    found = ledger("audit", "--html", "report.html", "--json").document
    assert (found["ledger"], found["events"], found["problem"]) == ("taizhang/taizhang", 301, None)
    assert found["checkpoint"] == ledger("checkpoint").out
    assert [(anchor["kind"], anchor["size"]) for anchor in found["anchors"]] == [("witness", 300)]
    assert found["days_since_last_anchor"] == 0
    (unit,) = found["units"]
    assert (unit["unit"], unit["entries"], len(unit["late"])) == ("wj-01", 299, 299)
    assert sum(unit["lag"]["steps"].values()) == 299
    assert len(unit["bursts"]) == 1
    words, outside = page("report.html")
    assert outside == [], "the report fetches nothing from anywhere"
    assert "全部核对一致" in words
    assert found["root"] in words
    assert "taizhang/district/witness" in words
    assert f"第{1}次" not in words, "it says when things were recorded, not what they say"
    assert len(re.findall(r"<svg", Path("report.html").read_text())) == 1


def test_a_ledger_that_was_altered(ledger: Run) -> None:
    with tampering() as connection:
        connection.execute("UPDATE events SET leaf = zeroblob(32) WHERE sequence = 9")
    done = ledger("audit", "--html", "report.html", "--json")
    assert done.status == 1
    assert "第 9 号" in done.document["problem"]
    assert done.document["checkpoint"] is None
    words, _outside = page("report.html")
    assert "查出问题" in words
    assert "第 9 号" in words


def test_one_unit_one_year_in_english(ledger: Run) -> None:
    add_events(ledger, 3, start=300)
    found = ledger("audit", "wj-01", "--year", "2016", "--json").document
    assert found["units"][0]["entries"] == 0
    assert ledger("audit", "wj-02").status == 1
    done = ledger("--lang", "en", "audit", "--html", "report.html", "--late-days", "100000")
    assert done.status == 0
    words, _outside = page("report.html")
    assert re.search("[\u4e00-\u9fff]", words.replace("某校党支部", "")) is None
    assert "0 late" in done.out
