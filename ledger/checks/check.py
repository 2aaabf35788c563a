"""One draft beside what it refers to; what its type asks for beyond that is in `checks`, handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from ledger.checks import lookback
from ledger.checks.codes import check_codes
from ledger.checks.dates import check_day
from ledger.checks.known_failures import KnownFailures
from ledger.checks.unit_state import FindRecord, UnitState
from ledger.events.event import SHANGHAI, ClientEvent, day_of, instant_of
from ledger.events.fields import shown
from ledger.events.types import type_of
from ledger.nearest import Guess
from ledger.problem import Problem
from ledger.text import Text
from ledger.vocabulary import Vocabulary


class Clock:
    """The clock of one append; knows fast whether a time written in Shanghai's offset is past."""

    __slots__ = ("_text", "now")

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._text = now.astimezone(SHANGHAI).isoformat()[:19]

    def is_past(self, time: str) -> bool:
        """Say whether *time* (RFC 3339) is not later than the clock."""
        if len(time) == 25 and time.endswith("+08:00") and time[:19] < self._text:
            return True
        return instant_of(time) <= self.now


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What all drafts of one append are checked with; `find` and `stream` see earlier lines of it."""

    clock: Clock | None
    """None: no time is too late (a ledger that is verified has its own instants)."""
    vocabulary: Vocabulary | None
    """None: codes are not checked."""
    excuses: KnownFailures
    references: Callable[[Check], None]
    """Checks what the event's type refers to: `checks.check_references`."""
    find: FindRecord
    stream: Callable[[str], Iterable[ClientEvent]]
    position: Callable[[], int]
    """The ledger's last sequence before the event that is being checked."""
    is_unit: Callable[[str], bool] = lambda _unit: True
    """Says whether the ledger knows a unit."""


class Check:
    """One event, or a record as a correction would leave it, beside what it refers to."""

    __slots__ = (
        "_around", "_line", "_prefix", "data", "excuses", "find", "problems", "register", "subject", "time",
        "type", "unit",
    )  # fmt: skip

    def __init__(
        self,
        event: ClientEvent,
        unit: str,
        register: UnitState,
        around: CheckContext,
        line: int | None,
        prefix: str = "",
    ) -> None:
        self.type = event["type"]
        self.subject = event.get("subject", "")
        self.unit = unit
        self.time = event["time"]
        self.data = event["data"]
        self.register = register
        self.excuses = around.excuses
        self.find = around.find
        self.problems: list[Problem] = []
        self._around = around
        self._line = line
        self._prefix = prefix

    @property
    def is_new(self) -> bool:
        """Whether this is on its way into the ledger; what is stored already is not held to the door's rules."""
        return self._around.clock is not None

    @property
    def is_correction(self) -> bool:
        """Whether this is a record as a correction would leave it."""
        return bool(self._prefix)

    @property
    def vocabulary(self) -> Vocabulary | None:
        """The codes of all installed rubrics; None where they are not checked."""
        return self._around.vocabulary

    def knows_unit(self, unit: str) -> bool:
        """Say whether *unit* is there, or would be but for a bad line."""
        return self._around.is_unit(unit) or self.excuses.subject(unit)

    def blame(self, field: str, text: Text, guess: Guess | None = None) -> None:
        """Note a problem at *field*, as it is written in the event itself."""
        self.problems.append(Problem(self._prefix + field, text, self._line, guess))

    def entries(self) -> list[lookback.Entry]:
        """Return the unit's live records so far."""
        return lookback.live_entries(self._around.stream(self.unit))

    def position(self) -> int:
        """Return the ledger's last sequence before this event."""
        return self._around.position()

    def inside_correction(
        self, record: ClientEvent, time: str, data: dict[str, object], subject: str
    ) -> Check:
        """Return a check of *record* as the draft would leave it; its problems are the draft's."""
        event: ClientEvent = {**record, "time": time, "data": data, "subject": subject}
        inner = Check(event, self.unit, self.register, self._around, self._line, "data.")
        inner.problems = self.problems
        return inner

    def run(self) -> list[Problem]:
        """Return everything that is wrong with the event here."""
        self.check_clock()
        self.check_codes()
        check_day(self)
        row = type_of(self.type)
        # The subject of all but a registration was registered before.
        if row.has_subject and row.puts != "subject" and self.subject not in self.register.subjects:
            self._blame_unknown_subject()
        self.check_references()
        return self.problems

    def check_clock(self) -> None:
        """Nothing is logged before it happened."""
        clock = self._around.clock
        if clock is not None and not clock.is_past(self.time):
            self.blame("time", Text("时间 {time} 还没有到；只能登记已经发生的事", time=self.time))

    def check_codes(self) -> None:
        """Codes and clauses are known to some installed rubric."""
        if self._around.vocabulary is not None:
            check_codes(self.type, self.data, self._around.vocabulary, self.blame)

    def check_references(self) -> None:
        """What the event's type refers to is there."""
        self._around.references(self)

    def check_branch_kind(self) -> None:
        """A branch is of kind `branch`."""
        if "/" in self.subject and self.data.get("kind", "branch") != "branch":
            self.blame("data.kind", Text("支部的 kind 只能是 branch；党委和党总支应登记为单位"))

    def check_dated(self) -> None:
        """A change or closing is not dated before the registration."""
        registered = self.register.subjects.get(self.subject)
        if registered is None or self.excuses.subject_gone(self.subject):
            return
        if day_of(self.time) < registered:
            self.blame(
                "time",
                Text(
                    "{subject} 到 {day} 才登记；变更或撤销不能早于登记", subject=self.subject, day=registered
                ),
            )

    def check_member(self, field: str, member: str) -> None:
        """The member once joined the tree."""
        if member in self.register.joined or self.excuses.key(self.unit, "member", member):
            return
        self.blame(
            field,
            Text(
                "{unit} 没有编号为“{member}”的党员；请先用 member.joined 登记",
                unit=self.unit,
                member=shown(member),
            ),
        )

    def _blame_unknown_subject(self) -> None:
        if self.excuses.subject(self.subject):
            return
        if self.unit != self.subject and (
            self.unit in self.register.subjects or self.excuses.subject(self.unit)
        ):
            subject = self.subject

            def nearest(near: str) -> Text:
                return Text("没有登记支部 {subject}；最接近的是 {near}", subject=subject, near=near)

            branches = [each for each in self.register.subjects if "/" in each]
            text = Text("没有登记支部 {subject}；请先用 organization.registered 登记", subject=subject)
            self.blame("subject", text, Guess(subject, branches, nearest))
            return
        self.blame(
            "subject", Text("没有登记单位 {unit}；请先用 organization.registered 登记", unit=self.unit)
        )
