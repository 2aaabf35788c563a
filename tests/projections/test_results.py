"""How far a unit's year has come, from day to day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from projections.records import Records
from projections.results import Stage, result_of

FIGURES = {"for_year": 2017, "score": "90", "bonus": "0"}


def stream(*said: tuple[str, str, str, dict[str, Any]]) -> Records:
    """Return the records of events: id, type, day, data."""
    return Records(
        "wj-01",
        [
            {
                "specversion": "1.0", "id": id_, "source": "urn:tests", "type": kind, "subject": "wj-01",
                "time": f"{day}T00:00:00+08:00", "data": data, "sequence": f"{number:012}",
                "recordedtime": f"{day}T00:00:00.000000Z", "authtype": "user", "authid": "assessor-1",
            }
            for number, (id_, kind, day, data) in enumerate(said, 1)
        ],
    )  # fmt: skip


SIGNED = ("s", "score.signed", "2018-02-20", FIGURES)
SECOND = ("c", "score.countersigned", "2018-02-21", {"signing": "s"})
PUBLISHED = (
    "p", "result.published", "2018-02-22", {"signing": "s", "starts_on": "2018-02-23", "ends_on": "2018-03-01"},
)  # fmt: skip
APPEAL = (
    "a",
    "appeal.filed",
    "2018-02-28",
    {"appeal": "k", "clause": "2.1", "reason": "x", "for_year": 2017},
)
LATE = ("a", "appeal.filed", "2018-03-02", APPEAL[3])
DECIDED = ("d", "appeal.decided", "2018-03-05", {"appeal": "k", "verdict": "rejected", "reason": "x"})


@pytest.mark.parametrize(
    ("said", "day", "stage"),
    [
        ((), "2018-02-20", Stage.UNSIGNED),
        ((SIGNED,), "2018-02-19", Stage.UNSIGNED),
        ((SIGNED,), "2018-02-20", Stage.SECOND),
        ((SIGNED, SECOND), "2018-02-21", Stage.SIGNED),
        ((SIGNED, SECOND, PUBLISHED), "2018-03-01", Stage.PUBLISHED),
        ((SIGNED, SECOND, PUBLISHED), "2018-03-02", Stage.FINAL),
        ((SIGNED, SECOND, PUBLISHED, APPEAL), "2018-03-01", Stage.PUBLISHED),
        ((SIGNED, SECOND, PUBLISHED, APPEAL), "2018-03-02", Stage.OBJECTED),
        ((SIGNED, SECOND, PUBLISHED, APPEAL, DECIDED), "2018-03-05", Stage.FINAL),
        ((SIGNED, SECOND, PUBLISHED, LATE), "2018-03-02", Stage.FINAL),
    ],
)
def test_stages(said: tuple[Any, ...], day: str, stage: Stage) -> None:
    assert result_of(stream(*said), 2017, date.fromisoformat(day)).stage(two_signatures=True) is stage


def test_one_signature_is_enough_where_no_second_is_asked_for() -> None:
    assert result_of(stream(SIGNED), 2017, date(2018, 2, 20)).stage(two_signatures=False) is Stage.SIGNED
    assert result_of(stream(SIGNED), 2016, date(2018, 2, 20)).stage(two_signatures=False) is Stage.UNSIGNED


def test_signed_anew_it_is_told_that_another_figure_was_published() -> None:
    again = ("s2", "score.signed", "2018-03-06", FIGURES | {"supersedes": "s", "reason": "申诉成立"})
    found = result_of(stream(SIGNED, SECOND, PUBLISHED, again), 2017, date(2018, 3, 6))
    assert found.changed_since
    assert found.second is None, "the second signature was under the first one"
    assert found.stage(two_signatures=False) is Stage.FINAL
    assert found.ends_on is not None
    assert not found.takes_objections()
    assert result_of(stream(SIGNED, PUBLISHED), 2017, found.ends_on - timedelta(1)).takes_objections()
