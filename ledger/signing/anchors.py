"""Anchors: what somebody outside said about the ledger's state at an instant, read from the ledger's own events.

An anchor of the first n events shows that they were there at its instant; every event after the anchor's own place
was recorded later than that instant. So each record stands between two anchors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.events.event import StoredEvent, instant_of
from ledger.json_object import JsonObject
from ledger.signing.checkpoint import read_checkpoint
from ledger.signing.note import VerifierKey

KIND = "anchor.recorded"
OUTSIDE = ("timestamp", "witness")
"""Kinds of anchors that somebody else made; a change of key is the ledger's own."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """One anchor: its place in the ledger, the number of events it covers, who made it and when."""

    sequence: int
    size: int
    kind: str
    authority: str
    instant: datetime

    @property
    def name(self) -> str:
        """Who made it, as people call it: the name in a witness's key, else the address as it stands."""
        return VerifierKey.parse(self.authority).name if self.kind == "witness" else self.authority


@dataclass(frozen=True, slots=True)
class Standing:
    """What is proved of one record: recorded after the one anchor and before the other, None where there is none."""

    after: Anchor | None
    before: Anchor | None
    witnesses: tuple[str, ...] = ()
    """Everybody who vouched for a state that holds the record."""
    seen: Anchor | None = None
    """The first checkpoint with the record that a witness, such as the ledger above, saw; None where none did."""


def anchors_of(events: Iterable[StoredEvent]) -> list[Anchor]:
    """Return the outside anchors among *events* (`store.stream("")`), in ledger order."""
    found = []
    for event in events:
        data: JsonObject = event["data"]
        if event["type"] != KIND or data["kind"] not in OUTSIDE:
            continue
        checkpoint, _ = read_checkpoint(data["checkpoint"].encode())
        found.append(
            Anchor(
                int(event["sequence"]),
                checkpoint.size,
                data["kind"],
                data["authority"],
                instant_of(event["time"]),
            )
        )
    return found


def standing(sequence: int, anchors: Sequence[Anchor]) -> Standing:
    """Return between which of *anchors* the event of *sequence* was recorded."""
    earlier = [anchor for anchor in anchors if anchor.sequence < sequence]
    covering = [anchor for anchor in anchors if anchor.size >= sequence]
    return Standing(
        max(earlier, key=lambda anchor: anchor.instant, default=None),
        min(covering, key=lambda anchor: anchor.instant, default=None),
        tuple(dict.fromkeys(anchor.name for anchor in covering)),
        min((each for each in covering if each.kind == "witness"), key=lambda each: each.size, default=None),
    )


def gap_since_last(anchors: Sequence[Anchor], now: datetime) -> timedelta | None:
    """Return how long ago the last outside anchor was made, None when there was never one."""
    last = max((anchor.instant for anchor in anchors), default=None)
    return None if last is None else max(now - last, timedelta())
