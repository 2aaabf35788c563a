"""The audit report: is the ledger whole, who outside says so, and when were things written down.

For an inspector, who may have neither the program nor trust in whoever runs it: it says how to check each line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from ledger.events.event import SHANGHAI
from ledger.json_object import JsonObject
from ledger.merkle.proof_error import ProofError
from ledger.problem import Broken, StoreError
from ledger.signing.anchors import Anchor, anchors_of, gap_since_last
from ledger.store.protocol import Progress
from ledger.text import Text
from projections import totals
from projections.backdating import Trail, trail_of
from projections.delays import STEPS
from taizhang.accounts.called import people_called
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import _, say
from taizhang.proofs.looks import Look, looks_json
from taizhang.proofs.losses import Loss, losses_of
from taizhang.proofs.verification import Beside, Outside, look_through

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the distribution: its name, and how many entries are in it."""

    label: str
    entries: int


@dataclass(frozen=True, slots=True)
class AuditUnit:
    """One unit in the report."""

    unit: str
    name: str
    trail: Trail

    @property
    def steps(self) -> list[Step]:
        """The distribution of lags, for the picture and its table."""
        return [Step(label, count) for label, count in zip(step_labels(), self.trail.lags.steps, strict=True)]

    @property
    def late_share(self) -> str:
        """How many in a hundred entries were late: "7.1"."""
        entries = self.trail.lags.entries
        return f"{100 * len(self.trail.late) / entries:.1f}" if entries else "0"


@dataclass(frozen=True, slots=True)
class Audit:
    """The whole report."""

    ledger: str
    made: datetime
    year: int | None
    late_days: int
    events: int
    root: str
    broken: Text | None
    looks: Sequence[Look]
    checkpoint: str | None
    keys: list[str]
    anchors: list[Anchor]
    gap_days: int | None
    losses: list[Loss]
    """Losses of other ledgers that this one, as their witness, accepted."""
    units: list[AuditUnit]
    called: Mapping[str, str]
    """What whoever recorded, by login, is called."""

    def who(self, login: str) -> str:
        """Return what somebody is called; as a document the report has his login."""
        return self.called.get(login, login)

    def as_json(self) -> JsonObject:
        """Return the report as a document."""
        return {
            "ledger": self.ledger,
            "made": self.made.astimezone(SHANGHAI).isoformat(timespec="seconds"),
            "year": self.year,
            "late_days": self.late_days,
            "events": self.events,
            "root": self.root,
            "problem": say(self.broken) if self.broken is not None else None,
            "looks": looks_json(self.looks),
            "checkpoint": self.checkpoint,
            "keys": self.keys,
            "anchors": [
                {
                    "sequence": anchor.sequence,
                    "size": anchor.size,
                    "kind": anchor.kind,
                    "authority": anchor.name,
                    "time": anchor.instant.astimezone(SHANGHAI).isoformat(),
                }
                for anchor in self.anchors
            ],
            "days_since_last_anchor": self.gap_days,
            "accepted_losses": [asdict(each) for each in self.losses],
            "units": [_unit_json(unit) for unit in self.units],
        }


def audit(
    session: OpenLedger,
    units: list[str],
    *,
    outside: Outside,
    evidence: Path,
    late_days: int,
    year: int | None,
    progress: Progress | None = None,
) -> Audit:
    """Check the ledger, the files in the folder *evidence* too, and collect the trails of *units*."""
    beside = Beside(session.shelf, session.settings.late_days, session.clock(), evidence)
    checked = look_through(session.log, outside, beside, progress=progress)
    first = next(checked.faults(), None)
    broken = None if first is None else first.text
    note = _attempt(lambda: str(session.log.checkpoint())) if broken is None else None
    with session.store.read() as work:
        names = {row.unit: row.name for row in totals.rows(work.connection)}
        anchors = _attempt(lambda: anchors_of(session.store.stream(""))) or []
        gap = gap_since_last(anchors, session.clock())
        return Audit(
            session.log.origin,
            session.clock(),
            year,
            late_days,
            session.store.size(),
            _attempt(session.store.root) or "",
            broken,
            checked.looks,
            note,
            [str(key) for key in session.log.verifier_keys()],
            anchors,
            gap.days if gap is not None else None,
            _attempt(lambda: losses_of(session.store.stream(""))) or [],
            [
                AuditUnit(
                    unit,
                    names.get(unit, ""),
                    trail_of(
                        unit,
                        work.stream(unit),
                        late_days=late_days,
                        year=year,
                        clocks=session.projections.clocks(work),
                    ),
                )
                for unit in units
            ],
            _attempt(lambda: people_called(work.connection)) or {},
        )


def step_labels() -> list[str]:
    """Return the names of the steps that lags are counted in."""
    labels = [_("当天")]
    start = 1
    for end in STEPS[1:]:
        labels.append(_("{start}–{end} 天", start=start, end=end))
        start = end + 1
    return [*labels, _("{start} 天以上", start=start)]


def _unit_json(unit: AuditUnit) -> dict[str, object]:
    lags = unit.trail.lags
    return {
        "unit": unit.unit,
        "name": unit.name,
        "entries": lags.entries,
        "lag": {
            "median": lags.median,
            "nine_in_ten": lags.ninth,
            "longest": lags.longest,
            "steps": {step.label: step.entries for step in unit.steps},
        },
        "late": [asdict(each) for each in unit.trail.late],
        "bursts": [asdict(each) for each in unit.trail.bursts],
        "edits_after_quarter": [asdict(each) for each in unit.trail.edits],
    }


def _attempt(work: Callable[[], T]) -> T | None:
    """Return what *work* returns, None when the ledger is not in a state to tell."""
    try:
        return work()
    except (Broken, ProofError, StoreError):
        return None
