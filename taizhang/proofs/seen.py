"""What a verification needs of the events beside their soundness, taken as they go by: nothing is read twice."""

from __future__ import annotations

from ledger.events.event import StoredEvent
from ledger.problem import Fault
from ledger.text import Text
from projections.checking import TrailWatch
from projections.rubrics import INSTALLED
from projections.signing import SIGNED
from rubric.catalog import FORMER_TEXTS, builtin
from taizhang.evidence.files import ATTACHED


class Seen:
    """Attached files, signed rubrics, and what the index of the trail should hold."""

    def __init__(self) -> None:
        self.trail = TrailWatch()
        self.attached: dict[str, int] = {}
        """The files that were ever attached: SHA-256, and the first event that names it."""
        self.rubrics: dict[str, str] = {}
        """The rubrics that were ever installed: id@version, SHA-256."""
        self._signed: list[tuple[int, str, str]] = []
        """Digests of rubrics in signed scores: the event, id@version, SHA-256."""

    def take(self, event: StoredEvent) -> None:
        """Take in one event."""
        self.trail.take(event)
        data = event["data"]
        if event["type"] == ATTACHED:
            self.attached.setdefault(data["sha256"], int(event["sequence"]))
        elif event["type"] == INSTALLED:
            self.rubrics[f"{data['rubric']}@{data['version']}"] = data["sha256"]
        elif event["type"] == SIGNED and "rubric_sha256" in data:
            label = f"{data['rubric']}@{data['rubric_version']}"
            self._signed.append((int(event["sequence"]), label, data["rubric_sha256"]))

    def other_rubrics(self) -> list[Fault]:
        """Return the signed scores that were made with another text of a rubric than is here now."""
        now = {rubric.label: rubric.sha256 for rubric in builtin()} | self.rubrics
        return [
            Fault(
                Text(
                    "第 {place} 号事件签的得分用的是另一份 {label}：细则的内容后来变了",
                    place=place,
                    label=label,
                ),
                place,
            )
            for place, label, digest in self._signed
            if label in now and digest not in {now[label], *FORMER_TEXTS.get(label, ())}
        ]
