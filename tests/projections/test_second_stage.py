"""Kept rows where a rubric compares units or shares something out: after every append what folding everybody gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import orjson
import pytest

from ledger.events.new import new_event
from ledger.store.protocol import Recorder
from projections import totals
from projections.checking import check_kept_rows
from projections.rebuild import fold
from projections.scored_units import as_known
from projections.service import Projections
from taizhang.app.ledger import OpenLedger
from taizhang.app.rubrics import install_rubric
from taizhang.startup.open_ledger import open_ledger

UNITS = tuple(f"u{number}" for number in range(7))
HEAD = """\
format: 2
id: {id}
year: 2024
title: 细则
closes_on: 2025-01-31
judged_until: 2025-03-31
{head}codes: {{activities: {{meeting: 例会}}}}
groups: {{east: 东片, west: 西片}}
figures: {{posts: {{name: 采用, max: 50, due: 2024-06-30}}, rate: {{name: 率, max: 100}}}}
"""
RANKED = """\
of:
- {title: 会议, points: 10, rules: [{missing: [{activity: meeting, n: 2}], as: times, lose: {each: 1}}]}
- {title: 名次, points: 20, start: zero,
   rules: [{peers: {figure: posts}, take: place, gain: {table: {1: 20, 2: 15, 4: 10}, by: place}}]}
- {title: 片内, points: 7, start: zero,
   rules: [{peers: {figure: rate}, take: mean, group: true, gain: {table: {0: 1, 90: 3, 110: 7}}}]}
- {title: 办理, points: 3,
   rules: [{peers: {items: request}, take: share_of_best, lose: {above: {at: 50, step: 25, points: 1}}}]}
"""
PLAIN = [f"- {item}" for item in RANKED.removeprefix("of:\n- ").split("\n- ")]
PLAIN = ["of:\n", *(f"{item.strip()}\n" for item in PLAIN)]
RESULT = """\
result:
  grades: [[好, 25], [中, 10], [差, 0]]
  quotas: [[好, 40]]
  prizes: {1: 3, 2: 1.5}
  at_most: [{figure: rate, below: 20, grade: 差}]
"""


def file(rubric_id: str, body: str, head: str = "") -> bytes:
    return (HEAD.format(id=rubric_id, head=head) + body).encode()


class World:
    """A ledger with a clock of its own, and random appends."""

    def __init__(self, session: OpenLedger, seed: int) -> None:
        self.session, self.random = session, Random(seed)
        self.day = date(2024, 2, 1)
        self.number = 0

    @property
    def now(self) -> datetime:
        return datetime(
            self.day.year, self.day.month, self.day.day, 4, self.number // 60, self.number % 60, tzinfo=UTC
        )

    def append(self, *said: tuple[str, str, dict[str, Any]]) -> None:
        self.number += 1
        events = []
        for kind, unit, data in said:
            given = dict(data)
            events.append(new_event(kind, unit, given.pop("time", str(self.day)), given))
        lines = [(None, orjson.dumps(event)) for event in events]
        self.session.store.append(lines, by=Recorder("tests", clock_is_right=True), now=self.now)

    def anything(self) -> None:
        pick, unit = self.random.choice, self.random.choice(UNITS)
        match pick(("posts", "posts", "rate", "meeting", "request", "group", "two")):
            case "posts":
                self.append(
                    ("figure.reported", unit, {"figure": "posts", "value": self.random.randrange(51)})
                )
            case "rate":
                self.append(
                    ("figure.reported", unit, {"figure": "rate", "value": self.random.randrange(101)})
                )
            case "meeting":
                self.append(("activity.held", unit, {"kinds": ["meeting"], "topic": f"t{self.number}"}))
            case "request":
                due = str(self.day + timedelta(days=self.random.randrange(40)))
                self.append(
                    ("request.issued", unit, {"request": f"r{self.number}", "title": "t", "due_on": due})
                )
            case "group":
                self.append(("organization.changed", unit, {"group": pick(("east", "west"))}))
            case "two":
                other = pick([each for each in UNITS if each != unit])
                self.append(
                    ("figure.reported", unit, {"figure": "posts", "value": 9}),
                    ("activity.held", other, {"kinds": ["meeting"], "topic": f"t{self.number}"}),
                )

    def folded(self, rubric_id: str) -> dict[str, tuple[Any, ...]]:
        """What everybody comes to, all streams folded."""
        rule_set = self.session.projections.rubrics.rule_set(self.day, rubric_id)
        found = {}
        with self.session.store.read() as work:
            for unit in UNITS:
                every = [fold(each, work.stream(each)) for each in (unit, *(u for u in UNITS if u != unit))]
                outcome = as_known(every, unit, rule_set, self.day)
                _, evaluation = every[0].evaluate(rule_set, self.day)
                sums = evaluation.totals()
                if every[0].records.closed(self.day) is None:
                    found[unit] = (
                        sums.score,
                        sums.floor,
                        sums.ceiling,
                        sums.forecast,
                        sums.awaiting,
                        sums.bonus,
                        outcome,
                    )
        return found

    def kept(self, rubric_id: str) -> dict[str, tuple[Any, ...]]:
        """The same from what is kept: the board's rows, and the outcome of each card."""
        projections = self.session.projections
        board = projections.board(self.session.store, self.day, rubric_id)
        return {
            row.unit: (
                row.score, row.floor, row.ceiling, row.forecast, row.awaiting, row.bonus,
                projections.score(self.session.store, row.unit, self.day, None, rubric_id).outcome,
            )
            for row in board.rows
        }  # fmt: skip


