"""The product behind two plain functions, as the scenarios and the reference scorer are asked: scorecard, members."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from ledger.problem import Refused
from ledger.store.protocol import Appended, Recorder
from projections.not_scored import NotScored
from projections.service import Projections
from rubric.catalog import RubricCatalog
from taizhang.app.ledger import OpenLedger
from taizhang.startup.open_ledger import open_ledger

Event = dict[str, Any]
RUBRIC = "wujin-2017"


class Product:
    """A ledger with its projections, opened as the program opens it."""

    def __init__(self, session: OpenLedger) -> None:
        self.session = session

    def append(self, now: datetime, events: list[Event]) -> Appended:
        """Appends at this clock; a refusal is told in full."""
        lines = [(number, orjson.dumps(event)) for number, event in enumerate(events, 1)]
        try:
            return self.session.store.append(lines, by=Recorder("secretary", clock_is_right=True), now=now)
        except Refused as refused:
            told = "; ".join(
                f"{problem.line} {problem.field}: {problem.text}" for problem in refused.problems
            )
            raise AssertionError(f"refused: {told}") from refused

    def append_all(self, appends: list[tuple[datetime, list[Event]]]) -> None:
        """Lives through a history, append by append."""
        for now, events in appends:
            self.append(now, events)

    def stored(self, unit: str) -> list[Event]:
        """The unit's events as they are stored."""
        return [dict(event) for event in self.session.store.stream(unit)]

    def scorecard(
        self, unit: str, as_of: date, known_at: str | None = None, *, afresh: bool = False
    ) -> dict[str, Any] | None:
        """The scorecard, None where the unit is not there; `afresh` with nothing kept in memory."""
        projections = self.projections(afresh)
        try:
            return projections.score(self.session.store, unit, as_of, known_at, RUBRIC).as_json(str)
        except NotScored:
            return None

    def members(self, unit: str, as_of: date, *, afresh: bool = False) -> list[dict[str, Any]]:
        """Everybody in the tree with his hours."""
        answer = self.projections(afresh).members(self.session.store, unit, as_of, RUBRIC)
        rows = answer.as_json(str)["members"]
        assert isinstance(rows, list)
        return rows

    def board_row(self, unit: str, as_of: date) -> dict[str, Any] | None:
        """The unit's row of the board, from the rows that are kept."""
        rows = self.session.projections.board(self.session.store, as_of, RUBRIC).as_json(str)["units"]
        return next((row for row in rows if row["unit"] == unit), None)

    def projections(self, afresh: bool) -> Projections:
        """Those of the session, or new ones."""
        return Projections(RubricCatalog()) if afresh else self.session.projections


@contextmanager
def product_in(folder: Path, name: str = "ledger.db") -> Iterator[Product]:
    """A fresh ledger in the folder."""
    with open_ledger(f"sqlite:///{(folder / name).absolute()}", new=True) as session:
        yield Product(session)
