"""What `verify` looks at beside the events: each thing altered in the file is told by the look that is about it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.store.sqlite.checking import missing_guards
from projections import event_search, review_queue
from projections.review_items import standards
from rubric.catalog import FORMER_TEXTS, builtin
from taizhang.startup.open_ledger import COMPONENTS, open_ledger
from tests.rubric.files import SMALL
from tests.taizhang.conftest import Run

from .conftest import add_events

DATABASE = "taizhang.db"
CONTENT = "会议记录".encode()
DIGEST = sha256(CONTENT).hexdigest()


def looks(run: Run, *arguments: str) -> dict[str, dict[str, Any]]:
    """Return what each look came to."""
    return {look["look"]: look for look in run("verify", "--json", *arguments).document["looks"]}


def broken(run: Run) -> dict[str, list[str]]:
    """Return the looks that found something broken, with what they say; `verify` ends with 1 exactly then."""
    done = run("verify", "--json")
    found = {
        look["look"]: [fault["problem"] for fault in look["faults"]]
        for look in done.document["looks"]
        if look["result"] == "broken"
    }
    assert done.status == (1 if found else 0)
    if found:
        assert [error["problem"] for error in done.errors] == [
            said for each in found.values() for said in each
        ]
    return found


def alter(*statements: str) -> None:
    with closing(sqlite3.connect(DATABASE)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


_MADE: dict[str, bytes] = {}
"""The files of the ledger below: it is made once."""


@pytest.fixture
def whole(run: Run) -> Run:
    """A ledger with everything that stands on events: totals, the assessors' list, the auditors' index, a rubric."""
    if not _MADE:
        _make_whole(run)
        _MADE.update((path.name, path.read_bytes()) for path in Path().iterdir() if path.is_file())
    for name, content in _MADE.items():
        Path(name).write_bytes(content)
    Path(f"{DATABASE}.key").chmod(0o600)
    return run


def _make_whole(run: Run) -> None:
    add_events(run, 1100)
    Path("small.yaml").write_text(SMALL, "utf-8")
    assert run("rubric", "install", "small.yaml").status == 0
    with open_ledger(f"sqlite:///{DATABASE}") as session:
        review_queue.renew(session.store, standards(session.shelf, session.settings.late_days))
        event_search.look(session.store, event_search.Sought(types=frozenset({"election.held"})))
    assert run("checkpoint").status == 0


def test_a_sound_ledger_says_what_was_looked_at_and_what_was_not(whole: Run) -> None:
    found = looks(whole)
    assert {name: look["result"] for name, look in found.items()} == {
        "events": "ok",
        "clock": "ok",
        "engine": "ok",
        "schema": "ok",
        "checkpoints": "ok",
        "anchors": "not_looked",
        "tail": "ok",
        "rubrics": "ok",
        "kept_rows": "ok",
        "evidence": "ok",
        "own_data": "not_looked",
    }
    assert "1 个单位的总分、1 个单位的待审清单、1 段查证索引" in found["kept_rows"]["text"]
    assert looks(whole, "--fast")["kept_rows"]["result"] == "not_looked"
    lines = whole("verify").out.splitlines()
    assert lines[0].startswith("✓ 1101 条事件")
    assert any(line.startswith("– 没有逐行看账号") for line in lines)
    assert whole("--lang", "en", "verify").out.startswith("✓ 1101 events")


@pytest.mark.parametrize(
    ("statement", "look", "said"),
    [
        ("UPDATE totals SET score = 1", "kept_rows", "score"),
        ("UPDATE totals SET name = '别的名字'", "kept_rows", "name"),
        ("UPDATE totals SET standing = ''", "kept_rows", "standing"),
        ("UPDATE totals SET sequence = 1099", "kept_rows", "1099"),
        ("DELETE FROM totals", "kept_rows", "缺少 wj-01"),
        ("UPDATE totals SET unit = 'wj-99'", "kept_rows", "wj-99"),
        ("DELETE FROM review_rows WHERE record = 'r5'", "kept_rows", "待审清单"),
        ("UPDATE review_rows SET data = '{}' WHERE record = 'r5'", "kept_rows", "待审清单"),
        ("UPDATE review_lags SET late = 0", "kept_rows", "待审清单"),
        ("DELETE FROM trail_blocks WHERE value = 'type activity.held'", "kept_rows", "第 1 至 1000 号"),
        ("DROP TRIGGER events_are_never_deleted", "schema", "events_are_never_deleted"),
        (
            "CREATE TRIGGER backdoor AFTER INSERT ON events BEGIN DELETE FROM sessions; END",
            "schema",
            "backdoor",
        ),
        ("DROP TABLE people", "schema", "people"),
        ("DROP INDEX events_by_unit", "schema", "events_by_unit"),
        ("ALTER TABLE accounts ADD COLUMN more TEXT", "schema", "accounts"),
        ("DROP TABLE totals", "schema", "totals"),
    ],
)  # fmt: skip
def test_what_is_altered_is_told(whole: Run, statement: str, look: str, said: str) -> None:
    assert broken(whole) == {}
    alter(statement)
    found = broken(whole)
    assert look in found
    assert said in "".join(found[look])


def test_guards_are_put_back_at_the_next_opening_and_that_is_not_forgotten(whole: Run) -> None:
    alter("DROP TRIGGER events_are_never_updated")
    assert "schema" in broken(whole)
    assert "schema" in broken(whole), "who only looks repairs nothing"
    whole("score", "wj-01")
    with closing(sqlite3.connect(DATABASE)) as connection:
        assert missing_guards(connection) == []
        with pytest.raises(sqlite3.IntegrityError, match="never updated"):
            connection.execute("UPDATE events SET unit = 'x'")
    told = looks(whole)["schema"]
    assert told["result"] == "noted"
    assert "events_are_never_updated" in told["text"]


def test_a_guard_that_was_made_harmless(whole: Run) -> None:
    alter(
        "DROP TRIGGER events_are_never_updated",
        "CREATE TRIGGER events_are_never_updated BEFORE UPDATE ON events WHEN 0 BEGIN SELECT 1; END",
    )
    assert "被改动过" in "".join(broken(whole)["schema"])


def test_tables_of_another_program_are_named_and_break_nothing(whole: Run) -> None:
    """As Litestream puts its own beside ours."""
    alter("CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)")
    assert broken(whole) == {}
    assert "_litestream_seq" in looks(whole)["schema"]["text"]


def restored(run: Run, old: bytes, new: bytes) -> Run:
    """Put the ledger in the place of itself, with something else in its events: its hashes are those of that."""
    changed = run("export").out.encode().replace(old, new)
    for path in Path().glob(f"{DATABASE}*"):
        path.unlink()
    Path("changed.jsonl").write_bytes(changed)
    assert run("restore", "changed.jsonl").status == 0
    return run


class TestRubrics:
    def test_they_are_told(self, whole: Run) -> None:
        assert looks(whole)["rubrics"]["result"] == "ok"
        assert "1 份" in looks(whole)["rubrics"]["text"]

    def test_a_digest_is_computed_anew(self, whole: Run) -> None:
        digest = sha256(SMALL.encode()).hexdigest().encode()
        assert "data.sha256" in "".join(broken(restored(whole, digest, b"0" * 64))["events"])

    def test_a_file_that_is_another_than_the_event_says(self, whole: Run) -> None:
        run = restored(whole, b'"version":1}', b'"version":7}')
        assert "版本不符" in "".join(broken(run)["rubrics"])
        assert run("board", "--as-of", "2019-06-01").status == 0


def test_a_signed_score_names_the_text_it_was_made_with(run: Run) -> None:
    """Also where nobody has a key: what was signed is among the events."""
    add_events(run, 5)
    Path("small.yaml").write_text(SMALL, "utf-8")
    assert run("rubric", "install", "small.yaml").status == 0
    event = {
        "specversion": "1.0", "id": "signed", "source": "test", "type": "score.signed", "subject": "wj-01",
        "time": "2020-03-16",
        "data": {
            "for_year": 2019, "rubric": "binhai-2019", "rubric_version": 1, "as_of": "2020-02-29", "score": "12",
            "rubric_sha256": sha256(SMALL.encode()).hexdigest(), "floor": "12", "ceiling": "12", "bonus": "0",
            "indicators": [{"no": 1, "score": "12"}], "sequence": 6,
        },
    }  # fmt: skip
    Path("signed.jsonl").write_bytes(orjson.dumps(event))
    done = run("import", "signed.jsonl")
    assert done.status == 0, done.err
    assert broken(run) == {}
    other = restored(run, sha256(SMALL.encode()).hexdigest().encode(), sha256(b"other").hexdigest().encode())
    assert set(broken(other)) == {"events"}


def test_what_was_signed_before_the_forecast_was_fitted_anew_stands(run: Run) -> None:
    (now,) = (rubric.sha256 for rubric in builtin() if rubric.label == "wujin-2017@2")
    (before,) = FORMER_TEXTS["wujin-2017@2"]
    add_events(run, 5)
    event = {
        "specversion": "1.0", "id": "signed", "source": "test", "type": "score.signed", "subject": "wj-01",
        "time": "2018-01-31",
        "data": {
            "for_year": 2017, "rubric": "wujin-2017", "rubric_version": 2, "as_of": "2017-12-31", "score": "12",
            "rubric_sha256": now, "floor": "12", "ceiling": "12", "bonus": "0",
            "indicators": [{"no": 1, "score": "12"}], "sequence": 5,
        },
    }  # fmt: skip
    Path("signed.jsonl").write_bytes(orjson.dumps(event))
    done = run("import", "signed.jsonl")
    assert done.status == 0, done.err
    assert broken(restored(run, now.encode(), before.encode())) == {}


class TestFiles:
    @pytest.fixture
    def attached(self, run: Run) -> Run:
        add_events(run, 5)
        event = {
            "specversion": "1.0", "id": "file", "source": "test", "type": "evidence.attached", "subject": "wj-01",
            "time": "2017-03-16",
            "data": {"record": "r3", "sha256": DIGEST, "media_type": "text/plain", "bytes": len(CONTENT),
                     "filename": "记录.txt"},
        }  # fmt: skip
        Path("file.jsonl").write_bytes(orjson.dumps(event))
        assert run("import", "file.jsonl").status == 0
        self.path = Path(f"{DATABASE}.evidence") / DIGEST[:2] / DIGEST
        self.path.parent.mkdir(parents=True)
        self.path.write_bytes(CONTENT)
        return run

    def test_right(self, attached: Run) -> None:
        assert looks(attached)["evidence"]["result"] == "ok"

    def test_altered(self, attached: Run) -> None:
        self.path.write_bytes(CONTENT + b"!")
        found = broken(attached)
        assert list(found) == ["evidence"]
        assert DIGEST[:12] in found["evidence"][0]
        assert attached("verify", "--json").errors[0]["field"] == "sequence 6"

    def test_gone_is_told_and_breaks_nothing(self, attached: Run) -> None:
        """Files lie outside the ledger, where they can be erased; a demo's never were."""
        self.path.unlink()
        assert broken(attached) == {}
        told = looks(attached)["evidence"]
        assert (told["result"], "1 个不在" in told["text"]) == ("noted", True)

    def test_used_by_nothing(self, attached: Run) -> None:
        (self.path.parent / ("ab" * 32)).write_bytes(b"")
        (self.path.parents[1] / "ab").mkdir()
        (self.path.parents[1] / "ab" / ("ab" * 32)).write_bytes(b"x")
        assert "没有记录用到" in looks(attached)["evidence"]["text"]


