"""Looking back over the ledger for what its recorders, by their accounts of today, might not have recorded.

Only what is known today is known: somebody's role or units may have been others then, and a name without an account
(as people have at the terminal) may or may not have been let; both are told as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import orjson

from ledger.events.event import StoredEvent
from ledger.json_object import JsonMapping, JsonObject
from ledger.store.protocol import Progress, Store, Transaction
from taizhang.accounts import store as rows
from taizhang.accounts.account import Account
from taizhang.accounts.recording import why_forbidden

PAGE_EVENTS = 2000
TOLD_MAX = 200
"""Of so many the places are kept; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Overstep:
    """An event that its recorder, by his account of today, might not append."""

    sequence: int
    id: str
    type: str
    subject: str
    by: str


@dataclass
class Hindsight:
    """What looking back has found so far; `look` goes on from there. Made anew when accounts have changed."""

    last: int = 0
    """The sequence of the last event that was looked at."""
    count: int = 0
    """Events that their recorders might not append."""
    told: list[Overstep] = field(default_factory=list)
    """The first of them."""
    unknown: dict[str, int] = field(default_factory=dict)
    """Events by recorders who have no account, by name."""
    _accounts: dict[str, Account] = field(default_factory=dict)

    def look(self, store: Store, most: int | None = None, progress: Progress | None = None) -> None:
        """Look at the events that have come since, at most about *most* of them."""
        with store.read() as work:
            accounts = {each.name: replace(each, active=True) for each in rows.everybody(work.connection)}
            if accounts != self._accounts:
                self.__init__()  # type: ignore[misc]
                self._accounts = accounts
            until = None if most is None else self.last + most
            while until is None or self.last < until:
                page = work.page(self.last, PAGE_EVENTS)
                for sequence, body in page:
                    self._look_at(orjson.loads(body), _Before(store, work, sequence))
                    self.last = sequence
                if progress is not None:
                    progress(self.last)
                if not page:
                    return

    def _look_at(self, event: StoredEvent, before: _Before) -> None:
        if event["authtype"] != "user":
            # The program itself.
            return
        account = self._accounts.get(event["authid"])
        if account is None:
            self.unknown[event["authid"]] = self.unknown.get(event["authid"], 0) + 1
        # Whether the bytes of a file came along cannot be seen any more: that they did is supposed.
        elif why_forbidden(account, event, before, files=[event["data"]]) is not None:
            self.count += 1
            if len(self.told) < TOLD_MAX:
                subject = event.get("subject", "")
                self.told.append(
                    Overstep(int(event["sequence"]), event["id"], event["type"], subject, account.name)
                )

    def as_json(self) -> JsonObject:
        """Return what `verify` adds to its document: nothing where nothing was found."""
        document: dict[str, object] = {}
        if self.count:
            document["not_permitted"] = {
                "count": self.count,
                "events": [
                    {"sequence": each.sequence, "id": each.id, "type": each.type, "subject": each.subject,
                     "authid": each.by}
                    for each in self.told
                ],
            }  # fmt: skip
        if self.unknown:
            document["recorders_without_account"] = dict(sorted(self.unknown.items())[:TOLD_MAX])
        return document


@dataclass(frozen=True, slots=True)
class _Before:
    """The ledger as it was before the event *sequence*."""

    store: Store
    work: Transaction
    sequence: int

    def record(self, event_id: str) -> JsonMapping | None:
        found = self.store.find(event_id)
        return found if found is not None and int(found["sequence"]) < self.sequence else None

    def stream(self, unit: str) -> Iterator[StoredEvent]:
        return (event for event in self.work.stream(unit) if int(event["sequence"]) < self.sequence)
