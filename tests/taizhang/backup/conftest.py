"""A small ledger with a key, an attached file and an operator, and a look at everything that lies in its folder."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import orjson
import pytest

from ledger.store.protocol import Recorder
from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.app.clock import Clock
from taizhang.evidence.folder import EvidenceFolder
from taizhang.startup.open_ledger import open_ledger
from tests.taizhang.conftest import Run

PHOTO = b"\xff\xd8 a photo" * 500
DIGEST = sha256(PHOTO).hexdigest()
SECRET = "东风 correct horse"


def event(number: int, kind: str = "activity.held", /, **data: object) -> bytes:
    said = data or {"kinds": ["study_session"], "topic": f"第{number}次学习"}
    return orjson.dumps(
        {"specversion": "1.0", "id": f"r{number}", "source": "test", "type": kind, "subject": "wj-01",
         "time": "2017-03-15", "data": said}
    )  # fmt: skip


def append(url: str, *lines: bytes) -> None:
    with open_ledger(url, new=True) as session:
        session.store.append([(None, line) for line in lines], by=Recorder("li"), now=session.clock())


@pytest.fixture(scope="session")
def small_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a ledger `taizhang.db`: 5 events, a signed checkpoint, an attached file, an operator."""
    folder = tmp_path_factory.mktemp("small")
    url = f"sqlite:///{folder}/taizhang.db"
    registered = event(1, "organization.registered", name="某校党支部", kind="branch")
    photo = event(
        5,
        "evidence.attached",
        record="r2",
        sha256=DIGEST,
        media_type="image/jpeg",
        bytes=len(PHOTO),
        filename="a.jpg",
    )
    append(url, registered, *map(event, range(2, 5)), photo)
    EvidenceFolder(folder / "taizhang.db.evidence").keep(PHOTO)
    with open_ledger(url, new=True) as session:
        account = Account("operator", Role.OPERATOR, "管理员")
        entry.create_account(session.store, account, now=Clock()(), by="test")
        session.log.checkpoint()
    return folder


@pytest.fixture
def small(run: Run, tmp_path: Path, small_ledger: Path) -> Run:
    """A command line over that ledger."""
    shutil.copytree(small_ledger, tmp_path, dirs_exist_ok=True)
    return run


def secret(asked: bool) -> list[str]:
    """Return the options that name the passphrase."""
    if not asked:
        return []
    Path("secret.txt").write_text(f"{SECRET}\n")
    return ["--passphrase-file", "secret.txt"]


def lying_about(folder: Path) -> dict[str, bytes | None]:
    """Return every file below *folder* with its content, and every folder (None)."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }
