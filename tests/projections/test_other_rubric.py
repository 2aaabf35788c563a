"""A rubric of another place, year and length, with other codes: nothing about 2017 is in the program."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.problem import Refused
from ledger.store.protocol import Recorder
from taizhang.app.rubrics import install_rubric
from taizhang.startup.open_ledger import open_ledger

SMALL = Path(__file__).parent.parent / "rubric" / "small-2019.yaml"
NOW = datetime(2020, 2, 20, tzinfo=UTC)


def event(number: int, day: str, kind: str, data: dict[str, Any], subject: str = "bh-01") -> bytes:
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": f"e{number}",
            "source": "/tests",
            "type": kind,
            "subject": subject,
            "time": day,
            "data": data,
        }
    )


HISTORY = [
    (
        "2019-01-01",
        "organization.registered",
        {"name": "海滨社区", "kind": "branch", "term_ends_on": "2019-08-31"},
    ),
    ("2019-01-05", "member.joined", {"member": "a"}),
    ("2019-07-02", "member.joined", {"member": "b"}),  # needs 10 x 6 / 12 = 5 hours
    ("2019-02-01", "activity.held", {"kinds": ["quarterly_forum"], "topic": "一季度例会"}),
    ("2019-05-06", "activity.held", {"kinds": ["quarterly_forum"], "topic": "二季度例会"}),
    (
        "2019-08-01",
        "activity.held",
        {"kinds": ["night_school"], "topic": "夜校", "study_hours": "6", "attendees": "all"},
    ),
    # Hours of another kind are no night school.
    (
        "2019-08-02",
        "activity.held",
        {"kinds": ["home_visit"], "topic": "走访", "study_hours": "9", "attendees": "all"},
    ),
    ("2019-08-20", "election.held", {"next_term_ends_on": "2022-08-31"}),
    ("2019-09-02", "activity.held", {"kinds": ["home_visit"], "topic": "走访"}),
    ("2019-10-01", "document.filed", {"document": "visit_file", "title": "走访档案"}),
    ("2019-10-08", "request.issued", {"request": "r1", "title": "名册", "due_on": "2019-10-20"}),
    ("2019-11-01", "condition.declared", {"condition": "rules_on_wall", "value": "yes"}),
    ("2019-11-11", "honor.received", {"honor": "pioneer_award", "level": "national", "title": "先锋"}),
    ("2019-12-01", "judgement.passed", {"clause": "3.2", "deduct": "0.5", "reason": "迟办"}),
    ("2020-01-10", "claim.reviewed", {"record": "e13", "verdict": "accepted"}),
    ("2020-01-15", "document.filed", {"document": "yearbook", "title": "年报", "for_year": 2019}),
]
EXPECTED = {  # on 2019-12-20 and on 2020-02-01: status, and loss in score / floor / ceiling
    "1.1": (("missed", "0.5/1/0.5"), ("missed", "1/1/1")),
    "1.2": (("behind", "0/2/0"), ("missed", "2/2/2")),
    "2.1": (("overdue", "1.5/1.5/0"), ("met", "0/0/0")),
    "2.2": (("met", "0/0/0"), ("met", "0/0/0")),
    "3.1": (("overdue", "1/1/0"), ("overdue", "1/1/0")),
    "3.2": (("judged", "0.5/0.5/0.5"), ("judged", "0.5/0.5/0.5")),
    "4.1": (("met", "0/0/0"), ("met", "0/0/0")),
    "4.2": (("met", "0/0/0"), ("met", "0/0/0")),
    "5.1": (("unearned", "2.5/2.5/0"), ("missed", "2.5/2.5/2.5")),
}


def test_another_rubric_is_installed_and_scored(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    with open_ledger(url, new=True) as session:
        install_rubric(session, SMALL.read_bytes(), SMALL.name, now=NOW)
    with open_ledger(url, new=True) as session:
        lines = [(number, event(number, *line)) for number, line in enumerate(HISTORY, 1)]
        session.store.append(lines, by=Recorder("tester"), now=NOW)
        cards = [
            session.projections.score(session.store, "bh-01", day, None, "binhai-2019").as_json(str)
            for day in (date(2019, 12, 20), date(2020, 2, 1))
        ]
        assert [card["rubric"] for card in cards] == ["binhai-2019", "binhai-2019"]
        for place, card in enumerate(cards):
            clauses = {clause["id"]: clause for group in card["indicators"] for clause in group["clauses"]}
            for name, expected in EXPECTED.items():
                clause = clauses[name]
                losses = "/".join(clause[loss] for loss in ("loss", "floor_loss", "ceiling_loss"))
                assert (name, clause["status"], losses) == (name, *expected[place])
        forecasts = [Decimal(card["total"].pop("forecast")) for card in cards]
        assert Decimal("11.5") <= forecasts[0] <= 19
        assert 13 <= forecasts[1] <= 14
        assert cards[0]["total"] == {
            "full": "20", "score": "14", "floor": "11.5", "ceiling": "19", "awaiting": "0",
            "bonus": "0", "claimed": "3",
        }  # fmt: skip
        assert cards[1]["total"] == {
            "full": "20", "score": "13", "floor": "13", "ceiling": "14", "awaiting": "0", "bonus": "3", "claimed": "3",
        }  # fmt: skip
        short = session.projections.shortfalls(session.store, None, date(2019, 12, 20)).as_json(str)
        assert [(each["clause"], each["status"]) for each in short["shortfalls"]] == [
            ("1.1", "missed"), ("3.1", "overdue"), ("2.1", "overdue"), ("1.1", "open"), ("1.2", "behind"),
            ("5.1", "unearned"),
        ]  # fmt: skip
        # After the closing day the provisional 2020 is open; the rubric of 2019 can still be named.
        after = date(2020, 3, 2)
        open_then = session.projections.shortfalls(session.store, "bh-01", after)
        assert open_then.found
        assert {found.card.rubric.label for found in open_then.found} == {"binhai-2020@0"}
        assert open_then.as_json(str)["provisional"] is True
        named = session.projections.shortfalls(session.store, "bh-01", after, rubric_id="binhai-2019")
        assert {each.requirement.status for each in named.found} == {"missed"}
        # A day of a year without a rubric is scored by the provisional one, made from the nearest earlier.
        later = session.projections.score(session.store, "bh-01", date(2021, 5, 1))
        assert later.rubric.label == "binhai-2021@0"


def test_codes_of_a_rubric_that_is_not_installed_are_refused(tmp_path: Path) -> None:
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db", new=True) as session:
        lines = [(number, event(number, *line)) for number, line in enumerate(HISTORY[:4], 1)]
        with pytest.raises(Refused) as refused:
            session.store.append(lines, by=Recorder("tester"), now=NOW)
        assert [problem.field for problem in refused.value.problems] == ["data.kinds[0]"]
        assert session.store.size() == 0