@pytest.fixture
def session(new_url: Callable[[], str]) -> Iterator[OpenLedger]:
    with open_ledger(new_url(), new=True) as session:
        yield session


def begin(session: OpenLedger, seed: int) -> World:
    world = World(session, seed)
    install_rubric(session, file("main-2024", RANKED + RESULT), now=world.now)
    install_rubric(session, file("other-2024", "".join(PLAIN[:3])), beside=True, now=world.now)
    world.append(
        *(("organization.registered", unit, {"time": "2023-01-01", "name": unit, "kind": "branch", "group": "east"})
          for unit in UNITS)
    )  # fmt: skip
    return world


@pytest.mark.parametrize("seed", range(2))
def test_what_is_kept_is_what_everybodys_events_give(session: OpenLedger, seed: int) -> None:
    world = begin(session, seed)
    for step in range(16):
        world.anything()
        if step % 3 == 0:
            world.day += timedelta(days=world.random.randrange(25))
        if step % 8 == 5:
            session.projections.renew(session.store, world.day)
            assert session.projections.board(session.store, world.day).made_anew == 0
            assert session.projections.renew(session.store, world.day) == 0
        if step % 4 == 3:
            for rubric_id in ("main-2024", "other-2024"):
                assert world.kept(rubric_id) == world.folded(rubric_id), (step, rubric_id)
            with session.store.read() as work:
                checked = check_kept_rows(work, UNITS, session.shelf, 30, world.day, None).totals
            assert checked.faults == []
    world.append(("organization.closed", "u3", {}))
    assert "u3" not in world.kept("main-2024")
    assert world.kept("main-2024") == world.folded("main-2024")
    before = world.kept("main-2024")
    session.projections.rebuild(session.store, world.day)
    assert session.projections.board(session.store, world.day).made_anew == 0
    assert world.kept("main-2024") == before
    # A program that has nothing in memory answers the same.
    others = Projections(session.shelf)
    for unit in before:
        card = others.score(session.store, unit, world.day, None, "main-2024")
        assert card.outcome == before[unit][-1]
        known = session.projections.score(session.store, unit, world.day, "2030-01-01T00:00:00Z", "main-2024")
        assert known.as_json(str) | {"known_at": None} == card.as_json(str)