def test_an_id_that_two_events_have(run: Run) -> None:
    """Attack 7, exactly: a bit of the index of ids is flipped, the same file is imported again, and is stored twice."""
    add_events(run, 300)
    with closing(sqlite3.connect(DATABASE)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        ((page,),) = connection.execute(
            "SELECT pageno FROM dbstat WHERE name = 'events_by_id' AND pagetype = 'leaf' LIMIT 1"
        ).fetchall()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(Path(DATABASE).read_bytes())
    start = (page - 1) * size
    place = content.index(b"r150", start, start + size)
    content[place] ^= 0x40
    Path(DATABASE).write_bytes(content)
    assert "engine" in broken(run), "seen before anything came of it"
    line = next(line for line in Path("events.jsonl").read_bytes().splitlines() if b'"r150"' in line)
    Path("again.jsonl").write_bytes(line)
    assert run("import", "again.jsonl", "--json").document["appended"] == 1, "SQLite cannot know better"
    found = broken(run)
    assert "r150" in "".join(found["events"])
    assert "301" in "".join(found["events"])
    assert run("backup", "shelf").status == 1


def test_every_table_is_looked_at_or_said_not_to_be() -> None:
    """A table that somebody adds has to be put on one of these lists, with a look that is about it."""
    from ledger.store.sqlite.checking import made_columns

    by_events = {"events", "subtrees", "ledger_facts", "rooms"}
    signed = {"log_keys", "checkpoints", "rubric_lists", "rubrics"}
    kept = {
        "totals",
        "totals_beside",
        "first_stage",
        "first_results",
        "review_rows",
        "review_lags",
        "review_units",
        "trail_known",
        "trail_blocks",
        "year_rows",
    }
    own = {
        "settings", "accounts", "account_units", "sessions", "links", "api_tokens", "failed_logins", "administration",
        "security_events", "second_factors", "recovery_codes", "sso_subjects", "sso_pending", "assignments",
        "account_invitations", "reminder_nudges",
        "people", "sheet_headers", "sheet_rows", "uploads", "reminder_people", "reminder_contacts",
        "reminder_messages", "reminder_posts", "reminder_runs", "reminder_agenda", "reminder_leads",
        "workday_notices", "reminder_feeds", "witnesses", "witnessed", "ledger_summaries", "reminder_failing",
    }  # fmt: skip
    assert set(made_columns(COMPONENTS)) == by_events | signed | kept | own
