"""A backup is the whole ledger at one moment; brought back it is the same, or it is refused with the reason."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from threading import Thread

import orjson
import pytest

from taizhang.backup.trial import last_tried
from taizhang.startup.open_ledger import open_ledger
from tests.taizhang.conftest import Run

from .conftest import add_events, kept, vkey
from .test_mutations import DATABASE

EVIDENCE = Path(f"{DATABASE}.evidence")
PHOTO = b"\xff\xd8 a photo" * 20_000


@pytest.fixture
def whole(ledger: Run) -> Run:
    """A ledger with a key, a settings row, an account's worth of rows in other components, and an attached file."""
    digest = sha256(PHOTO).hexdigest()
    path = EVIDENCE / digest[:2] / digest
    path.parent.mkdir(parents=True)
    path.write_bytes(PHOTO)
    attached = {
        "specversion": "1.0", "id": "photo", "source": "test", "type": "evidence.attached", "subject": "wj-01",
        "time": "2017-03-16",
        "data": {
            "record": "r2", "sha256": digest, "media_type": "image/jpeg", "bytes": len(PHOTO), "filename": "照片.jpg",
        },
    }  # fmt: skip
    Path("attached.jsonl").write_bytes(orjson.dumps(attached))
    assert ledger("import", "attached.jsonl").status == 0
    done = ledger("contact", "add", "wj-01", "--name", "王老师", "--email", "w@example.cn")
    assert done.status == 0, done.err
    ledger("checkpoint")
    return ledger


