"""What is pinned, and what may be installed at the least."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tools.licences import PAGE, row
from tools.lock import Locked, locked, normalized

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SHIPPED = locked(ROOT / "requirements.lock")
MENDED = {
    # the first release without a hole that is known, and the hole
    "starlette": ("1.3.1", "CVE-2026-48710 (1.0.1) and those mended in 1.1.0 and 1.3.1"),
    "python-multipart": ("0.0.27", "denial of service by endless preambles"),
    "weasyprint": ("70", "GHSA-983w-rhvv-gwmv (68), GHSA-jf6q-chmf-3h3v (70)"),
    "lxml": ("6.1.0", "CVE-2026-41066"),
    "jinja2": ("3.1.6", "CVE-2025-27516"),
    "orjson": ("3.11.6", "CVE-2025-67221"),
    "cryptography": ("46.0.5", "CVE-2026-26007"),
    "rfc3161-client": (
        "1.0.9",
        "before, a root that comes along with the stamp was trusted (test_timestamps.py)",
    ),
    "setuptools": ("78.1.1", "CVE-2025-47273"),
}


def requirements() -> list[Requirement]:
    project = PROJECT["project"]
    groups = [*project["optional-dependencies"].values(), *PROJECT["dependency-groups"].values()]
    lines = [
        *project["dependencies"],
        *(line for group in groups for line in group),
        *PROJECT["build-system"]["requires"],
    ]
    return list(map(Requirement, lines))


@pytest.mark.parametrize("name", MENDED)
def test_no_version_with_a_known_hole_may_be_installed(name: str) -> None:
    least, hole = MENDED[name]
    asked = [each for each in requirements() if normalized(each.name) == name]
    assert asked
    for each in asked:
        bounds = [Version(one.version) for one in each.specifier if one.operator in (">=", "==")]
        assert bounds, each
        assert max(bounds) >= Version(least), f"{each}: {hole}"


def test_everything_that_is_asked_for_has_a_least_version() -> None:
    for each in requirements():
        assert any(one.operator in (">=", "==", "~=") for one in each.specifier), each


def test_what_makes_pdfs_is_shipped_pinned() -> None:
    pinned = {each.name for each in SHIPPED}
    assert {normalized(each.name) for each in map(Requirement, PROJECT["project"]["dependencies"])} <= pinned
    assert "weasyprint" in pinned


def test_what_is_shipped_is_what_is_tested() -> None:
    assert set(SHIPPED) <= set(locked(ROOT / "requirements-dev.lock"))


def test_the_build_s_tools_are_pinned() -> None:
    pinned = {f"{each.name}=={each.version}" for each in locked(ROOT / "requirements-build.lock")}
    # What the two need in turn is pinned with them.
    assert set(PROJECT["build-system"]["requires"]) < pinned
    assert all("==" in each for each in PROJECT["build-system"]["requires"])
    assert PROJECT["dependency-groups"]["build"] == PROJECT["build-system"]["requires"]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-build.lock"])
def test_every_pin_has_its_hashes_and_names_no_index(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "--index" not in text
    assert len(blocks) == len(locked(ROOT / lock))


def test_the_page_of_licences_is_that_of_what_is_shipped() -> None:
    """`make licences` after `make lock`."""
    assert [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")][2:] == list(
        map(row, SHIPPED)
    )


def test_a_lock_line_that_pins_nothing_is_told(tmp_path: Path) -> None:
    lock = tmp_path / "some.lock"
    lock.write_text("A.b_c==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:00\nloose>=1\n")
    with pytest.raises(ValueError, match="line 3"):
        locked(lock)
    lock.write_text("A.b_c==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n")
    assert locked(lock) == [Locked("a-b-c", "1.0", "sys_platform == 'win32'")]
