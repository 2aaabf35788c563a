"""A backup that somebody made up, or touched, is refused whole: nothing is written outside, nothing stays."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.merkle.canonical import leaf_hash
from taizhang.backup.folder import open_shelf
from taizhang.backup.making import make_backup
from taizhang.startup.open_ledger import open_ledger
from tests.taizhang.conftest import Run

from .conftest import DIGEST, lying_about, secret

Manifest = dict[str, Any]


@pytest.fixture(scope="session")
def made_shelf(small_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    shelf = tmp_path_factory.mktemp("shelf")
    with open_ledger(f"sqlite:///{small_ledger}/taizhang.db", new=True) as session:
        make_backup(session, open_shelf(shelf, None, create=True), small_ledger / "taizhang.db.evidence")
    return shelf


@pytest.fixture
def shelf(run: Run, tmp_path: Path, made_shelf: Path) -> Path:
    """A shelf with one backup, deep enough in a folder that names can lead out of it; the ledger is lost."""
    return shutil.copytree(made_shelf, tmp_path / "a" / "b" / "shelf")


def backup_in(shelf: Path) -> Path:
    (backup,) = (path for path in shelf.iterdir() if path.name[0].isdigit())
    return backup


def rewrite(shelf: Path, change: Callable[[Manifest], object], *, unsigned: bool = True) -> None:
    """Change the manifest of the backup and renew its hash, as whoever can write to the shelf can."""
    path = backup_in(shelf) / "manifest.json"
    whole = orjson.loads(path.read_bytes())
    change(whole["manifest"])
    whole["sha256"] = sha256(orjson.dumps(whole["manifest"])).hexdigest()
    if unsigned:
        whole.pop("signature", None)
    path.write_bytes(orjson.dumps(whole))


def renew_file(shelf: Path, name: str = "ledger.db") -> None:
    path = backup_in(shelf) / name
    entry = {"sha256": sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
    rewrite(shelf, lambda manifest: manifest["files"].__setitem__(name, entry))


def refused(run: Run, shelf: Path, folder: Path) -> str:
    """See that the shelf is refused and that nothing whatever is there that was not before; return the words."""
    before = lying_about(folder)
    done = run("restore", str(shelf))
    assert done.status == 1, done.out
    assert "Traceback" not in done.err
    assert lying_about(folder) == before
    return done.err


NAMES = [
    "../evil", "../../outside", "/tmp/evil", "./ledger.db", "ledger.db/../x", "", ".", "..", "evil\x00", "ledger.db\n",
    "C:\\evil", "..\\evil", "ledger.dba", "taizhang.db", "LEDGER.DB", "ledger.db.key ",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_of_files_are_never_paths(run: Run, shelf: Path, tmp_path: Path, name: str) -> None:
    content = (backup_in(shelf) / "ledger.db").read_bytes()
    entry = {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
    if (
        name.strip("./\\\n")
        and "/" not in name.removeprefix("../")
        and "\0" not in name
        and not name.startswith("/")
    ):
        target = backup_in(shelf) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    rewrite(shelf, lambda manifest: manifest["files"].__setitem__(name, entry))
    assert "清单" in refused(run, shelf, tmp_path)


@pytest.mark.parametrize(
    "name", [*NAMES, DIGEST.upper(), DIGEST + "\n", DIGEST[:-1], DIGEST + "0", "../" + DIGEST]
)
def test_names_of_attached_files_are_hashes(run: Run, shelf: Path, tmp_path: Path, name: str) -> None:
    rewrite(
        shelf,
        lambda manifest: manifest["evidence"].__setitem__(name, manifest["evidence"][DIGEST]),
    )
    assert "清单" in refused(run, shelf, tmp_path)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("events", 4), ("events", 6), ("events", -1), ("events", "5"), ("events", None),
        ("root", "00" * 32), ("root", "x"), ("checkpoint", None), ("checkpoint", "x"), ("ledger", "taizhang/other"),
        ("files", {}), ("files", []), ("evidence", None), ("format", 2), ("format", "1"),
    ],
)  # fmt: skip
def test_what_the_manifest_states_is_compared(
    run: Run, shelf: Path, tmp_path: Path, field: str, value: object
) -> None:
    rewrite(shelf, lambda manifest: manifest.__setitem__(field, value))
    refused(run, shelf, tmp_path)


def test_the_signature_is_looked_at(run: Run, shelf: Path, tmp_path: Path) -> None:
    rewrite(shelf, lambda manifest: manifest["evidence"].clear(), unsigned=False)
    assert "没有台账的签名" in refused(run, shelf, tmp_path)


def test_an_older_backup_has_no_signature_and_it_is_said(run: Run, shelf: Path) -> None:
    rewrite(shelf, lambda manifest: manifest.pop("ledger"))
    done = run("restore", str(shelf))
    assert done.status == 0, done.err
    assert "没有签名" in done.err


def _without_later_checkpoints(database: sqlite3.Connection) -> None:
    database.execute("DELETE FROM checkpoints")


def _altered(database: sqlite3.Connection) -> None:
    for name in ("updated", "deleted", "replaced"):
        database.execute(f"DROP TRIGGER events_are_never_{name}")
    (body,) = database.execute("SELECT body FROM events WHERE sequence = 3").fetchone()
    changed = body.replace("第3次".encode(), "第9次".encode())
    assert changed != body
    database.execute("UPDATE events SET body = ?, leaf = ? WHERE sequence = 3", (changed, leaf_hash(changed)))
    database.execute("DELETE FROM checkpoints")
    from ledger.store.sqlite.statements import EVENTS_GUARDS

    for guard in EVENTS_GUARDS:
        database.execute(guard)


def touch(shelf: Path, change: Callable[[sqlite3.Connection], object]) -> None:
    path = backup_in(shelf) / "ledger.db"
    with closing(sqlite3.connect(path)) as database:
        change(database)
        database.commit()
    renew_file(shelf)


def test_a_changed_event_contradicts_the_signed_checkpoint(run: Run, shelf: Path, tmp_path: Path) -> None:
    """Hashes renewed, the checkpoints in the store and beside the key removed: the manifest's own still stands."""
    touch(shelf, _altered)
    (backup_in(shelf) / "ledger.db.checkpoint").unlink()
    rewrite(shelf, lambda manifest: manifest["files"].pop("ledger.db.checkpoint"))
    assert "清单" in refused(run, shelf, tmp_path)
    # The root in the manifest written anew, too: then it is the signature of the checkpoint that is not of this.
    rewrite(shelf, lambda manifest: manifest.__setitem__("root", "9" * 64))
    refused(run, shelf, tmp_path)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        (
            "CREATE TRIGGER backdoor AFTER INSERT ON accounts BEGIN DELETE FROM journal; END",
            "trigger backdoor",
        ),
        ("CREATE VIEW spy AS SELECT * FROM accounts", "view spy"),
        ("CREATE TABLE more (x)", "table more"),
        ("DROP TRIGGER events_are_never_deleted", "trigger events_are_never_deleted"),
        ("DROP TABLE totals", "table totals"),
        ("ALTER TABLE accounts ADD COLUMN twin TEXT", "table accounts"),
        ("DROP INDEX events_by_id", "index events_by_id"),
    ],
)
def test_a_foreign_schema_is_refused(
    run: Run, shelf: Path, tmp_path: Path, statement: str, name: str
) -> None:
    touch(shelf, lambda database: database.execute(statement))
    assert name in refused(run, shelf, tmp_path)


