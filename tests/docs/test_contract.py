"""Every section of the contract that code and docs cite is there to be read."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRACT = (ROOT / "docs" / "contract.md").read_text("utf-8")
ROOMS = ("ledger", "rubric", "projections", "reminders", "taizhang", "tests", "docs")
CITED = re.compile(r"contract(?:\.md)? §(\d+)")


def cited() -> dict[str, set[str]]:
    """Return the files that cite each section, by number."""
    found: dict[str, set[str]] = {}
    for room in ROOMS:
        for path in (ROOT / room).rglob("*"):
            if path.suffix in {".py", ".md", ".yaml", ".html"}:
                for number in CITED.findall(path.read_text("utf-8")):
                    found.setdefault(number, set()).add(path.relative_to(ROOT).as_posix())
    return found


def test_every_section_that_is_cited_stands_in_the_contract() -> None:
    there = set(re.findall(r"^## (\d+)\. ", CONTRACT, flags=re.MULTILINE))
    found = cited()
    assert found, "nothing cites the contract: the pattern is wrong"
    assert {number: files for number, files in found.items() if number not in there} == {}


def test_every_section_has_an_anchor_that_does_not_move() -> None:
    numbers = re.findall(r"^## (\d+)\. ", CONTRACT, flags=re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert re.findall(r'<a id="s(\d+)"></a>\n\n## (\d+)\. ', CONTRACT) == [(n, n) for n in numbers]
