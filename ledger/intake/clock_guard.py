"""The machine's clock is not believed blindly (contract §2): a jump of it would stand in the ledger for good.

An append is refused when the clock is more than BEHIND_MAX before the last `recordedtime` or more than AHEAD_MAX after
it, unless somebody answers for the clock: by saying so with this append, or by a `clock.confirmed` in the ledger, which
holds for AHEAD_MAX from the instant that it names, as long as nothing was recorded beyond what it had seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ledger.events.event import StoredEvent, instant_of, recorded_text
from ledger.problem import Problem, Refused
from ledger.store.log import fact_of, keep_fact
from ledger.store.protocol import Transaction
from ledger.store.sql import Connection
from ledger.text import Text

BEHIND_MAX = timedelta(minutes=5)
AHEAD_MAX = timedelta(days=180)
CONFIRMED = "clock.confirmed"
_STEPS_MAX = timedelta(hours=1)
"""What a microsecond an append comes to: under a clock that is behind, recordedtime goes on in such steps."""
_UNGUARDED = "unguarded_clock"


class ClockRefused(Refused):
    """The clock is far from the last recordedtime, and nobody answers for it."""


@dataclass(frozen=True, slots=True)
class ClockDoubt:
    """The clock says *now*, the ledger's last `recordedtime` is *last*."""

    now: datetime
    last: datetime

    @property
    def is_behind(self) -> bool:
        """Whether the clock is before what is recorded; else it is far after it."""
        return self.now < self.last

    @property
    def text(self) -> Text:
        """What is wrong, and who can mend it."""
        values = {"now": written(self.now), "last": written(self.last)}
        if self.is_behind:
            return Text(
                "机器的时钟是 {now}，比台账最后一次入账的时间 {last} 还早，现在不能记入；"
                "请系统管理员校准时钟，时钟没有错的请他确认",
                **values,
            )
        return Text(
            "机器的时钟是 {now}，比台账最后一次入账的时间 {last} 晚了半年以上，现在不能记入；"
            "请系统管理员校准时钟，时钟没有错的请他确认",
            **values,
        )


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Somebody answered for the clock: at *sequence*, it said *clock* and the last `recordedtime` was *last*."""

    sequence: int
    clock: datetime
    last: datetime
    by: str
    reason: str


def check_clock(work: Transaction, last_recorded: str, now: datetime) -> None:
    """Raise ClockRefused when an append behind *last_recorded* ("" for none) at the clock *now* is not to be."""
    doubt = clock_doubt(work, last_recorded, now)
    if doubt is not None:
        raise ClockRefused([Problem("recordedtime", doubt.text)])


def is_near(last_recorded: str, now: datetime) -> bool:
    """Say whether *now* is within the bounds of what was recorded last."""
    return not last_recorded or -BEHIND_MAX <= now - instant_of(last_recorded) <= AHEAD_MAX


def clock_doubt(work: Transaction, last_recorded: str, now: datetime) -> ClockDoubt | None:
    """Return why the clock *now* is not believed behind *last_recorded*, None when it is."""
    if is_near(last_recorded, now) or fact_of(work.connection, _UNGUARDED) is not None:
        return None
    last = instant_of(last_recorded)
    for known in reversed(confirmations(work.stream(""))):
        if -BEHIND_MAX <= now - known.clock <= AHEAD_MAX and last <= known.last + _STEPS_MAX:
            return None
    return ClockDoubt(now, last)


def confirmations(events: Iterable[StoredEvent]) -> list[Confirmation]:
    """Return those among *events* (of the ledger itself: `stream("")`), in ledger order."""
    return [
        Confirmation(
            int(event["sequence"]),
            instant_of(event["data"]["clock"]),
            instant_of(event["data"]["last"]),
            event["authid"],
            event["data"].get("reason", ""),
        )
        for event in events
        if event["type"] == CONFIRMED
    ]


def confirmation_data(last_recorded: str, now: datetime, reason: str | None) -> dict[str, str]:
    """Return the data of a `clock.confirmed`: the clock *now* is right, although *last_recorded* stands there."""
    return {
        "clock": recorded_text(now),
        "last": last_recorded,
        **({"reason": reason} if reason else {}),
    }


def known_recorded(sequence: int, recordedtime: str, confirmed: Sequence[Confirmation]) -> str:
    """Return by when, at the latest, the event *sequence* is known to have been recorded.

    That is its `recordedtime`, but where a clock had been ahead: then it is the right clock of the `clock.confirmed`
    that came after it; and of what came after that, while `recordedtime` still went on in steps, the same.
    """
    recorded = instant_of(recordedtime)
    for known in confirmed:
        if known.sequence >= sequence and recorded > known.clock + BEHIND_MAX:
            return recorded_text(known.clock)
    for known in reversed(confirmed):
        if known.sequence < sequence and known.clock < known.last <= recorded <= known.last + _STEPS_MAX:
            return recorded_text(known.clock)
    return recordedtime


def leave_unguarded(connection: Connection) -> None:
    """Let this ledger's clock be anything: it is a demo's, which lives on a day of its own."""
    if fact_of(connection, _UNGUARDED) is None:
        keep_fact(connection, _UNGUARDED, "1")


def written(instant: datetime) -> str:
    """Return *instant* as the sentences about clocks write it."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
