"""Operators' jobs, killed at any step: the ledger is whole, nothing lies in clear, and the next run does it all."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from ledger.problem import NoLedger
from taizhang.cli import main
from taizhang.evidence.folder import EvidenceFolder
from taizhang.startup.open_ledger import open_ledger
from tests.taizhang.conftest import EXAMPLE

from .conftest import DIGEST, PHOTO, SECRET, lying_about
from .crashing import killed_at, steps_of

STORE = "sqlite:///taizhang.db"
LOOKS = int(os.environ.get("TAIZHANG_TEST_CRASHES", "6"))
"""At so many steps of each job a crash is looked at, the first and the last among them; 100000: at every step."""
IN_CLEAR = (b"SQLite format", b"PRIVATE+KEY", b"study_session", b"photo")


@pytest.fixture
def folder(tmp_path: Path, small_ledger: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a ledger, its key, an attached file, and a sealed shelf with one backup."""
    shutil.copytree(small_ledger, tmp_path / "before")
    monkeypatch.chdir(tmp_path / "before")
    monkeypatch.setenv("TAIZHANG_BACKUP_PASSPHRASE", SECRET)
    for name in ("TAIZHANG_STORE", "TAIZHANG_LANG", "TAIZHANG_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert main(["backup", "shelf"]) == 0
    (tmp_path / "now").mkdir()
    monkeypatch.chdir(tmp_path / "now")
    return tmp_path


def begin_anew(folder: Path) -> None:
    """Put everything back as it was before the job."""
    for path in (folder / "now").iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(folder / "before", folder / "now", dirs_exist_ok=True)


def crashes(folder: Path, job: Callable[[], int]) -> Iterator[int]:
    """Yield after each crash of *job*, at steps spread over all that it takes; the number is that of the step."""
    begin_anew(folder)
    count = steps_of(job)
    assert count > 3
    looks = min(LOOKS, count)
    for step in sorted({1 + (count - 1) * look // max(1, looks - 1) for look in range(looks)}):
        begin_anew(folder)
        assert killed_at(step, job) is None, step
        yield step


def root(url: str = STORE) -> tuple[int, str]:
    with open_ledger(url) as session:
        found = session.store.verify()
    return found.events, found.root


def left_over() -> list[str]:
    return [
        str(path)
        for path in Path().rglob("*")
        if any(word in path.name for word in ("working", "partial", "restoring", ".part"))
    ]


def test_backup(folder: Path) -> None:
    before = None
    for step in crashes(folder, lambda: main(["backup", "shelf", "--keep", "1"])):
        before = before or root()
        assert root() == before, step
        for name, content in lying_about(Path("shelf")).items():
            if content is not None:
                assert not any(word in content for word in IN_CLEAR), (step, name)
                assert Path("shelf", name).stat().st_mode & 0o077 == 0
        for path in Path().glob(".taizhang-working-*"):
            assert path.stat().st_mode & 0o077 == 0
        # What is there can be brought back; and the next backup is made, with nothing left of this one.
        assert main(["restore", "shelf", "--store", "sqlite:///back.db"]) == 0, step
        assert root("sqlite:///back.db") == before
        assert main(["backup", "shelf", "--keep", "1"]) == 0
        assert left_over() == [], step


def test_backup_from_a_server(folder: Path, new_postgres_url: Callable[[], str]) -> None:
    """The same of a ledger in PostgreSQL: no crash touches what the server holds, and the next backup is whole."""
    url = new_postgres_url()
    os.chdir(folder / "before")
    assert main(["copy", "--to", url]) == 0
    before = root(url)
    os.chdir(folder / "now")
    # Each time the folder is put back as it was: the ledger itself remembers backups that it finds no more.
    job = ["backup", "server", "--keep", "1", "--new", "--store", url]
    for step in crashes(folder, lambda: main(job)):
        assert root(url) == before, step
        for name, content in lying_about(Path("server")).items() if Path("server").exists() else ():
            if content is not None:
                assert not any(word in content for word in IN_CLEAR), (step, name)
        assert main(job) == 0, step
        assert left_over() == [], step
        assert main(["restore", "server", "--store", "sqlite:///back.db"]) == 0, step
        assert root("sqlite:///back.db") == before, step


def test_import(folder: Path) -> None:
    """A file without a ledger has the whole of an import, or still none."""
    (folder / "before" / "events.jsonl").write_bytes(EXAMPLE.read_bytes())
    job = ["import", "events.jsonl", "--store", "sqlite:///new.db"]
    for step in crashes(folder, lambda: main(job)):
        if main(["verify", "--store", "sqlite:///new.db"]) != 0:
            with pytest.raises(NoLedger), open_ledger("sqlite:///new.db"):
                pass
            assert main(job) == 0, step
        assert root("sqlite:///new.db")[0] == len(EXAMPLE.read_bytes().splitlines()), step


def test_restore(folder: Path) -> None:
    job = ["restore", "shelf", "--store", "sqlite:///back.db"]
    for step in crashes(folder, lambda: main(job)):
        before = root()
        if not Path("back.db").exists():
            assert main(job) == 0, step
        assert root("sqlite:///back.db") == before, step
        (photo,) = Path("back.db.evidence").glob("??/*")
        assert photo.read_bytes() == PHOTO
        assert main(["checkpoint", "--store", "sqlite:///back.db"]) == 0, "its key is there"


def test_copy(folder: Path) -> None:
    job = ["copy", "--to", "sqlite:///copy.db"]
    for step in crashes(folder, lambda: main(job)):
        before = root()
        # Not there, not finished (nobody opens it), or just made and still empty.
        if main(["verify", "--store", "sqlite:///copy.db"]) != 0 or root("sqlite:///copy.db")[0] == 0:
            assert main(job) == 0, step
        assert root("sqlite:///copy.db") == before, step
        assert Path("copy.db.key").stat().st_mode & 0o077 == 0


def test_rebuild(folder: Path) -> None:
    for step in crashes(folder, lambda: main(["rebuild"])):
        before = root()
        assert main(["rebuild"]) == 0, step
        assert main(["verify"]) == 0, step
        assert root() == before


def test_rubric_install(folder: Path) -> None:
    """A rubric is installed, whole, or not; the look at rubrics agrees with it, and the next run installs it."""
    shown = files("rubric").joinpath("data/wujin-2017.yaml").read_text("utf-8")
    text, changed = re.subn(r"(?m)^version: \d+$", "version: 9", shown)
    assert changed == 1
    (folder / "before" / "next.yaml").write_text(text, "utf-8")
    for step in crashes(folder, lambda: main(["rubric", "install", "next.yaml"])):
        assert main(["verify"]) == 0, step
        if version() != 9:
            assert main(["rubric", "install", "next.yaml"]) == 0, step
        assert version() == 9, step
        assert main(["verify"]) == 0, step


def version() -> int:
    with open_ledger(STORE) as session:
        return max(rubric.version for rubric in session.shelf.all)


def test_evidence(folder: Path) -> None:
    def keep() -> int:
        EvidenceFolder(Path("taizhang.db.evidence")).keep(b"another file")
        return 0

    for step in crashes(folder, keep):
        stored = list(Path("taizhang.db.evidence").glob("??/*"))
        for path in stored:
            if not path.name.startswith("."):
                assert path.read_bytes() in (PHOTO, b"another file"), step
        assert keep() == 0
        assert Path("taizhang.db.evidence", DIGEST[:2], DIGEST).exists()
