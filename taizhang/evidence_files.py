"""Attached files as they lie in their folder: by SHA-256, `ab/abcdef…`."""

from __future__ import annotations

import re
from pathlib import Path

from ledger.store import Store

ATTACHED = "evidence.attached"
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def evidence_digests(store: Store) -> set[str]:
    """Return the SHA-256 of every file that was ever attached to a record."""
    return {
        event["data"]["sha256"]
        for unit in store.units()
        for event in store.stream(unit)
        if event["type"] == ATTACHED
    }


def stored_files(folder: Path) -> dict[str, Path]:
    """Return the attached files in *folder* by the SHA-256 that they are named for."""
    if not folder.is_dir():
        return {}
    return {
        path.name: path for path in folder.glob("??/*") if _DIGEST.fullmatch(path.name) and path.is_file()
    }


def file_path(folder: Path, digest: str) -> Path:
    """Return where the attached file of that SHA-256 lies."""
    return folder / digest[:2] / digest
