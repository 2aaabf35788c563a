"""The licences of what is shipped beside the program, from the packages' own metadata: `make licences`.

Writes docs/licences.md from requirements.lock and what is installed here; a test compares the two.
"""

from __future__ import annotations

import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from tools.lock import Locked, locked

ROOT = Path(__file__).parent.parent
LOCK, PAGE = ROOT / "requirements.lock", ROOT / "docs" / "licences.md"
ELSEWHERE = {
    # Not installed where this is written, so their metadata cannot be read; looked up by hand.
    "brotlicffi": "MIT",
    "colorama": "BSD-3-Clause",
}
CHOSEN = {
    # Where a package offers several, or asks for something, what that means for who passes the wheels on.
    "docxtpl": "LGPL: passed on unchanged, its source is at its index; it may be replaced by another version",
    "psycopg": "LGPL: likewise",
    "psycopg-binary": "LGPL: likewise; libpq and OpenSSL are inside, under the PostgreSQL Licence and Apache-2.0",
    "psycopg-pool": "LGPL: likewise",
    "pyphen": "of the three the MPL 1.1 is chosen; hyphenation dictionaries have licences of their own",
    "certifi": "MPL 2.0: a list of certificates, passed on unchanged",
}
HEAD = """# Licences of what is shipped

taizhang itself is under the Apache License 2.0 (`LICENSE`). Whoever passes on an installation with its packages
(`wheels/`, see [operating.md](operating.md)) passes on these too; each wheel holds the full text of its licence.
Written by `make licences` from the packages' metadata; a test compares it with `requirements.lock`.

| package | version | licence | to know |
| --- | --- | --- | --- |
"""


def licence_of(found: Distribution) -> str:
    """Return a distribution's licence as it says it: an SPDX expression, a short text, or classifiers."""
    metadata = found.metadata.json
    said = str(metadata.get("license_expression") or metadata.get("license") or "").strip()
    if said and "\n" not in said and len(said) <= 60:
        return said
    classifiers = [
        str(each).rpartition(" :: ")[2]
        for each in metadata.get("classifier") or ()
        if "License ::" in str(each)
    ]
    return " or ".join(classifiers) or said.partition("\n")[0][:60] or "?"


def row(package: Locked) -> str:
    """Return the line of *package*. Raises PackageNotFoundError when nothing is known of it."""
    try:
        licence = licence_of(distribution(package.name))
    except PackageNotFoundError:
        if package.name not in ELSEWHERE:
            raise
        licence = ELSEWHERE[package.name]
    notes = [CHOSEN.get(package.name, ""), f"only where `{package.marker}`" if package.marker else ""]
    return f"| {package.name} | {package.version} | {licence} | {'; '.join(filter(None, notes))} |"


def main() -> int:
    """Write the page."""
    PAGE.write_text(HEAD + "\n".join(map(row, locked(LOCK))) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
