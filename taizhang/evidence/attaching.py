"""A file that came with a form -> what is kept of it, and the event that ties it to a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from orjson import OPT_SORT_KEYS, dumps

from ledger.events.event import ClientEvent
from ledger.events.new import new_event
from ledger.history import History
from ledger.json_object import JsonObject

from .kinds import Kind, kind_of
from .naming import safe_name


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was looked at and is taken."""

    content: bytes
    filename: str
    kind: Kind

    @property
    def sha256(self) -> str:
        """The digest it is kept under."""
        return sha256(self.content).hexdigest()

    @property
    def facts(self) -> JsonObject:
        """What the event says of the file; nobody says it but who has the bytes."""
        return {
            "sha256": self.sha256,
            "media_type": self.kind.media_type,
            "bytes": len(self.content),
            "filename": self.filename,
        }

    def event(self, record: ClientEvent, now: datetime, *, earlier: int = 0) -> ClientEvent:
        """Return the event that attaches it to *record*; *earlier*: how often it was attached, and withdrawn, before.

        Two who send the same at once make the same id. It rests on the whole of the record: else whoever knows a
        record's id could find out, by an id that is taken, which document it has.
        """
        about = sha256(dumps(record, option=OPT_SORT_KEYS))
        about.update(f"{self.sha256} {earlier}".encode())
        return new_event(
            "evidence.attached",
            record["subject"],
            now,
            {"record": record["id"], **self.facts},
            id_=f"evidence-{about.hexdigest()[:32]}",
        )

    def event_for(self, history: History, now: datetime) -> tuple[ClientEvent, bool]:
        """Return the event that attaches it to a stored record, and whether it is stored already."""
        standing = next((each for each in history.files if each["data"]["sha256"] == self.sha256), None)
        if standing is not None:
            return standing, True
        earlier = sum(each["data"]["sha256"] == self.sha256 for each in history.evidence)
        return self.event(history.record, now, earlier=earlier), False


def taken(content: bytes, filename: str) -> Attachment:
    """Return the attachment that *content* makes. Raises NotEvidence with the reason why it is not taken."""
    kind = kind_of(content, filename)
    return Attachment(content, safe_name(filename, kind), kind)