def test_only_what_moves_the_others_lets_their_rows_lapse(session: OpenLedger) -> None:
    world = begin(session, 1)
    for number, unit in enumerate(UNITS):
        world.append(("figure.reported", unit, {"figure": "posts", "value": number}))
    session.projections.renew(session.store, world.day)

    def lapsed() -> set[str]:
        with session.store.read() as work:
            return {row.unit for row in totals.rows(work.connection) if row.changes_on <= row.as_of}

    assert lapsed() == set()
    world.append(("activity.held", "u1", {"kinds": ["meeting"], "topic": "t"}))
    assert lapsed() == set(), "a meeting moves nobody's place"
    assert session.projections.board(session.store, world.day).made_anew == 0
    world.append(("figure.reported", "u1", {"figure": "posts", "value": 1}))
    assert lapsed() == set(), "the same number again"
    world.append(("figure.reported", "u1", {"figure": "posts", "value": 6}))
    assert lapsed() == set(UNITS)
    assert session.projections.renew(session.store, world.day) == 2 * len(UNITS), "under both rubrics"


def test_a_ranking_stands_until_somebodys_number_turns(session: OpenLedger) -> None:
    """The day before, and the day after: u1's request falls due, and everybody else's share moves."""
    world = begin(session, 1)
    for unit in ("u1", "u2"):
        world.append(("request.issued", unit, {"request": "r", "title": "t", "due_on": "2024-03-10"}))
    world.append(("request.answered", "u2", {"request": "r"}))
    session.projections.renew(session.store, world.day)
    for day, anew in ((date(2024, 3, 10), 0), (date(2024, 3, 11), len(UNITS))):
        world.day = day
        board = session.projections.board(session.store, day)
        assert board.made_anew >= anew
        assert world.kept("main-2024") == world.folded("main-2024")


def test_a_card_names_the_day_of_the_ranking(session: OpenLedger) -> None:
    world = begin(session, 1)
    for number, unit in enumerate(UNITS):
        world.append(("figure.reported", unit, {"figure": "posts", "value": number}))

    def said(unit: str) -> str:
        card = session.projections.score(session.store, unit, world.day).as_json(str)
        because: str = card["indicators"][1]["clauses"][0]["because"]
        return because

    assert said("u5") == "按 2024-02-01 各单位情况，在 7 个单位中列第 2 名"
    world.append(("figure.reported", "u0", {"figure": "posts", "value": 50}))
    world.day = date(2024, 2, 2)
    assert said("u5") == "按 2024-02-02 各单位情况，在 7 个单位中列第 3 名"


def test_what_if_is_held_to_the_others(session: OpenLedger) -> None:
    world = begin(session, 1)
    for number, unit in enumerate(UNITS):
        world.append(("figure.reported", unit, {"figure": "posts", "value": number}))
    event: Any = new_event(
        "figure.reported", "u0", f"{world.day}T00:00:00+08:00", {"figure": "posts", "value": "40"}
    )
    then = session.projections.score_if(session.store, "u0", [event], world.day)
    world.append(("figure.reported", "u0", {"figure": "posts", "value": 40}))
    now = session.projections.score(session.store, "u0", world.day)
    assert then.outcome == now.outcome
    assert then.as_json(str)["total"] == now.as_json(str)["total"]


def test_last_years_ranking_is_kept_until_it_is_decided(session: OpenLedger) -> None:
    world = begin(session, 2)
    later = (
        file("main-2025", "".join(PLAIN[:2]))
        .decode()
        .replace("2024", "2025")
        .replace("2025-01-31", "2026-01-31")
    )
    install_rubric(session, later.replace("2025-03-31", "2026-03-31").encode(), now=world.now)
    for number, unit in enumerate(UNITS):
        world.append(("figure.reported", unit, {"figure": "posts", "value": number}))
    world.day = date(2025, 1, 20)
    session.projections.renew(session.store, world.day)
    world.append(("activity.held", "u1", {"kinds": ["meeting"], "topic": "t"}))
    board = session.projections.board(session.store, world.day, "main-2024")
    assert (len(board.rows), board.made_anew) == (len(UNITS), 0)
    assert world.kept("main-2024") == world.folded("main-2024")
