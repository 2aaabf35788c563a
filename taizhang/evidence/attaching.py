"""A file that came with a form -> what is kept of it, and the event that ties it to a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from ledger.corrections import SOURCE
from ledger.event import SHANGHAI, ClientEvent

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

    def event(self, record_id: str, subject: str, now: datetime) -> ClientEvent:
        """Return the event that attaches it to a record; the same file to the same record has the same id."""
        digest = self.sha256
        about = sha256(f"{record_id}\n{digest}".encode("utf-8", "surrogatepass")).hexdigest()
        return {
            "specversion": "1.0",
            "id": f"evidence-{about[:32]}",
            "source": SOURCE,
            "type": "evidence.attached",
            "subject": subject,
            # Whole seconds, cut off and not rounded: never later than the clock.
            "time": now.astimezone(SHANGHAI).replace(microsecond=0).isoformat(),
            "data": {
                "record": record_id,
                "sha256": digest,
                "media_type": self.kind.media_type,
                "bytes": len(self.content),
                "filename": self.filename,
            },
        }


def taken(content: bytes, filename: str) -> Attachment:
    """Return the attachment that *content* makes. Raises NotEvidence with the reason why it is not taken."""
    kind = kind_of(content, filename)
    return Attachment(content, safe_name(filename, kind), kind)
