"""How much one account, and all together for one unit, may add in a day: a flood ends, and an operator hears of it.

What is stored stays for ever, so a bound is set on what comes in through pages and API. At the terminal there is none:
who works there has the machine. Counted in memory, by each server for itself; a restart forgets it. A day is one in
Asia/Shanghai by the ledger's clock.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from threading import Lock

from ledger.events.event import SHANGHAI
from ledger.problem import Problem, Refused
from ledger.text import Text

log = logging.getLogger(__name__)

UNIT_TIMES = 2
"""For one unit all accounts together may add so many times what one account may."""
ALARM_PERCENT = 50
"""From so much of a limit on an operator is told."""
MEGABYTE = 1 << 20


class Kind(StrEnum):
    """What is counted."""

    EVENTS = "events"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one account may add in a day."""

    events: int
    bytes: int

    def of(self, who: Who) -> int:
        """Return the most of what *who* is counted by."""
        most = self.events if who.kind is Kind.EVENTS else self.bytes
        return most * UNIT_TIMES if who.is_unit else most


@dataclass(frozen=True, slots=True)
class Who:
    """Whose account of one kind it is: an account's, or a unit's."""

    kind: Kind
    name: str
    is_unit: bool

    def text(self, used: int, most: int) -> Text:
        """Return in words how much it is, of how much."""
        shown: dict[str, str | int] = {
            "name": self.name,
            "used": self._shown(used),
            "most": self._shown(most),
        }
        match self.kind, self.is_unit:
            case Kind.EVENTS, False:
                return Text("账号 {name} 今天已记入 {used} 条，每天最多 {most} 条", **shown)
            case Kind.EVENTS, True:
                return Text("单位 {name} 今天已记入 {used} 条，每天最多 {most} 条", **shown)
            case _, False:
                return Text("账号 {name} 今天已上传附件 {used} MB，每天最多 {most} MB", **shown)
            case _:
                return Text("单位 {name} 今天已上传附件 {used} MB，每天最多 {most} MB", **shown)

    def _shown(self, number: int) -> int:
        return number if self.kind is Kind.EVENTS else -(-number // MEGABYTE)


class QuotaReached(Refused):
    """Somebody wants to add more than a day's measure; `seconds` until it may be more."""

    def __init__(self, text: Text, seconds: int) -> None:
        super().__init__([Problem("", text)])
        self.seconds = seconds


class Quota:
    """What was added today, by account and by unit. For several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._day: date | None = None
        self._used: Counter[Who] = Counter()
        self._told: set[Who] = set()
        self.refused = 0
        """How often somebody was refused, since the server began."""

    def take(
        self, account: str, unit: str, limits: Limits, now: datetime, *, events: int = 0, size: int = 0
    ) -> None:
        """Count so many events, or bytes (*size*), as added. Raises QuotaReached: then nothing is counted."""
        kind, more = (Kind.EVENTS, events) if events else (Kind.BYTES, size)
        everybody = (Who(kind, account, is_unit=False), Who(kind, unit, is_unit=True))
        with self._lock:
            self._turn(now)
            for who in everybody:
                used, most = self._used[who], limits.of(who)
                if used + more > most:
                    self.refused += 1
                    self._tell(who, used, most)
                    raise QuotaReached(
                        Text(
                            "{what}，这些没有记入；明天 0 点以后可以再记，确实需要的请系统管理员在“设置”里调高",
                            what=who.text(used, most),
                        ),
                        _seconds_left(now),
                    )
            for who in everybody:
                self._used[who] += more
                if self._used[who] * 100 > limits.of(who) * ALARM_PERCENT:
                    self._tell(who, self._used[who], limits.of(who))

    def give_back(self, account: str, unit: str, now: datetime, *, events: int) -> None:
        """Count so many events no more: nothing became of them."""
        with self._lock:
            self._turn(now)
            for who in (Who(Kind.EVENTS, account, is_unit=False), Who(Kind.EVENTS, unit, is_unit=True)):
                self._used[who] -= events
                if self._used[who] <= 0:
                    del self._used[who]

    def alarms(self, limits: Limits, now: datetime) -> list[Text]:
        """Return in words who is past so much of a limit that an operator should look, the fullest first."""
        with self._lock:
            self._turn(now)
            full = [(used * 100 // limits.of(who), who, used) for who, used in self._used.items()]
        full.sort(key=lambda each: (-each[0], each[1].name))
        return [
            Text("{what}；请看一看是不是正常的记入", what=who.text(used, limits.of(who)))
            for percent, who, used in full[:ALARMS_MAX]
            if percent >= ALARM_PERCENT
        ]

    def fullest(self, kind: Kind, limits: Limits, now: datetime) -> float:
        """Return how much of its limit the fullest account or unit has used: 0 to 1."""
        with self._lock:
            self._turn(now)
            return max(
                (used / limits.of(who) for who, used in self._used.items() if who.kind is kind), default=0.0
            )

    def _turn(self, now: datetime) -> None:
        day = now.astimezone(SHANGHAI).date()
        if day != self._day:
            self._day = day
            self._used.clear()
            self._told.clear()

    def _tell(self, who: Who, used: int, most: int) -> None:
        if who not in self._told:
            self._told.add(who)
            kind = "unit" if who.is_unit else "account"
            log.warning("quota: %s %s has added %d %s today, of %d", kind, who.name, used, who.kind, most)


ALARMS_MAX = 20
"""So many are told at once."""


def _seconds_left(now: datetime) -> int:
    local = now.astimezone(SHANGHAI)
    tomorrow = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((tomorrow - local).total_seconds()) + 1