def test_operators_are_named(run: Run, shelf: Path) -> None:
    touch(
        shelf,
        lambda database: database.execute(
            "INSERT INTO accounts (name, role, display_name, language, password, active, created_at)"
            " SELECT 'evil', role, '', language, 'x', 1, created_at FROM accounts"
        ),
    )
    done = run("restore", str(shelf))
    assert done.status == 0, done.err
    assert "evil、operator" in done.out


def test_a_file_that_does_not_end(run: Run, shelf: Path, tmp_path: Path) -> None:
    path = backup_in(shelf) / "ledger.db"
    with path.open("ab") as file:
        file.truncate(20_000_000)
    assert "不符" in refused(run, shelf, tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b'{"salt": 5}', b'{"salt": "?"}', b"\xff", b'{"salt": {}}']
)
def test_a_shelf_that_says_nonsense(run: Run, shelf: Path, tmp_path: Path, content: bytes) -> None:
    (shelf / "taizhang-backup.json").write_bytes(content)
    refused(run, shelf, tmp_path)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"manifest": [], "sha256": ""}', b"\xff", b"null"])
def test_a_manifest_that_is_nonsense(run: Run, shelf: Path, tmp_path: Path, content: bytes) -> None:
    (backup_in(shelf) / "manifest.json").write_bytes(content)
    refused(run, shelf, tmp_path)


@pytest.mark.parametrize("sealed", [False, True])
def test_what_fails_late_leaves_nothing(
    small: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sealed: bool
) -> None:
    """Attached files and keys are in their place already when the store cannot be put there."""
    assert small("backup", "shelf", *secret(sealed)).status == 0
    target = f"sqlite:///{tmp_path}/new/taizhang.db"
    (tmp_path / "new").mkdir()
    before = lying_about(tmp_path)
    replace = Path.replace

    def failing(self: Path, to: Path) -> Path:
        if self.name == "ledger.db":
            raise OSError(28, "No space left on device")
        return replace(self, to)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", failing)
        assert small("restore", "shelf", "--store", target, *secret(sealed)).status == 1
    assert lying_about(tmp_path) == before
    assert small("restore", "shelf", "--store", target, *secret(sealed)).status == 0
    assert small("verify", "--store", target).status == 0
