"""An event before it has an id and an instant of recording."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ledger.events.event import ClientEvent
from ledger.events.new import new_event
from ledger.json_object import JsonObject


@dataclass(slots=True, eq=False)
class Draft:
    """What was noted: when it happened, who wrote it down and when, and on which other drafts it rests.

    `target` is the record that the event names (`data.record`): its id is known only once the unit's year is
    put in the order of recording. `needs` are drafts whose members or keys it refers to: they come before it.
    """

    type: str
    subject: str
    occurred: datetime
    data: JsonObject
    by: str
    recorded: datetime
    serial: int
    whole_day: bool = False
    """Sent as a bare date (contract §2): papers have a day, gatherings an hour."""
    source: str = ""
    target: Draft | None = None
    needs: tuple[Draft, ...] = ()
    id: str = ""
    depth: int = -1
    """The length of the chain of drafts that this one rests on; -1 until settled."""
    touched: bool = field(default=False)
    """A later event corrects, retracts or doubles it: no second one is made."""

    def settle(self) -> None:
        """Move `recorded` behind everything that this draft rests on, and never before what it tells of."""
        if self.depth >= 0:
            return
        self.depth = 0
        rests_on = self.needs if self.target is None else (*self.needs, self.target)
        for other in rests_on:
            other.settle()
            self.depth = max(self.depth, other.depth + 1)
            if other.by == self.by:
                # One sitting may hold both: the order inside it goes by depth.
                self.recorded = max(self.recorded, other.recorded)
            elif self.recorded <= other.recorded:
                self.recorded = other.recorded + timedelta(minutes=50)
        assert self.recorded >= self.occurred, "nothing is logged before it happened"

    def client_event(self) -> ClientEvent:
        """Return the CloudEvent as a client sends it; the ledger's attributes are the ledger's to set."""
        data = self.data
        if self.target is not None:
            data = {"record": self.target.id, **data}
        return new_event(
            self.type,
            self.subject,
            self.occurred.date().isoformat() if self.whole_day else self.occurred.isoformat(),
            data,
            id_=self.id,
            source=self.source,
        )
