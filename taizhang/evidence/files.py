"""Attached files as they lie in their folder: by SHA-256, `ab/abcdef…`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import orjson

from ledger.store.protocol import Line, Store

ATTACHED = "evidence.attached"
_PIECE_BYTES = 1024 * 1024
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


def noting_digests(lines: Iterable[Line], noted: set[str]) -> Iterator[Line]:
    """Give *lines* on as they come; the SHA-256 of every file that they attach is added to *noted*."""
    for number, raw in lines:
        if ATTACHED.encode() in raw:
            # What cannot be read the ledger refuses, and says why.
            with suppress(orjson.JSONDecodeError, KeyError, TypeError):
                event = orjson.loads(raw)
                if event["type"] == ATTACHED:
                    noted.add(str(event["data"]["sha256"]))
        yield number, raw


def absent_files(folder: Path, digests: Iterable[str]) -> set[str]:
    """Return those of *digests* whose file is not in *folder*."""
    return {each for each in digests if not _DIGEST.fullmatch(each) or not file_path(folder, each).is_file()}


@dataclass(slots=True)
class EvidenceChecked:
    """What was found in the folder of attached files."""

    right: int = 0
    """Files whose content is what it was when it was attached."""
    altered: list[str] = field(default_factory=list)
    """SHA-256 of those whose content is another now."""
    missing: list[str] = field(default_factory=list)
    """SHA-256 of those that are not there."""
    unreferenced: int = 0
    """Files that no record names."""


def check_evidence(folder: Path, attached: Iterable[str]) -> EvidenceChecked:
    """Hold the content of every file in *folder* to the SHA-256 that records name: *attached*."""
    there = stored_files(folder)
    found = EvidenceChecked()
    for digest in attached:
        path = there.pop(digest, None)
        if path is None:
            found.missing.append(digest)
        elif content_digest(path) == digest:
            found.right += 1
        else:
            found.altered.append(digest)
    found.unreferenced = len(there)
    return found


def content_digest(path: Path) -> str | None:
    """Return the SHA-256 (hex) of a file's content; None when it cannot be read."""
    digest = sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                digest.update(piece)
    except OSError:
        return None
    return digest.hexdigest()
