"""`who: assessor`: what no unit reports of itself, nor corrects, nor takes back, whatever the door."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

import taizhang
from ledger.events.new import new_event
from ledger.intake.draft import read_draft
from ledger.intake.dry_run import dry_run
from ledger.problem import NotPermitted
from ledger.store.protocol import Recorder
from taizhang.accounts.account import Account
from taizhang.accounts.recording import append_as, recorder_of
from taizhang.accounts.roles import Role
from taizhang.app.ledger import OpenLedger, vocabulary_of
from taizhang.app.rubrics import install_rubric
from taizhang.startup.open_ledger import open_ledger

NOW = datetime(2024, 6, 20, tzinfo=UTC)
RUBRIC = """\
format: 2
id: who-2024
year: 2024
title: 谁报
closes_on: 2025-01-31
figures: {outside: {name: 外来得分, max: 100, who: assessor}, own: {name: 自报, max: 100}}
cases: {minor: {name: 轻微}}
ratings: {superior: {name: 上级, scale: {A: 90}}, peers: {name: 互评, scale: {A: 90}, who: unit}}
of:
- {title: 一, points: 9, rules: [{figure: outside, lose: {flat: 1}}, {figure: own, lose: {flat: 1}}]}
- {title: 二, points: 9, rules: [{cases: minor, lose: {each: 1}}]}
- {title: 三, points: 9, start: zero,
   rules: [{grade: [{rating: superior, weight: 0.5}, {rating: peers, weight: 0.5}], gain: {share: 9}}]}
"""
SECRETARY = Account("sec", Role.SECRETARY, "书记", frozenset({"u"}))
ASSESSOR = Account("asr", Role.ASSESSOR, "考核人员")
OVERSEEN: list[tuple[str, dict[str, Any]]] = [
    ("figure.reported", {"figure": "outside", "value": "90"}),
    ("rating.given", {"rating": "superior", "rater": "r", "grade": "A"}),
    ("case.confirmed", {"case": "minor", "reason": "迟报"}),
]
OWN: list[tuple[str, dict[str, Any]]] = [
    ("figure.reported", {"figure": "own", "value": "90"}),
    ("rating.given", {"rating": "peers", "rater": "r", "grade": "A"}),
]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[OpenLedger]:
    with open_ledger(f"sqlite:///{tmp_path}/t.db", durable=False, new=True) as session:
        install_rubric(session, RUBRIC.encode(), now=NOW)
        registered = new_event("organization.registered", "u", "2024-01-01", {"name": "u", "kind": "branch"})
        session.store.append([(None, orjson.dumps(registered))], by=Recorder("t"), now=NOW)
        yield session


def append(session: OpenLedger, account: Account, kind: str, data: dict[str, Any]) -> str:
    event = new_event(kind, "u", "2024-06-01", data)
    append_as(session, account, [(None, orjson.dumps(event))], now=NOW)
    return str(event["id"])


def forbidden(session: OpenLedger, account: Account, kind: str, data: dict[str, Any]) -> bool:
    """Whether a page's look before the append says that it may not be."""
    draft = read_draft(1, orjson.dumps(new_event(kind, "u", "2024-06-01", data)))
    with session.store.read() as work:
        stored = list(work.stream("u"))
    found = dry_run(
        [draft], stored, find=session.store.find, is_unit=session.is_unit, vocabulary=vocabulary_of(session.shelf),
        by=recorder_of(session, account), now=NOW,
    )  # fmt: skip
    return bool(found.forbidden)


@pytest.mark.parametrize(("kind", "data"), OVERSEEN, ids=[kind for kind, _ in OVERSEEN])
def test_a_unit_neither_says_nor_mends_what_assessors_report(
    session: OpenLedger, kind: str, data: dict[str, Any]
) -> None:
    assert forbidden(session, SECRETARY, kind, data)
    with pytest.raises(NotPermitted):
        append(session, SECRETARY, kind, data)
    assert not forbidden(session, ASSESSOR, kind, data)
    record = append(session, ASSESSOR, kind, data)
    for mending, said in (
        ("record.corrected", {"record": record, "reason": "改", "data": data}),
        ("record.corrected", {"record": record, "reason": "改", "time": "2024-05-01"}),
        ("record.retracted", {"record": record, "reason": "撤"}),
    ):
        assert forbidden(session, SECRETARY, mending, said)
        with pytest.raises(NotPermitted):
            append(session, SECRETARY, mending, said)
    append(session, ASSESSOR, "record.retracted", {"record": record, "reason": "撤"})


@pytest.mark.parametrize(("kind", "data"), OWN, ids=[kind for kind, _ in OWN])
def test_a_unit_says_and_mends_its_own_and_makes_no_other_of_it(
    session: OpenLedger, kind: str, data: dict[str, Any]
) -> None:
    assert not forbidden(session, SECRETARY, kind, data)
    record = append(session, SECRETARY, kind, data)
    overseen = next(other for each, other in OVERSEEN if each == kind)
    with pytest.raises(NotPermitted):
        append(session, SECRETARY, "record.corrected", {"record": record, "reason": "改", "data": overseen})
    append(session, SECRETARY, "record.corrected", {"record": record, "reason": "改", "data": data})


def test_there_is_no_other_door() -> None:
    """Forms, paste, workbooks and API append by `append_as` alone: only it may hand lines to a store for an account."""
    home = Path(taizhang.__file__).parent
    appending = re.compile(r"\bstore\.append\(")
    found = {
        str(path.relative_to(home))
        for room in ("web", "entry", "accounts")
        for path in (home / room).rglob("*.py")
        if appending.search(path.read_text("utf-8"))
    }
    assert found == {"accounts/recording.py"}
