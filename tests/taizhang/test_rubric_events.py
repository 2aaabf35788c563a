"""Rubrics are events: they count from their instant, travel with the ledger, and old ledgers get them (contract §6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.events.new import new_event
from ledger.events.packed import pack
from ledger.events.types import EVENT_TYPES
from ledger.problem import Refused
from ledger.store.protocol import Recorder
from projections import totals
from projections.rubrics import INSTALLED
from rubric.catalog import builtin_texts
from rubric.load import parse
from rubric.mistake import RubricRefused
from taizhang.accounts.account import Account
from taizhang.accounts.permissions import may_append
from taizhang.accounts.roles import Role
from taizhang.app.ledger import OpenLedger
from taizhang.app.rubrics import install_rubric, withdraw_rubric
from taizhang.startup.open_ledger import open_ledger
from tests.rubric.files import SMALL

NOW = datetime(2017, 6, 20, tzinfo=UTC)
DAY = date(2017, 6, 20)
BY = Recorder("laochen")
OWN = builtin_texts()[0].replace("id: wujin-2017", "id: own-2017", 1)
LAX = OWN.replace("id: own-2017", "id: lax-2017", 1).replace("party_lecture", "night_school")


def append(session: OpenLedger, event_id: str, kind: str, /, hours: float = 0, **data: Any) -> None:
    event = new_event(kind, "lh-01", "2017-06-01", data, id_=event_id)
    session.store.append([(None, orjson.dumps(event))], by=BY, now=NOW + timedelta(hours=hours))


def scored(session: OpenLedger, known_at: str | None = None) -> tuple[str, dict[str, Any]]:
    card = session.projections.score(session.store, "lh-01", DAY, known_at)
    return card.rubric.id, card.as_json(str)["total"]


def lived(session: OpenLedger) -> None:
    """A rubric comes, another replaces it, one more stands beside, the second is withdrawn; events in between."""
    append(session, "r", "organization.registered", name="实验小学", kind="branch")
    append(session, "a1", "activity.held", 1, kinds=["party_lecture"], topic="党课")
    install_rubric(session, OWN.encode(), reason="印发", by=BY, now=NOW + timedelta(hours=2))
    append(session, "a2", "activity.held", 3, kinds=["party_work_meeting"], topic="研究")
    install_rubric(session, LAX.encode(), "", "own-2017", by=BY, now=NOW + timedelta(hours=4))
    append(session, "a3", "activity.held", 5, kinds=["night_school"], topic="夜校")
    third = OWN.replace("id: own-2017", "id: third-2017", 1)
    install_rubric(session, third.encode(), beside=True, by=BY, now=NOW + timedelta(hours=6))
    withdraw_rubric(session, "lax-2017", None, "装错了", by=BY, now=NOW + timedelta(hours=7))
    append(session, "a4", "document.filed", 8, document="annual_plan", title="计划")


INSTANTS = [f"2017-06-20T0{hour}:30:00Z" for hour in range(9)]


def test_a_rubric_counts_from_its_instant_and_travels_with_the_ledger(new_url: Callable[[], str]) -> None:
    with open_ledger(new_url(), new=True) as one, open_ledger(new_url(), new=True) as other:
        lived(one)
        known = [scored(one, instant) for instant in INSTANTS]
        assert [rubric for rubric, _ in known] == [
            *["wujin-2017"] * 2, *["own-2017"] * 2, *["lax-2017"] * 3, *["own-2017"] * 2,
        ]  # fmt: skip
        assert scored(one) == known[-1]
        other.store.restore((None, line) for line in one.store.export())
        assert other.store.root() == one.store.root()
        other.read_shelf()
        assert [scored(other, instant) for instant in INSTANTS] == known
        assert [each.label for each in other.shelf.all] == [each.label for each in one.shelf.all]
        with other.store.read() as work:
            # The kept row of a restored ledger is scored by its own rubrics.
            (row,) = totals.rows(work.connection)
            assert row.basis == totals.basis_of(other.shelf.get("own-2017"))
        assert other.shelf.besides_of(2017)[0].id == "third-2017"


def test_it_is_known_who_when_and_why(new_url: Callable[[], str]) -> None:
    with open_ledger(new_url(), new=True) as session:
        lived(session)
        with session.store.read() as work:
            first, second, third = session.projections.rubrics.installations(work)
        assert (first.rubric.id, first.by, first.reason, first.sequence) == ("own-2017", "laochen", "印发", 3)
        assert first.recordedtime.startswith("2017-06-20T02:00")
        assert second.replaces == "own-2017"
        assert second.withdrawn is not None
        assert second.withdrawn.reason == "装错了"
        assert third.beside
        event = session.store.stream("").__next__()
        assert event["data"]["sha256"] == parse(OWN).sha256
        assert (event["authid"], event["authtype"]) == ("laochen", "user")


def test_the_ledger_itself_refuses_what_does_not_fit(new_url: Callable[[], str]) -> None:
    """Two operators at once: the door looked, and so does the append."""

    def refused(session: OpenLedger, kind: str, **data: Any) -> list[str]:
        event = new_event(kind, None, NOW, data)
        with pytest.raises(Refused) as caught:
            session.store.append([(None, orjson.dumps(event))], by=BY, now=NOW)
        return [problem.field for problem in caught.value.problems]

    def installing(text: str, **more: Any) -> dict[str, Any]:
        rubric = parse(text)
        content = {"rubric": rubric.id, "version": 1, "sha256": rubric.sha256, "file": pack(text.encode())}
        return {**content, **more}

    with open_ledger(new_url(), new=True) as session:
        install_rubric(session, OWN.encode(), by=BY, now=NOW)
        assert refused(session, INSTALLED, **installing(LAX)) == ["data.replaces"]
        assert refused(session, INSTALLED, **installing(OWN)) == ["data.version"]
        assert refused(session, INSTALLED, **installing(LAX, beside=True, rubric="other")) == ["data.rubric"]
        assert refused(session, INSTALLED, **installing(LAX, beside=True, sha256="0" * 64)) == ["data.sha256"]
        assert refused(session, INSTALLED, **installing(LAX, file="QUJD")) == ["data.file"]
        broken = SMALL.replace("points: 12", "points: 13").encode()
        assert set(refused(session, INSTALLED, **{
            **installing(SMALL), "file": pack(broken), "sha256": __import__("hashlib").sha256(broken).hexdigest(),
        })) == {"data.file"}  # fmt: skip
        assert refused(session, "rubric.withdrawn", rubric="nobody", reason="x") == ["data.rubric"]
        assert refused(session, "rubric.withdrawn", rubric="own-2017", version=2, reason="x") == [
            "data.version"
        ]
        assert session.store.size() == 1
        with pytest.raises(RubricRefused, match="替换 own-2017"):
            install_rubric(session, LAX.encode(), by=BY, now=NOW)
        # What is installed already is not installed again.
        install_rubric(session, OWN.encode(), by=BY, now=NOW)
        assert session.store.size() == 1


def test_an_append_is_held_to_the_rubrics_of_its_own_transaction(new_url: Callable[[], str]) -> None:
    """Another process has installed a rubric, and this one has not been told."""
    url = new_url()
    with open_ledger(url, new=True) as one, open_ledger(url) as other:
        append(one, "r", "organization.registered", name="实验小学", kind="branch")
        with pytest.raises(Refused):
            append(one, "night", "activity.held", kinds=["night_school"], topic="夜校")
        install_rubric(other, LAX.encode(), by=BY, now=NOW)
        append(one, "night", "activity.held", kinds=["night_school"], topic="夜校")
        with one.store.read() as work:
            (row,) = totals.rows(work.connection)
        assert row.basis == totals.basis_of(parse(LAX))


def test_rubrics_of_the_old_table_become_events(new_url: Callable[[], str]) -> None:
    url = new_url()
    with open_ledger(url, new=True) as session, session.store.write() as work:
        for text in (OWN, LAX, SMALL):
            rubric = parse(text)
            work.connection.execute(
                "INSERT INTO rubrics (position, id, version, year, text) VALUES"
                " ((SELECT coalesce(max(position), 0) + 1 FROM rubrics), ?, ?, ?, ?)",
                (rubric.id, rubric.version, rubric.year, text),
            )
    for _ in range(2):
        with open_ledger(url) as session:
            told = [
                (event["data"]["rubric"], event["data"].get("replaces")) for event in session.store.stream("")
            ]
            assert told == [("own-2017", None), ("lax-2017", "own-2017"), ("binhai-2019", None)]
            assert session.shelf.for_day(DAY).id == "lax-2017"
            assert session.rubric_text("own-2017") == OWN
            with session.store.read() as work:
                assert work.connection.execute("SELECT count(*) FROM rubrics").fetchone()[0] == 0


def test_only_an_operator_installs() -> None:
    for role in Role:
        account = Account("x", role, "甲", frozenset({"lh-01"}))
        for kind in (each for each in EVENT_TYPES if each.startswith("rubric.")):
            assert may_append(account, kind, "", {}) == (role is Role.OPERATOR)


def test_the_commands_install_withdraw_and_say_who(filled: Any) -> None:
    Path("own.yaml").write_text(OWN, "utf-8")
    assert filled("--by", "王芳", "rubric", "install", "own.yaml", "--reason", "印发").status == 0
    day = ("--as-of", "2017-06-20", "--json")
    assert filled("score", "lh-01", *day).document["rubric"] == "own-2017"
    Path("lax.yaml").write_text(LAX, "utf-8")
    told = filled("rubric", "install", "lax.yaml")
    assert told.status == 1
    assert "--beside" in told.err
    assert filled("rubric", "install", "lax.yaml", "--beside").status == 0
    assert filled("score", "lh-01", *day).document["rubric"] == "own-2017"
    assert filled("score", "lh-01", "--rubric", "lax-2017", *day).document["rubric"] == "lax-2017"
    assert filled("rubric", "withdraw", "own-2017", "--reason", "装错了").status == 0
    assert filled("score", "lh-01", *day).document["rubric"] == "wujin-2017"
    assert filled("rubric", "withdraw", "own-2017", "--reason", "装错了").status == 1
    assert filled("verify").status == 0
    last = orjson.loads(filled("export").out.splitlines()[-3])
    assert (last["type"], last["authid"], last["data"]["reason"]) == (INSTALLED, "王芳", "印发")


def test_a_rubric_and_what_is_named_by_it_come_in_one_file(new_url: Callable[[], str]) -> None:
    def line(kind: str, subject: str | None, /, **data: Any) -> tuple[None, bytes]:
        return None, orjson.dumps(new_event(kind, subject, "2017-06-01", data))

    lax = parse(LAX.encode())
    packed = {"rubric": lax.id, "version": lax.version, "sha256": lax.sha256, "file": pack(LAX.encode())}
    registered = line("organization.registered", "lh-01", name="实验小学", kind="branch")
    school = line("activity.held", "lh-01", kinds=["night_school"], topic="夜校")
    installed = line(INSTALLED, None, **packed)
    with open_ledger(new_url(), new=True) as session:
        with pytest.raises(Refused) as refused:
            session.store.append([registered, school, installed], by=BY, now=NOW)
        assert [problem.field for problem in refused.value.problems] == ["data.kinds[0]"], "it comes too late"
        withdrawn = line("rubric.withdrawn", None, rubric=lax.id, reason="装错了")
        with pytest.raises(Refused) as refused:
            session.store.append([registered, installed, withdrawn, school], by=BY, now=NOW)
        assert [problem.field for problem in refused.value.problems] == ["data.kinds[0]"], "it is gone again"
        assert session.store.append([registered, installed, school], by=BY, now=NOW).appended == 3
        session.read_shelf()
        assert scored(session)[0] == "lax-2017"
