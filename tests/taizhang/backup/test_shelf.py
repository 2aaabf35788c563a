"""A folder of backups takes only its ledger, going on from its newest backup, and gives up nothing that holds more."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from taizhang.app.settings import Settings
from taizhang.backup.folder import open_shelf
from taizhang.backup.making import make_backup
from taizhang.jobs.nightly import nightly
from taizhang.startup.open_ledger import open_ledger
from tests.taizhang.conftest import EXAMPLE, Run

from .conftest import DIGEST, append, event, lying_about, secret

URL = "sqlite:///taizhang.db"


def backed_up(days: float = 0, *, shelf: str = "shelf", keep: int | None = None, url: str = URL) -> str:
    """Make a backup under a clock that is *days* off; return its name."""
    with open_ledger(url) as session:
        session.clock = lambda: datetime.now(UTC) + timedelta(days=days)  # type: ignore[assignment,method-assign]
        folder = open_shelf(Path(shelf), None, create=True)
        return make_backup(session, folder, Path("taizhang.db.evidence"), keep=keep).path.name


def names(shelf: str = "shelf") -> list[str]:
    return [backup.path.name for backup in open_shelf(Path(shelf), None).backups()]


def test_a_new_ledger_does_not_push_the_good_backups_out(small: Run, tmp_path: Path) -> None:
    """The store is not there, somebody begins a new one in its place, and the backup runs with --keep 1."""
    assert small("backup", "shelf").status == 0
    before = lying_about(tmp_path / "shelf")
    for path in tmp_path.glob("taizhang.db*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert small("backup", "shelf", "--keep", "1").status == 1
    assert small("import", str(EXAMPLE)).status == 0
    done = small("backup", "shelf", "--keep", "1")
    assert done.status == 1
    assert "没有备份" in done.err
    assert lying_about(tmp_path / "shelf") == before
    done = small("restore", "shelf", "--store", "sqlite:///back.db")
    assert "5 条" in done.out


def test_another_ledger_is_sent_elsewhere(small: Run) -> None:
    assert small("backup", "shelf").status == 0
    assert small("import", str(EXAMPLE), "--store", "sqlite:///other.db").status == 0
    done = small("backup", "shelf", "--store", "sqlite:///other.db")
    assert done.status == 1
    assert "taizhang/taizhang" in done.err
    assert "taizhang/other" in done.err


def test_a_ledger_that_went_back_is_not_taken(small: Run, tmp_path: Path) -> None:
    shutil.copyfile("taizhang.db", "older.db")
    append(URL, event(6))
    assert small("backup", "shelf").status == 0
    # A file put back; its key and checkpoint, too, as with an image of the whole disk.
    shutil.copyfile("older.db", "taizhang.db")
    for name in ("taizhang.db-wal", "taizhang.db-shm"):
        Path(name).unlink(missing_ok=True)
    done = small("backup", "shelf", "--keep", "1")
    assert done.status == 1
    assert "6 条事件" in done.err
    append(URL, event(7), event(8))
    done = small("backup", "shelf", "--keep", "1")
    assert done.status == 1, "as long, but another history"
    assert "不同" in done.err
    assert len(names()) == 1


def test_the_newest_is_told_by_what_it_holds(small: Run) -> None:
    """A backup made under a clock that is a year ahead is not the newest for that, nor does it stay."""
    ahead = backed_up(days=365)
    append(URL, event(6))
    now = backed_up()
    assert names() == [ahead, now]
    assert "6 条" in small("restore", "shelf", "--store", "sqlite:///back.db").out
    append(URL, event(7))
    later = backed_up(days=-1, keep=2)
    assert names() == [now, later]
    same = backed_up(days=-2, keep=2)
    assert names() == [later, same], (
        "with as many events the one made later is the newer, whatever its clock said"
    )


def test_what_holds_more_is_never_removed(small: Run) -> None:
    kept = [backed_up(days=days) for days in (3, 2, 1)]
    assert names() == kept
    append(URL, event(6))
    newest = backed_up(days=-5, keep=1)
    assert names() == [newest]


def test_a_backup_that_nobody_can_read_stays_and_does_not_count(small: Run) -> None:
    damaged = Path("shelf") / backed_up(days=-3)
    append(URL, event(6))
    others = [backed_up(days=-2), backed_up(days=-1)]
    content = (damaged / "manifest.json").read_bytes()
    (damaged / "manifest.json").write_bytes(content[:-9])
    done = small("backup", "shelf", "--keep", "2", "--json")
    assert done.document["removed"] == 1
    assert damaged.name in done.document["warnings"][0]
    assert damaged.exists()
    assert not (Path("shelf") / others[0]).exists()
    assert Path("shelf/evidence", DIGEST[:2], DIGEST).exists()


def test_attached_files_that_were_lost_stay_in_the_backups(small: Run) -> None:
    """The disk of the attached files is not mounted: the shelf keeps what it has, however many backups follow."""
    assert small("backup", "shelf").status == 0
    shutil.move("taizhang.db.evidence", "elsewhere")
    for _ in range(3):
        done = small("backup", "shelf", "--keep", "1", "--json").document
        assert "1 个" in done["warnings"][0]
        assert done["evidence"] == 1
    done = small("restore", "shelf", "--store", "sqlite:///back.db")
    assert done.status == 0, done.err
    assert Path("back.db.evidence", DIGEST[:2], DIGEST).read_bytes()


def test_another_passphrase_is_refused(small: Run) -> None:
    assert small("backup", "shelf", *secret(True)).status == 0
    Path("other.txt").write_text("another\n")
    done = small("backup", "shelf", "--passphrase-file", "other.txt")
    assert done.status == 1
    assert "口令不对" in done.err


def test_a_disk_of_backups_that_is_not_mounted(small: Run, tmp_path: Path) -> None:
    assert small("backup", "mnt").status == 0
    shutil.move("mnt", "unmounted")
    Path("mnt").mkdir()
    done = small("backup", "mnt")
    assert done.status == 1
    assert "没有挂载" in done.err
    with open_ledger(URL) as session, httpx.Client() as client:
        session.clock = lambda: datetime(2030, 1, 1, 20, tzinfo=UTC)  # type: ignore[assignment,method-assign]
        *_, problem = nightly(session, Settings(backup=tmp_path / "mnt"), client)
        assert "没有挂载" in str(problem)
    assert not list(Path("mnt").iterdir())
    assert small("backup", "mnt", "--new").status == 0


@pytest.mark.parametrize("ahead", [False, True])
def test_one_backup_a_day_also_after_a_clock_that_was_ahead(small: Run, tmp_path: Path, ahead: bool) -> None:
    today = datetime(2026, 11, 28, 20, tzinfo=UTC)
    with open_ledger(URL) as session, httpx.Client() as client:

        def night(now: datetime) -> None:
            session.clock = lambda: now  # type: ignore[assignment,method-assign]
            problems = nightly(session, Settings(backup=tmp_path / "shelf", backup_keep=4), client)
            # A clock that is in doubt is told, and keeps no backup from being made.
            assert all("时钟" in str(problem) for problem in problems)

        for days in range(4):
            night(today - timedelta(days=4 - days))
        before = names()
        if ahead:
            night(today + timedelta(days=365))
        for tick in range(9):
            night(today + timedelta(minutes=5 * tick))
        assert len(set(before) & set(names())) == (2 if ahead else 3)
