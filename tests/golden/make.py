"""Makes a golden store: a small ledger as the program of today writes it, kept for every program after it.

Run once for each release, at its commit, and commit what it wrote:

    .venv/bin/python -m tests.golden.make 0.1

A store that is there is never made anew: it is what that release wrote. What is in it: three units lived through a
year, every kind of event that a demo has, an attached file, a rubric of the next year, people, contacts, an account,
a checkpoint, a second key, and rows that only looking makes (the assessors' list, the trail).
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from hashlib import sha256
from io import BytesIO
from pathlib import Path

STORES = Path(__file__).parent / "stores"
LEDGER = "ledger.db"
CONTENT = "第二党小组会议记录（样例）\n".encode()
"""The attached file."""


def make(release: str) -> Path:
    """Write the store of *release*; return its folder."""
    target = STORES / release
    if target.exists():
        sys.exit(f"{target} is there: a golden store is never made anew")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        _fill()
        target.mkdir(parents=True)
        _put(target)
    return target


def _fill() -> None:
    _run("demo", "--units", "3", "--seed", "5", "--jsonl", "events.jsonl")
    _run("import", "events.jsonl", "--by", "secretary")
    first = json.loads(Path("events.jsonl").read_text("utf-8").splitlines()[0])
    unit = first["subject"].partition("/")[0]
    record = next(
        event
        for event in map(json.loads, Path("events.jsonl").read_text("utf-8").splitlines())
        if event["type"] == "activity.held"
    )
    _attach(record)
    _run("checkpoint")
    draft = _run("rubric", "derive", "wujin-2017", "--year", "2018").decode()
    Path("2018.yaml").write_text(re.sub(r',?\n *decide: "[^"\n]*"', "", draft), "utf-8")
    _run("rubric", "install", "2018.yaml")
    member = next(
        event
        for event in map(json.loads, Path("events.jsonl").read_text("utf-8").splitlines())
        if event["type"] == "member.joined"
    )
    _run("people", "set", member["data"]["member"], "--unit", unit, "--name", "样例")
    _run("contact", "add", unit, "--name", "样例", "--email", "sample@example.org")
    _run("account", "add", "auditor", "--role", "auditor", "--title", "样例")
    _run("key", "--rotate")
    _look()
    _run("checkpoint")


def _attach(record: dict[str, object]) -> None:
    digest = sha256(CONTENT).hexdigest()
    path = Path(f"{LEDGER}.evidence") / digest[:2] / digest
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    event = {
        "specversion": "1.0",
        "id": "golden-evidence",
        "source": "golden",
        "type": "evidence.attached",
        "subject": record["subject"],
        "time": "2018-02-01",
        "data": {
            "record": record["id"],
            "sha256": digest,
            "media_type": "text/plain",
            "bytes": len(CONTENT),
            "filename": "会议记录.txt",
        },
    }
    Path("evidence.jsonl").write_text(json.dumps(event), "utf-8")
    _run("import", "evidence.jsonl")


def _look() -> None:
    """Have the rows made that are made when somebody looks."""
    from projections import event_search as trail
    from projections import review_queue as reviewing
    from projections.review_items import standards
    from taizhang.startup.open_ledger import open_ledger

    with open_ledger(f"sqlite:///{LEDGER}", new=True) as session:
        reviewing.renew(session.store, standards(session.shelf, session.settings.late_days))
        trail.look(session.store, trail.Sought(types=frozenset({"election.held"})))


def _put(target: Path) -> None:
    with closing(sqlite3.connect(LEDGER)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        connection.execute("VACUUM")
    packed = BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, filename="") as file:
        file.write(Path(LEDGER).read_bytes())
    (target / f"{LEDGER}.gz").write_bytes(packed.getvalue())
    # Not the private key: verifying needs none, and a repository is no place for one.
    shutil.copyfile(f"{LEDGER}.checkpoint", target / f"{LEDGER}.checkpoint")
    shutil.copytree(f"{LEDGER}.evidence", target / f"{LEDGER}.evidence")
    export = _run("export")
    told = {"events": export.count(b"\n"), "export_sha256": sha256(export).hexdigest()}
    told |= {"root": json.loads(_run("verify", "--json"))["root"]}
    (target / "told.json").write_text(json.dumps(told, indent=2) + "\n")


def _run(*argv: str) -> bytes:
    """Run a command of the program on the ledger of this folder; return what it prints."""
    command = [sys.executable, "-m", "taizhang", *argv, "--store", f"sqlite:///{LEDGER}"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


if __name__ == "__main__":
    print(make(sys.argv[1]))
