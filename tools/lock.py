"""The packages that a lock file pins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_PINNED = re.compile(
    r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+?))?\s*\\?$"
)


@dataclass(frozen=True, slots=True)
class Locked:
    """One package of a lock file; `marker` says on which platforms (PEP 508), empty: on all."""

    name: str
    version: str
    marker: str = ""


def normalized(name: str) -> str:
    """Return *name* as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(path: Path) -> list[Locked]:
    """Return what *path* pins, in its order. Raises OSError, and ValueError for a line that pins nothing."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        content = line.strip()
        if not content or content.startswith(("#", "--hash=")):
            continue
        match = _PINNED.match(content)
        if match is None:
            raise ValueError(f"{path}, line {number}: {content[:80]!r} pins no package")
        found.append(Locked(normalized(match["name"]), match["version"], match["marker"] or ""))
    return found
