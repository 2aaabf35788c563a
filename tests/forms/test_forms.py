"""Forms without a browser: each shortfall leads to the form that mends it, and every form makes good events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from ledger.intake.draft import read_draft
from projections.requirement import Status
from projections.rules.judgement import JudgementRule
from projections.scorecard import Shortfall
from taizhang.app.ledger import OpenLedger
from taizhang.demo import SHOWN_DAY
from taizhang.entry.forms import catalogue, form_for_shortfall, registry
from taizhang.entry.forms.drafting import events_of, is_form_id, new_form_id
from taizhang.entry.forms.form import Form, Values
from taizhang.entry.forms.situation import Situation
from taizhang.startup.open_ledger import open_ledger
from taizhang.web.http.record import as_lines
from tests.web.site import make_template

WORDS = {"text": "几个字", "long": "几个字", "day": "2018-12-31", "whole": "6"}
"""What somebody types where a form cannot know."""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenLedger]:
    path = tmp_path_factory.mktemp("forms") / "district.db"
    make_template(path)
    with open_ledger(f"sqlite:///{path}", durable=False, new=True) as session:
        yield session


def situation_of(session: OpenLedger, unit: str, day: date = SHOWN_DAY) -> Situation:
    events = session.store.stream(unit)
    return Situation(unit, events, day, session.shelf, session.shelf.for_day(day), str)


def filled(form: Form, given: Values) -> dict[str, Any]:
    """Return the form as it is offered, with something in every field that has to be filled in."""
    typed = {
        field.name: list(field.default)
        or ([WORDS[field.kind]] if field.required and field.kind in WORDS else [])
        for field in form.fields(given)
    }
    if "attendees" in typed:  # of these nothing is supposed
        secretary = form.situation.secretary
        typed |= {"study_hours": ["2"], "attendees": ["all"], "lecturer": [secretary] if secretary else []}
    return typed


def shortfalls(session: OpenLedger, unit: str) -> list[Shortfall]:
    with session.store.read():
        found = session.projections.score(session.store, unit, SHOWN_DAY).shortfalls()
        return [each for each in found if each.requirement.status is not Status.MISSED]


def test_every_shortfall_leads_to_a_form_that_counts_for_it(session: OpenLedger) -> None:
    tried = 0
    for unit in session.store.units():
        situation = situation_of(session, unit)
        for short in shortfalls(session, unit):
            clause, subject = short.result.rule.clause.id, short.requirement.subject
            led = form_for_shortfall.lead(short.card, clause, [subject], short.due)
            assert led is not None, clause
            form = registry.form_of(led.key, situation)
            assert form is not None, led.key
            drafts, reading = form.read(filled(form, led.given))
            assert reading.problems == [], (clause, led)
            assert {draft.subject for draft in drafts} == {subject}, (clause, led)
            events = events_of(drafts, new_form_id())
            (found,) = session.projections.preview(session.store, unit, events, SHOWN_DAY)
            assert clause in {move.clause for move in found.moves}, (clause, led, drafts)
            tried += 1
    assert tried > 20


def test_only_a_judgement_leads_nowhere(session: OpenLedger) -> None:
    unit = session.store.units()[0]
    situation = situation_of(session, unit)
    with session.store.read():
        card = session.projections.score(session.store, unit, SHOWN_DAY)
        for result in card.evaluation.results:
            led = form_for_shortfall.lead(card, result.rule.clause.id)
            if isinstance(result.rule, JudgementRule):
                assert led is None
            else:
                assert led is not None, result.rule.clause.id
                assert registry.form_of(led.key, situation) is not None
    assert form_for_shortfall.lead(card, "99.9") is None


def test_every_choice_opens_a_form_whose_events_are_well_formed(session: OpenLedger) -> None:
    seen = set()
    situations = [situation_of(session, unit) for unit in session.store.units()]
    for situation, group in ((each, group) for each in situations for group in catalogue.groups(each)):
        for entry in group.entries:
            form = registry.form_of(entry.key, situation)
            assert form is not None, entry.key
            values = filled(form, {name: [text] for name, text in entry.given.items()})
            for field in form.fields():
                if field.kind == "choice" and field.required and not values[field.name] and field.options:
                    values[field.name] = [field.options[0][0]]
            seen.add(entry.key.partition(":")[0])
            assert form.title
            if any(field.kind == "choice" and not field.options for field in form.fields()):
                waits = ("request.answered", "finding.rectified", "transfer.completed")
                assert entry.key in waits, "nothing waits for an answer"
                continue
            drafts, _reading = form.read(values)
            for _number, line in as_lines(events_of(drafts, "11111111-aaaa")):
                assert read_draft(None, line).problems == [], entry.key
    # Figures are offered where a rubric asks for them: test_what_applies.py.
    assert seen == registry.FORMS.keys() - {"figure.reported"}, "everything that may be recorded is offered"


def test_what_is_commonest_stands_first(session: OpenLedger) -> None:
    found = catalogue.groups(situation_of(session, session.store.units()[0]))
    counts = [entry.count for entry in catalogue.commonest(found)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] > 0
    for group in found:
        inside = [entry.count for entry in group.entries]
        assert inside == sorted(inside, reverse=True) or group.title == "其他活动和材料"


@pytest.mark.parametrize("text", ["tongyihuodongri", "tyhdr", "统一活动日", "主题党日", "8.1", "ＴＹＨＤＲ"])
def test_a_thing_is_found_by_any_of_its_names(session: OpenLedger, text: str) -> None:
    left = catalogue.matching(catalogue.groups(situation_of(session, session.store.units()[0])), text)
    assert "activity.held:unified_activity_day" in [entry.key for group in left for entry in group.entries]


def test_a_forms_id_is_an_events_id(session: OpenLedger) -> None:
    assert is_form_id(new_form_id())
    for strange in ("", "short", "a" * 65, "../../x/y/z", "with space-1", "x" * 8 + "\n"):
        assert not is_form_id(strange)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2017年9月5日", "2017-09-05"),
        ("9月5日", "2017-09-05"),
        ("2017.9.5", "2017-09-05"),
        ("２０１７-０９-０５", "2017-09-05"),
    ],
)
def test_days_are_read_as_offices_write_them(session: OpenLedger, typed: str, day: str) -> None:
    situation = situation_of(session, session.store.units()[0])
    form = registry.form_of("activity.held:party_lecture", situation)
    assert form is not None
    drafts, reading = form.read(filled(form, {}) | {"day": [typed]})
    assert reading.problems == []
    assert drafts[0].day.isoformat() == day


def test_every_record_there_is_comes_back_from_its_form_as_it_was(session: OpenLedger) -> None:
    """A correction that changes nothing changes nothing, for every record of the district."""
    tried: dict[str, int] = {}
    for unit in session.store.units():
        situation = situation_of(session, unit)
        for record in situation.records.by_id.values():
            form = registry.form_of_record(record.type, record.subject, record.data, situation)
            if form is None:
                assert record.type == "evidence.attached", record.type
                continue
            situation.mention(record.data)
            typed = form.typed(record.data, record.subject, record.day)
            names = {field.name for field in form.fields()}
            drafts, reading = form.read({name: texts for name, texts in typed.items() if name in names})
            assert reading.problems == [], (record.type, record.data)
            (draft,) = drafts
            covered = {field.name for field in form.own_fields()} | {form.code_field}
            kept = {name: value for name, value in record.data.items() if name not in covered}
            assert kept | draft.data == record.data, record.type
            assert (draft.subject, draft.day) == (record.subject, record.day) or record.type.startswith(
                ("member.", "transfer.")
            )
            tried[record.type] = tried.get(record.type, 0) + 1
    assert len(tried) >= 14, tried
    assert sum(tried.values()) > 500
