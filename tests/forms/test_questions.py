"""What is asked before it is recorded: each once, by its own tick; only a letter made out comes back."""

from __future__ import annotations

from typing import Any

import pytest

from rubric.catalog import RubricCatalog
from taizhang.entry.forms.questions import is_answered, questions
from taizhang.entry.forms.registry import form_of
from taizhang.entry.forms.situation import Situation

from .test_attendance import DAY, NAMES, UNIT, event, stream


def situation(*more: dict[str, Any]) -> Situation:
    shelf = RubricCatalog()
    events = [*stream(), *more]
    return Situation(UNIT, events, DAY, shelf, shelf.for_day(DAY), NAMES.__getitem__)  # type: ignore[arg-type]


def asked(key: str, **typed: str) -> list[str]:
    form = form_of(key, situation())
    assert form is not None
    given = {"subject": f"{UNIT}/b1", "topic": "学", "kinds": "party_lecture", "for_year": "2017"} | typed
    values = {name: [text] for name, text in given.items()}
    drafts, _reading = form.read(values)
    found = questions(form, drafts, values)
    assert not any(is_answered(each, values) for each in found)
    assert all(is_answered(each, values | {"sure": [each.key]}) for each in found)
    return [str(each.text) for each in found]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"day": "2017-09-18"}, None),
        ({"day": "2016-12-30"}, "2016-12-30 不在正在考核的年度里"),
        ({"day": "2017-06-30", "days": "2017-01-01/2017-03-31"}, "2017-06-30 不在里面"),
        ({"day": "2017-03-30", "days": "2017-01-01/2017-03-31"}, None),
        ({"day": "2017-03-30", "days": "nonsense"}, None),
    ],
)
def test_a_day(typed: dict[str, str], words: str | None) -> None:
    found = asked("activity.held:party_lecture", **typed)
    assert len(found) == (words is not None)
    assert words is None or words in found[0]


def test_a_day_before_the_registration() -> None:
    branch = event(30, "organization.registered", f"{UNIT}/b7", "2017-08-01", name="新支部", kind="branch")
    form = form_of("activity.held:party_lecture", situation(branch))
    assert form is not None
    typed = {"subject": f"{UNIT}/b7", "topic": "学", "kinds": "party_lecture", "for_year": "2017"}
    values = {name: [text] for name, text in (typed | {"day": "2017-07-01"}).items()}
    (found,) = questions(form, form.read(values)[0], values)
    assert str(found.text) == "2017-07-01 时“新支部”还没有登记（2017-08-01 登记）"


@pytest.mark.parametrize(
    ("name", "words"),
    [("周一", None), ("王 芳", "已经有一位“王 芳”（低年级党支部）"), ("", "没有写姓名")],
)
def test_a_name(name: str, words: str | None) -> None:
    found = asked("member.joined", name=name, day="2017-09-18", member="m9")
    assert len(found) == (words is not None)
    assert words is None or words in found[0]


def test_only_a_letter_that_was_made_out_comes_back() -> None:
    def offered(*more: dict[str, Any]) -> list[str]:
        form = form_of("transfer.completed", situation(*more))
        assert form is not None
        (who,) = (field for field in form.fields() if field.name == "member")
        return [member for member, _label in who.options]

    started = event(31, "transfer.started", f"{UNIT}/b1", "2017-09-01", member="m1", valid_until="2017-12-01")
    done = event(32, "transfer.completed", f"{UNIT}/b1", "2017-09-10", member="m1")
    assert (offered(), offered(started), offered(started, done)) == ([], ["m1"], [])
