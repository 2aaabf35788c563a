"""Appeals and signings stand beside the score and never move it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from projections.appeals import appeals
from projections.signing import signed, signings
from rubric.catalog import builtin
from tests.projections.adapter import Product, product_in

UNIT = "wj-07"
NOW = datetime(2018, 2, 9, 4, 0, tzinfo=UTC)


def event(event_id: str, type_: str, day: str, /, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "/tests",
        "type": type_,
        "subject": UNIT,
        "time": day,
        "data": data,
    }


def signing(event_id: str, day: str, score: str, **more: Any) -> dict[str, Any]:
    indicators = [{"no": 1, "score": score}]
    figures = {"score": score, "floor": "30", "ceiling": "96", "bonus": "0", "indicators": indicators}
    basis = {
        "for_year": 2017,
        "rubric": "wujin-2017",
        "rubric_version": 1,
        "rubric_sha256": builtin()[0].sha256,
        "as_of": "2018-01-31",
        "sequence": 2,
    }
    return event(event_id, "score.signed", day, **basis, **figures, **more)


@pytest.fixture
def product(tmp_path: Path) -> Any:
    with product_in(tmp_path) as product:
        product.append(
            NOW,
            [
                event("unit", "organization.registered", "2016-01-01", name="示范支部", kind="branch"),
                event("judged", "judgement.passed", "2017-12-12", clause="10.1", deduct="1", reason="缺材料"),
            ],
        )
        yield product


def test_nothing_of_it_moves_the_advice(product: Product) -> None:
    days = date(2017, 12, 31), date(2018, 1, 31), date(2018, 2, 9)
    before = [product.scorecard(UNIT, day) for day in days]
    row = product.board_row(UNIT, days[-1])
    first = signing("s1", "2018-02-05", "99")
    for step in (
        event(
            "filed", "appeal.filed", "2018-02-01", appeal="a1", clause="10.1", reason="材料齐", for_year=2017
        ),
        event("decided", "appeal.decided", "2018-02-02", appeal="a1", verdict="upheld", reason="属实"),
        first,
        signing("s2", "2018-02-06", "98", supersedes="s1", reason="再核"),
    ):
        product.append(NOW, [step])
        for afresh in (False, True):
            after = [product.scorecard(UNIT, day, afresh=afresh) for day in days]
            assert [card and card | {"events": 0} for card in after] == [
                card and card | {"events": 0} for card in before
            ]
        assert product.board_row(UNIT, days[-1]) == row


def test_the_last_signing_that_was_not_taken_back_stands(product: Product) -> None:
    session = product.session

    def stands(day: date = date.max) -> str | None:
        with session.store.read():
            found = signed(session.projections.records(session.store, UNIT), 2017, day)
            return found and found.id

    assert stands() is None
    product.append(NOW, [signing("s1", "2018-02-05", "99")])
    product.append(NOW, [signing("s2", "2018-02-06", "98", supersedes="s1", reason="再核")])
    assert (stands(), stands(date(2018, 2, 5)), stands(date(2018, 2, 4))) == ("s2", "s1", None)
    records = session.projections.records(session.store, UNIT)
    assert [(each.id, each.by) for each in signings(records, 2017)] == [
        ("s1", "secretary"),
        ("s2", "secretary"),
    ]
    assert signings(records, 2016) == []
    product.append(NOW, [event("r", "record.retracted", "2018-02-07", record="s2", reason="签错")])
    assert stands() == "s1"


def test_an_appeal_stands_beside_its_decision(product: Product) -> None:
    session = product.session
    filing = {"clause": "10.1", "reason": "材料齐", "for_year": 2017}
    product.append(
        NOW,
        [
            event("filed", "appeal.filed", "2018-02-01", appeal="a1", **filing),
            event("gone", "appeal.filed", "2018-02-01", appeal="a2", **filing | {"clause": "2.1"}),
            event("r", "record.retracted", "2018-02-01", record="gone", reason="不申诉了"),
            event(
                "decided", "appeal.decided", "2018-02-03", appeal="a1", verdict="rejected", reason="不属实"
            ),
        ],
    )
    records = session.projections.records(session.store, UNIT)
    (appeal,) = appeals(records, 2017)
    assert (appeal.key, appeal.clause, appeal.year) == ("a1", "10.1", 2017)
    assert appeal.decision is not None
    assert appeal.decision.data["verdict"] == "rejected"
    (waiting,) = appeals(records, day=date(2018, 2, 2))
    assert waiting.decision is None
    assert appeals(records, 2018) == []
