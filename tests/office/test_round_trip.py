"""A year written to a workbook and read into an empty unit: the same scorecard, to the figure and the word."""

import json
from pathlib import Path

import pytest

from .conftest import District, Run, client_events

NOT_THE_UNIT_S = ("request.", "finding.", "judgement.", "claim.", "transfer.", "appeal.", "score.")
"""What the district office logs, or what no office keeps in a workbook."""
DAYS = ("2017-06-30", "2017-09-20", "2017-12-31", "2018-01-31")


@pytest.mark.parametrize("unit", ["wj-01", "wj-02", "wj-03"])
def test_the_same_scorecard(run: Run, district: District, unit: str) -> None:
    assert run("excel", "template", unit, "全部.xlsx", "--filled", "--store", district).status == 0
    Path("nothing.jsonl").write_text("", "utf-8")
    assert run("import", "nothing.jsonl", "--store", "sqlite:///empty.db").status == 0
    done = run("excel", "import", unit, "全部.xlsx", "--store", "sqlite:///empty.db", "--json")
    assert done.status == 0, done.err[:500]
    others = [
        event for event in client_events(run, district, unit) if event["type"].startswith(NOT_THE_UNIT_S)
    ]
    Path("others.jsonl").write_text("\n".join(json.dumps(event) for event in others), "utf-8")
    assert run("import", "others.jsonl", "--store", "sqlite:///empty.db").status == 0
    for day in DAYS:
        cards = [
            run("score", unit, "--as-of", day, "--store", store, "--json").document
            for store in (district, "sqlite:///empty.db")
        ]
        for card in cards:
            assert card.pop("events") > 50
            # Attached files and the instants of recording do not travel in a workbook.
            for clause in (clause for each in card["indicators"] for clause in each["clauses"]):
                clause.pop("advice", None)
        assert cards[0] == cards[1]
    # The clock of the machine is years after that of the district: nothing may be appended, but it can be looked at.
    again = run("excel", "import", unit, "全部.xlsx", "--store", district, "--dry-run", "--json").document
    assert (again["new"], again["undecided"]) == (0, 0)


def test_every_reason_for_leaving_comes_back_as_it_was(run: Run) -> None:
    people = ["transferred", "deceased", "withdrew", "removed", "expelled", "other"]
    lines = [
        {"type": "organization.registered", "subject": "u1", "time": "2026-01-01",
         "data": {"name": "实验小学党支部", "kind": "branch"}},
        *({"type": "member.joined", "subject": "u1", "time": "2026-01-01", "data": {"member": f"m-{reason}"}}
          for reason in people),
        *({"type": "member.left", "subject": "u1", "time": "2026-03-01",
           "data": {"member": f"m-{reason}", "reason": reason}} for reason in people),
    ]  # fmt: skip
    text = "\n".join(
        json.dumps({"specversion": "1.0", "id": f"e{number}", "source": "urn:tests", **each})
        for number, each in enumerate(lines)
    )
    Path("leavings.jsonl").write_text(text, "utf-8")
    assert run("import", "leavings.jsonl", "--store", "sqlite:///first.db").status == 0
    made = run("excel", "template", "u1", "全部.xlsx", "--filled", "--store", "sqlite:///first.db")
    assert made.status == 0, made.err
    Path("nothing.jsonl").write_text("", "utf-8")
    assert run("import", "nothing.jsonl", "--store", "sqlite:///second.db").status == 0
    done = run("excel", "import", "u1", "全部.xlsx", "--store", "sqlite:///second.db")
    assert done.status == 0, done.err
    reasons = {
        event["data"]["member"]: event["data"]["reason"]
        for event in client_events(run, "sqlite:///second.db", "u1")
        if event["type"] == "member.left"
    }
    assert reasons == {f"m-{reason}": reason for reason in people}