def everything(path: str) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table."""
    with closing(sqlite3.connect(path)) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            )
        ]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in names}


def lose() -> None:
    """Lose the machine: the store and everything beside it."""
    for path in Path().glob(f"{DATABASE}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def with_passphrase(secret: str | None) -> list[str]:
    if secret is None:
        return []
    Path("secret.txt").write_text(f"{secret}\n")
    return ["--passphrase-file", "secret.txt"]


@pytest.mark.parametrize("secret", [None, "东风 correct horse"])
def test_everything_comes_back(whole: Run, secret: str | None) -> None:
    before = everything(DATABASE)
    key = vkey(whole)
    done = whole("backup", "shelf", "--json", *with_passphrase(secret)).document
    assert (done["events"], done["evidence"], done["warnings"]) == (301, 1, [])
    lose()
    back = whole("restore", "shelf", "--json", *with_passphrase(secret))
    assert back.status == 0, back.err
    assert back.document == {"events": 301, "root": done["root"]}
    after = everything(DATABASE)
    # The backup signed its own state; nothing else is new.
    assert {**after, "checkpoints": []} == {**before, "checkpoints": []}
    assert vkey(whole) == key
    (photo,) = EVIDENCE.glob("*/*")
    assert photo.read_bytes() == PHOTO
    assert whole("verify").status == 0
    assert Path(f"{DATABASE}.key").stat().st_mode & 0o777 == 0o600
    add_events(whole, 5, start=400)
    assert whole("checkpoint").status == 0


def test_nothing_can_be_read_without_the_passphrase(whole: Run) -> None:
    whole("backup", "shelf", *with_passphrase("secret words"))
    digest = sha256(PHOTO).hexdigest()
    for path in Path("shelf").rglob("*"):
        assert digest not in path.name
        if path.is_file():
            content = path.read_bytes()
            assert not any(
                word in content for word in (b"wj-01", "王老师".encode(), b"PRIVATE", b"photo", b"SQLite")
            )
            assert path.stat().st_mode & 0o077 == 0
    lose()
    assert "请给出口令" in whole("restore", "shelf").err
    done = whole("restore", "shelf", *with_passphrase("secret wordz"))
    assert done.status == 1
    assert "口令不对" in done.err
    assert not Path(DATABASE).exists()
    whole("import", "events.jsonl")
    assert "请给出口令" in whole("backup", "shelf").err


def test_a_shelf_is_either_or(whole: Run) -> None:
    assert whole("backup", "shelf").status == 0
    assert "没有加密" in whole("backup", "shelf", *with_passphrase("x")).err
    Path("full").mkdir()
    Path("full/letter.txt").write_text("x")
    assert "空文件夹" in whole("backup", "full").err


def test_while_others_write(whole: Run) -> None:
    """A state between two appends is saved, never half of one."""
    stop = False

    def write() -> None:
        number = 0
        with open_ledger(f"sqlite:///{DATABASE}", new=True) as session:
            from ledger.store.protocol import Recorder

            while not stop:
                pair = [
                    orjson.dumps(
                        {"specversion": "1.0", "id": f"w{number}-{part}", "source": "t", "type": "activity.held",
                         "subject": "wj-01", "time": "2017-05-01", "data": {"kinds": ["study_session"], "topic": "x"}}
                    )
                    for part in (1, 2)
                ]  # fmt: skip
                session.store.append([(None, line) for line in pair], by=Recorder("w"), now=session.clock())
                number += 1

    writer = Thread(target=write)
    writer.start()
    try:
        done = [whole("backup", "shelf", "--json").document for _ in range(4)]
    finally:
        stop = True
        writer.join()
    assert all((each["events"] - 301) % 2 == 0 for each in done)
    assert len({each["backup"] for each in done}) == 4


def test_only_the_newest_stay_and_what_they_need(whole: Run) -> None:
    first = Path(whole("backup", "shelf", "--json").document["backup"])
    shutil.rmtree(EVIDENCE)
    done = [whole("backup", "shelf", "--json", "--keep", "2").document for _ in range(3)]
    assert [each["removed"] for each in done] == [0, 1, 1]
    assert "附件" in done[0]["warnings"][0]
    assert not first.exists()
    # What is registered and was lost stays on the shelf, however many backups follow.
    assert len([path for path in Path("shelf/evidence").rglob("*") if path.is_file()]) == 1
    assert len([path for path in Path("shelf").iterdir() if path.is_dir() and path.name != "evidence"]) == 2


def _touch(path: Path) -> None:
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("damage", "secret"), [(_touch, None), (_touch, "x"), (Path.unlink, None), (_cut, "x")]
)
def test_a_damaged_backup_is_refused_whole(
    whole: Run, secret: str | None, damage: Callable[[Path], object]
) -> None:
    backup = Path(whole("backup", "shelf", "--json", *with_passphrase(secret)).document["backup"])
    lose()
    files = [path for path in (*backup.iterdir(), *Path("shelf/evidence").rglob("*")) if path.is_file()]
    assert len(files) == 5
    for path in files:
        content = path.read_bytes()
        damage(path)
        done = whole("restore", "shelf", *with_passphrase(secret))
        assert done.status == 1, path.name
        assert not Path(DATABASE).exists()
        path.write_bytes(content)
    assert whole("restore", "shelf", *with_passphrase(secret)).status == 0


def test_a_ledger_that_is_there_is_not_replaced(whole: Run) -> None:
    whole("backup", "shelf")
    before = everything(DATABASE)
    done = whole("restore", "shelf")
    assert done.status == 1
    assert "已有事件" in done.err
    assert everything(DATABASE) == before


def test_an_older_backup_says_what_is_missing(whole: Run) -> None:
    whole("backup", "shelf")
    add_events(whole, 40, start=500)
    checkpoint = kept(whole, "later.checkpoint", "checkpoint")
    # The store is lost; the key and the last checkpoint beside it are not.
    Path(DATABASE).unlink()
    done = whole("restore", "shelf", "--json")
    assert done.status == 1
    assert "302 至 341" in done.errors[0]["problem"]
    assert not Path(DATABASE).exists()
    lose()
    assert whole("restore", "shelf", "--against", str(checkpoint)).status == 1
    shutil.copy(checkpoint, f"{DATABASE}.checkpoint")
    taken = whole("restore", "shelf", "--accept-missing", "--json")
    assert taken.document["missing"] == [302, 341]
    assert list(Path().glob("*.checkpoint-lost-*"))
    assert whole("verify").status == 0
    assert whole("checkpoint").status == 0


def test_a_backup_of_another_history(whole: Run) -> None:
    whole("backup", "shelf")
    lose()
    add_events(whole, 301)
    shutil.copy(DATABASE, "kept.db")
    other = kept(whole, "other.checkpoint", "checkpoint")
    lose()
    done = whole("restore", "shelf", "--against", str(other))
    assert done.status == 1
    assert "不符" in done.err


def test_the_backup_of_one_day_by_name(whole: Run) -> None:
    first = whole("backup", "shelf", "--json").document
    add_events(whole, 10, start=500)
    whole("backup", "shelf")
    lose()
    assert whole("restore", first["backup"], "--json").document == {"events": 301, "root": first["root"]}


def test_what_is_no_backup(run: Run) -> None:
    Path("folder").mkdir()
    done = run("restore", "folder")
    assert done.status == 1
    assert "没有备份" in done.err


def test_a_failing_disk_leaves_no_backup(whole: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole("backup", "shelf")
    before = sorted(path.name for path in Path("shelf").iterdir())
    calls = 0

    def failing(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", failing)
        assert whole("backup", "shelf", "--keep", "1").status == 1
    assert sorted(path.name for path in Path("shelf").iterdir()) == before


# -- an export, restored ---------------------------------------------------------------------------------------


def test_an_export_is_held_to_the_checkpoint_beside_the_key(whole: Run) -> None:
    kept(whole, "export.jsonl", "export")
    lines = Path("export.jsonl").read_bytes().splitlines(keepends=True)
    Path("short.jsonl").write_bytes(b"".join(lines[:290]))
    Path(DATABASE).unlink()
    done = whole("restore", "short.jsonl", "--json")
    assert done.status == 1
    assert "291 至 301" in done.errors[0]["problem"]
    with open_ledger(f"sqlite:///{DATABASE}", new=True) as session:
        assert session.store.size() == 0
    assert whole("restore", "export.jsonl").status == 0
    assert whole("verify").status == 0
    assert whole("checkpoint").status == 0


def test_an_export_says_which_ledger_it_is_of(whole: Run) -> None:
    """By the anchors in it, or by the checkpoint that it is held to."""
    checkpoint = kept(whole, "now.checkpoint", "checkpoint")
    kept(whole, "plain.jsonl", "export")
    whole("key", "--rotate")
    kept(whole, "anchored.jsonl", "export")
    assert (
        whole("restore", "plain.jsonl", "--store", "sqlite:///copy.db", "--against", str(checkpoint)).status
        == 0
    )
    assert whole("checkpoint", "--store", "sqlite:///copy.db").out.startswith("taizhang/taizhang\n")
    assert whole("restore", "anchored.jsonl", "--store", "sqlite:///other.db").status == 0
    assert whole("checkpoint", "--store", "sqlite:///other.db").out.startswith("taizhang/taizhang\n")
    whole("restore", "plain.jsonl", "--store", "sqlite:///nameless.db")
    assert whole("checkpoint", "--store", "sqlite:///nameless.db").out.startswith("taizhang/nameless\n")


def test_a_changed_export_is_refused_by_the_checkpoint(whole: Run) -> None:
    checkpoint = kept(whole, "now.checkpoint", "checkpoint")
    kept(whole, "export.jsonl", "export")
    changed = Path("export.jsonl").read_bytes().replace("第9次".encode(), "第八次".encode(), 1)
    Path("changed.jsonl").write_bytes(changed)
    command = ("restore", "changed.jsonl", "--store", "sqlite:///copy.db")
    done = whole(*command, "--against", str(checkpoint))
    assert done.status == 1
    assert "不符" in done.err
    assert whole(*command).status == 0, "in itself it is a sound ledger"


# -- copies ----------------------------------------------------------------------------------------------------


def test_a_copy_is_the_same_log(whole: Run, new_url: Callable[[], str]) -> None:
    new_url()  # on one engine, that of the ledger itself
    target = new_url()
    key = vkey(whole)
    root = whole("verify", "--json").document["root"]
    done = whole("copy", "--to", target, "--json")
    assert done.status == 0, done.err
    assert done.document == {"events": 301, "root": root}
    assert whole("export", "--store", target).out == whole("export").out
    assert vkey_of(whole, target) == key
    assert whole("verify", "--store", target, "--json").document["root"] == root
    assert "王老师" in whole("contact", "list", "--store", target).out
    assert whole("board", "--store", target, "--json").document == whole("board", "--json").document
    again = whole("copy", "--to", target)
    assert again.status == 1
    assert "空的台账" in again.err
    # And back into a file.
    assert whole("copy", "--store", target, "--to", "sqlite:///back.db", "--json").document["root"] == root


def vkey_of(run: Run, url: str) -> str:
    return run("key", "--store", url).out.strip()


def test_a_backup_from_and_to_the_server(whole: Run, new_url: Callable[[], str]) -> None:
    target, other = new_url(), new_url()
    whole("copy", "--to", target)
    done = whole("backup", "shelf", "--store", target, "--json")
    assert done.status == 0, done.err
    assert done.document["events"] == 301
    back = whole("restore", "shelf", "--store", other, "--json")
    assert back.status == 0, back.err
    assert back.document["root"] == done.document["root"]
    assert whole("verify", "--store", other).status == 0


def test_a_failed_copy_leaves_nothing_to_be_used(whole: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import ledger.intake.restore as restoring

    def failing(*_: object) -> None:
        raise OSError(5, "input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(restoring, "leaf_hash", failing)
        assert whole("copy", "--to", "sqlite:///target.db").status == 1
    assert everything("target.db")["reminder_contacts"] == []
    assert whole("copy", "--to", "sqlite:///target.db").status == 0


def test_a_drill_touches_nothing_and_says_what_it_found(ledger: Run, tmp_path: Path) -> None:
    shelf = tmp_path / "drill"
    assert ledger("backup", str(shelf)).status == 0
    before = sorted(path.name for path in Path().iterdir())
    done = ledger("restore", str(shelf), "--trial", "--json").document
    assert (done["trial"], done["events"], done["later"]) == (True, 300, 0)
    assert sorted(path.name for path in Path().iterdir()) == before, "what was brought back is gone"
    with open_ledger(f"sqlite:///{DATABASE}") as session:
        assert last_tried(session.store) is not None
    assert ledger("restore", "export.jsonl", "--trial").status == 2
    # A ledger that is another, or has lost events, is told.
    for left in Path().glob(f"{DATABASE}*"):
        if left.is_file():
            left.unlink()
    with open_ledger(f"sqlite:///{DATABASE}", new=True):
        pass
    refused = ledger("restore", str(shelf), "--trial")
    assert (refused.status, "台账缺了后面的" in refused.err) == (1, True)
