"""Lists of people outside the pages: the terminal's, and what a template offers."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl

from .conftest import Run


def test_people_are_listed_in_the_rosters_order(run: Run) -> None:
    """As they joined, in the list, the API's answer and the template's choice; by random ids it would be any."""
    said = [
        {"type": "organization.registered", "data": {"name": "某校党支部", "kind": "branch"}},
        *({"type": "member.joined", "data": {"member": member}} for member in ("m-z", "m-k", "m-a")),
    ]
    lines = [
        {
            "specversion": "1.0",
            "id": str(number),
            "source": "t",
            "subject": "wj-01",
            "time": "2017-01-01",
            **each,
        }
        for number, each in enumerate(said)
    ]
    Path("roster.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    assert run("import", "roster.jsonl").status == 0
    for member, name in (("m-a", "张三"), ("m-k", "李四"), ("m-z", "王五")):
        assert run("people", "set", member, "--unit", "wj-01", "--name", name).status == 0
    found = run("people", "list", "wj-01", "--json").document["people"]
    assert [each["name"] for each in found] == ["王五", "李四", "张三"]
    assert run("excel", "template", "wj-01", "t.xlsx").status == 0
    columns = openpyxl.load_workbook("t.xlsx")["词表"].iter_cols(values_only=True)
    assert ["王五", "李四", "张三"] in [[cell for cell in column if cell] for column in columns]
