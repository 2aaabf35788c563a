"""Which pinned packages have known holes, by a database of advisories that is a file: `make audit DB=all.zip`.

The machine needs no internet. The database is OSV's (https://ossf.github.io/osv-schema/): the file `all.zip` of its
packages of PyPI (https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip), a folder of its files, or one file.
None comes with the program: an old one would only reassure.

Exit status: 0 nothing is known; 1 something is, or the database is older than it may be; 2 it cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from tools.lock import Locked, locked, normalized

DAYS_MAX = 30
_FILE_BYTES_MAX = 16 * 1024 * 1024
"""No advisory is larger; what is, is none."""

Advisory = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """A pinned package that an advisory speaks of."""

    package: Locked
    advisory: str
    summary: str
    fixed: tuple[str, ...]


class Unreadable(Exception):
    """The database is not one."""


def advisories(database: Path) -> Iterator[Advisory]:
    """Yield the advisories in *database*. Raises Unreadable."""
    try:
        for name, content in _files(database):
            read = json.loads(content)
            for each in read if isinstance(read, list) else [read]:
                if not isinstance(each, dict) or "id" not in each:
                    raise Unreadable(f"{name} is no advisory in OSV's format")
                yield each
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise Unreadable(f"{database}: {error}") from error


def _files(database: Path) -> Iterator[tuple[str, bytes]]:
    if database.is_dir():
        for path in sorted(database.rglob("*.json")):
            yield str(path), path.read_bytes()
    elif zipfile.is_zipfile(database):
        with zipfile.ZipFile(database) as archive:
            for member in archive.infolist():
                if member.filename.endswith(".json"):
                    if member.file_size > _FILE_BYTES_MAX:
                        raise Unreadable(f"{member.filename} is too large for an advisory")
                    yield member.filename, archive.read(member)
    else:
        yield str(database), database.read_bytes()


def find(packages: Sequence[Locked], known: Iterable[Advisory]) -> tuple[list[Finding], datetime | None]:
    """Return what is known of *packages*, and when the newest advisory was last changed (None: there is none)."""
    by_name: dict[str, list[Locked]] = {}
    for package in packages:
        by_name.setdefault(package.name, []).append(package)
    found: list[Finding] = []
    newest: datetime | None = None
    for advisory in known:
        changed = datetime.fromisoformat(str(advisory.get("modified", "1970-01-01T00:00:00Z")))
        newest = changed if newest is None else max(newest, changed)
        if advisory.get("withdrawn"):
            continue
        for affected in advisory.get("affected", ()):
            named = affected.get("package", {})
            if str(named.get("ecosystem", "")).partition(":")[0] == "PyPI":
                for package in by_name.get(normalized(str(named.get("name", ""))), ()):
                    if _is_hit(package.version, affected):
                        said = str(advisory.get("summary") or advisory.get("details") or "").strip()
                        found.append(Finding(package, advisory["id"], said[:120], _fixes(affected)))
    return sorted(dict.fromkeys(found), key=lambda each: (each.package.name, each.advisory)), newest


def _is_hit(version: str, affected: Mapping[str, Any]) -> bool:
    if version in affected.get("versions", ()):
        return True
    ranges = [each for each in affected.get("ranges", ()) if each.get("type") in ("ECOSYSTEM", "SEMVER")]
    return any(_is_in(Version(version), each.get("events", ())) for each in ranges)


def _is_in(version: Version, events: Sequence[Mapping[str, str]]) -> bool:
    """OSV's rule: the events in the order of their versions, each turning the answer."""
    inside = False
    for kind, bound in sorted((_bound(event) for event in events), key=lambda each: each[1]):
        if kind == "introduced" and version >= bound:
            inside = True
        elif (kind == "fixed" and version >= bound) or (kind == "last_affected" and version > bound):
            inside = False
    return inside


def _bound(event: Mapping[str, str]) -> tuple[str, Version]:
    ((kind, value),) = event.items()
    try:
        return kind, Version("0.dev0" if value == "0" else value)
    except InvalidVersion:
        # Not a version of Python's: nothing can be compared with it, so it must not hide anything.
        return kind, Version("0.dev0") if kind == "introduced" else Version("999999")


def _fixes(affected: Mapping[str, Any]) -> tuple[str, ...]:
    events = [event for each in affected.get("ranges", ()) for event in each.get("events", ())]
    return tuple(event["fixed"] for event in events if "fixed" in event)


def main(argv: Sequence[str] | None = None, now: datetime | None = None) -> int:
    """Run as a program."""
    parser = argparse.ArgumentParser(
        description="known holes in pinned packages, by a database that is a file"
    )
    parser.add_argument(
        "database", type=Path, help="OSV's all.zip of PyPI, a folder of its files, or one file"
    )
    parser.add_argument("locks", type=Path, nargs="+", help="lock files")
    parser.add_argument(
        "--days", type=int, default=DAYS_MAX, help=f"how old the newest advisory may be ({DAYS_MAX})"
    )
    asked = parser.parse_args(argv)
    try:
        packages = [each for lock in asked.locks for each in locked(lock)]
        found, newest = find(list(dict.fromkeys(packages)), advisories(asked.database))
    except (Unreadable, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    for each in found:
        mended = f"; mended in {', '.join(each.fixed)}" if each.fixed else ""
        print(f"{each.package.name} {each.package.version}: {each.advisory} {each.summary}{mended}")
    stale = _staleness(newest, timedelta(days=asked.days), now or datetime.now(UTC))
    if stale:
        print(stale, file=sys.stderr)
    print(f"{len(packages)} pinned packages, {len(found)} known holes")
    return 1 if found or stale else 0


def _staleness(newest: datetime | None, most: timedelta, now: datetime) -> str:
    if newest is None:
        return "the database is empty: it says nothing of any package"
    age = now - newest
    if age > most:
        return (
            f"the database is old: its newest advisory is of {newest.date()}, {age.days} days ago; at most"
            f" {most.days} are allowed. Fetch all.zip anew where there is internet"
        )
    return ""


if __name__ == "__main__":
    sys.exit(main())
