"""Whoever says that a file is attached has sent it: over pages and the API no file is named by its hash alone.

Else anybody who has seen the hash of another unit's file could have it handed out by a record of his own, under a
name and a type of his choosing (contract §3, `evidence.attached`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ledger.text import Text

ATTACHED = "evidence.attached"
FACTS = ("sha256", "media_type", "bytes", "filename")
"""What an event says of a file."""


def unsent(
    event_type: str,
    data: object,
    record: Mapping[str, object] | None,
    files: Collection[Mapping[str, object]],
) -> Text | None:
    """Return why an event must not be appended, None when it may as far as files go.

    *record* is what the event is about, *files* the facts of those that came along with it.
    """
    if event_type == ATTACHED:
        if _facts(data) in [_facts(each) for each in files]:
            return None
        return Text("附件要连同文件一起交：请在记录的“附件”页上附上，或用 POST /api/v1/evidence 送来文件")
    if event_type == "record.corrected" and record is not None and record["type"] == ATTACHED:
        changed = data.get("data") if isinstance(data, Mapping) else None
        if changed is None or _facts(changed) == _facts(record["data"]):
            return None
        return Text("附件的文件、类型、大小和名字不能更正；请撤回这个附件，再附上对的文件")
    return None


def _facts(data: object) -> list[object] | None:
    return [data.get(name) for name in FACTS] if isinstance(data, Mapping) else None
