"""What a verification needs of the events beside their soundness, taken as they go by: nothing is read twice."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.events.event import StoredEvent
from ledger.problem import Fault
from ledger.text import Text
from projections.checking import TrailWatch
from projections.signing import SIGNED
from rubric.catalog import builtin, builtin_texts
from rubric.installed import InstalledText
from taizhang.evidence.files import ATTACHED
from taizhang.proofs.rubric_lists import digest_of


class Seen:
    """Attached files, signed rubrics, and what the index of the trail should hold."""

    def __init__(self) -> None:
        self.trail = TrailWatch()
        self.attached: dict[str, int] = {}
        """The files that were ever attached: SHA-256, and the first event that names it."""
        self._rubrics: list[tuple[int, str, str]] = []
        """Digests of rubrics in signed scores: the event, id@version, SHA-256."""

    def take(self, event: StoredEvent) -> None:
        """Take in one event."""
        self.trail.take(event)
        data = event["data"]
        if event["type"] == ATTACHED:
            self.attached.setdefault(data["sha256"], int(event["sequence"]))
        elif event["type"] == SIGNED and "rubric_sha256" in data:
            label = f"{data['rubric']}@{data['rubric_version']}"
            self._rubrics.append((int(event["sequence"]), label, data["rubric_sha256"]))

    def other_rubrics(self, there: Sequence[InstalledText]) -> list[Fault]:
        """Return the signed scores that were made with another text of a rubric than is here now."""
        now = {
            f"{rubric.id}@{rubric.version}": digest_of(text)
            for rubric, text in zip(builtin(), builtin_texts(), strict=True)
        }
        now |= {f"{each.id}@{each.version}": digest_of(each.text) for each in there}
        return [
            Fault(
                Text(
                    "第 {place} 号事件签的得分用的是另一份 {label}：细则的内容后来变了",
                    place=place,
                    label=label,
                ),
                place,
            )
            for place, label, digest in self._rubrics
            if label in now and now[label] != digest
        ]
