"""Cases that a sensible assessor disputed under the first contract, each with what is right and why.

The events of a case are in tests/cases/disputed; figures are status and loss in score/floor/ceiling.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.projections.adapter import product_in

FOLDER = Path(__file__).parent.parent / "cases" / "disputed"
UNIT = "u-01"
LATER = datetime(2018, 6, 1, tzinfo=UTC)

CASES = [
    ("022", "2.1", "2017-04-01", "open 0/3/0", "registered on 31 March: one day of the quarter is no quarter"),
    ("035", "8.2", "2017-10-01", "missed 1/1/1", "a unit whose branches have all closed holds its own meetings"),
    ("037", "8.1", "2018-01-01", "met 0/0/0", "an activity day of the whole school is that of each branch"),
    ("038", "8.5", "2018-01-01", "met 0/0/0", "a lecture before all members is each branch's"),
    ("070", "9.2", "2018-01-01", "missed 1/1/1", "a leader belongs in his own branch's meeting"),
    ("078", "14.2", "2017-09-02", "open 0/3/0", "a new school's line starts on its first day"),
    ("078", "14.2", "2018-01-01", "met 0/0/0", "four months of twelve: two items of six"),
    ("079", "14.2", "2017-12-31", "behind 0/3/0", "six times the same title and address is one item"),
    ("093", "22.2", "2018-01-01", "missed 2/2/2", "the unit's own plan counts, not a branch's of before"),
    ("096", "24.4", "2018-01-01", "missed 1/1/1", "the source knows no exception for it"),
    ("120", "12.1", "2018-02-10", "judged 2/2/2", "people judge after the evidence has closed"),
    ("127", "23.1", "2018-01-01", "missed 3/3/3", "it is asked of every branch"),
    ("201", "22.2", "2017-12-31", "behind 0/2/0", "one day in four branches is one service day"),
    ("202", "6.5", "2017-09-20", "open 0/2/0", "a late joiner's line starts on his day"),
    ("205", "9.1", "2017-07-01", "open 0/1/0", "the unit held it while it was one branch"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "clause", "day", "right", "why"), CASES, ids=lambda part: part[:10])
def test_a_disputed_case_comes_out_right(
    case: str, clause: str, day: str, right: str, why: str, tmp_path: Path
) -> None:
    lines = (FOLDER / f"{case}.jsonl").read_text("utf-8").splitlines()
    with product_in(tmp_path) as product:
        product.append(LATER, [json.loads(line) for line in lines])
        card = product.scorecard(UNIT, date.fromisoformat(day))
    assert card is not None
    found = next(
        each for indicator in card["indicators"] for each in indicator["clauses"] if each["id"] == clause
    )
    losses = "/".join(found[name] for name in ("loss", "floor_loss", "ceiling_loss"))
    assert f"{found['status']} {losses}" == right, why


@pytest.mark.parametrize(("works", "said"), [((None, None, None), False), (("w", "w", None), True)])
def test_only_what_shares_a_work_is_said_to_count_once(
    works: tuple[str | None, ...], said: bool, tmp_path: Path
) -> None:
    events = [
        event("u", "organization.registered", "2017-01-01", name="柳河小学", kind="branch"),
        *(
            event(
                f"h{number}", "honor.received", "2017-05-01", honor="research_article", level="city",
                title=f"论文{number}", **({"work": work} if work else {}),
            )
            for number, work in enumerate(works)
        ),
    ]  # fmt: skip
    with product_in(tmp_path) as product:
        product.append(LATER, events)
        card = product.scorecard(UNIT, date(2017, 6, 1))
    assert card is not None
    clauses = [each for indicator in card["indicators"] for each in indicator["clauses"]]
    because = next(each["because"] for each in clauses if "论文0" in each["because"])
    assert ("只按最高一次计" in because) is said


def event(event_id: str, event_type: str, day: str, /, **data: object) -> dict[str, object]:
    return {
        "specversion": "1.0", "id": event_id, "source": "/t", "type": event_type, "subject": UNIT, "time": day,
        "data": data,
    }  # fmt: skip
