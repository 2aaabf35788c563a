"""The bundle's papers, sums and bytes; what installs it is tried on a bare server by `make bundle-trial`."""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
from pathlib import Path

import pytest

from tools import bundle

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "taizhang-1.0"
    made.mkdir()
    bundle._papers(made)
    (made / "manifest.json").write_text('{\n "version": "1.0"\n}\n')
    bundle._sums(made)
    return made


def test_the_papers_are_those_of_the_page(folder: Path) -> None:
    assert (folder / "etc" / "taizhang.service").read_text("utf-8").startswith("[Unit]\n")
    assert "proxy_set_header Host $http_host;" in (folder / "etc" / "nginx.conf").read_text("utf-8")
    assert (folder / "etc" / "taizhang.env").read_text("utf-8").startswith("TAIZHANG_STORE=")
    assert (folder / "docs" / "operating.md").exists()


def test_an_altered_file_is_noticed_before_anything_is_installed(folder: Path) -> None:
    check = [str(folder / "install.sh"), "check"]
    assert subprocess.run(check, capture_output=True).returncode == 0
    (folder / "etc" / "nginx.conf").write_text("x")
    done = subprocess.run(check, capture_output=True, text=True)
    assert (done.returncode, "unpack the bundle anew" in done.stderr) == (1, True)


def test_the_same_files_make_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    digests = set()
    for name in ("one.tar.gz", "two.tar.gz"):
        bundle._pack(folder, tmp_path / name)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
        (folder / "manifest.json").touch()
    assert len(digests) == 1
    with tarfile.open(tmp_path / "one.tar.gz") as tar:
        assert tar.getmember("taizhang-1.0/install.sh").mode == 0o755
        assert {member.uid for member in tar} == {0}


def test_what_is_not_on_this_machine_is_said() -> None:
    with pytest.raises(bundle.CannotBundle, match="libpango"):
        list(bundle._closure("libpango-1.0.so.0", {}))
