"""One form as it was sent: read, held against the ledger, looked at for what it counts for; then recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.events.event import ClientEvent
from ledger.intake.draft import Draft
from ledger.intake.dry_run import drafts_of
from ledger.json_object import JsonMapping
from ledger.problem import Problem, Refused
from ledger.store.protocol import Line
from ledger.text import Text
from projections.not_scored import NotScored
from projections.records import Record
from taizhang.accounts.account import Account
from taizhang.app.ledger import OpenLedger
from taizhang.entry.forms.drafting import events_of
from taizhang.entry.forms.fields import Field
from taizhang.entry.forms.form import Form, Values
from taizhang.entry.forms.questions import Question, days_said, is_answered, questions
from taizhang.entry.forms.situation import Situation, names_in
from taizhang.web.http.record import rehearsed
from taizhang.web.pages.log.preview_view import Counted, counted


@dataclass
class Entry:
    """What was typed in a form, and what follows from it."""

    form: Form
    values: Values
    events: list[ClientEvent] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    """The events as an append reads them, parsed once for all that is asked of them here, and for the append itself."""
    lines: list[Line] = field(default_factory=list)
    """The same as they are appended."""
    problems: list[Problem] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    """Those of them that the ledger itself would refuse it for."""
    alike: list[Record] = field(default_factory=list)
    """Records that are probably the same."""
    hints: list[Text] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    """What is asked before it is recorded."""
    days: tuple[date, date] | None = None
    """The days that the form offers: those of the period that it is to mend."""
    recorded_already: bool = False
    """The same form was sent before: it is recorded, once."""

    @property
    def fields(self) -> list[Field]:
        """The form's fields with what was typed."""
        typed = {
            each.name: self.values.get(each.name, ()) for each in self.form.fields()
        }  # a box that is not ticked is not sent
        return self.form.fields(typed)

    @property
    def unanswered(self) -> bool:
        """Whether something was asked, and nobody has ticked it."""
        asked = self.alike and (self.values.get("another") or [""])[0] != "yes"
        return bool(asked) or not all(is_answered(each, self.values) for each in self.questions)

    def problem_of(self, name: str) -> Text | None:
        """Return what is wrong with one field."""
        return next((problem.text for problem in self.problems if problem.field == name), None)


def entry_of(session: OpenLedger, account: Account, form: Form, values: Values, form_id: str) -> Entry:
    """Read a form that was sent, and hold it against the ledger without writing."""
    situation = form.situation
    drafts, reading = form.read(values)
    events = events_of(drafts, form_id)
    entry = Entry(form, values, events, *drafts_of(events), reading.problems, hints=reading.hints)
    entry.days = days_said(values)
    entry.questions = questions(form, drafts, values)
    entry.recorded_already = _is_recorded(session, entry)
    if entry.recorded_already:
        return entry
    found = rehearsed(session, account, situation, entry.drafts)
    if not entry.problems:
        entry.refused = [
            replace(problem, field=form.field_of(problem.field), line=None)
            for problem in (*found.forbidden, *found.problems)
        ]
        entry.problems += entry.refused
    # Also while something is still to be typed: what is there already need not be typed at all.
    entry.alike = _alike(found.warnings, situation)
    return entry


def _is_recorded(session: OpenLedger, entry: Entry) -> bool:
    """Whether the form's events are in the ledger; blames the form when others are there under its id."""
    if not entry.events:
        return False
    there = [session.store.find(event["id"]) for event in entry.events]
    if not any(there):
        return False
    if entry.problems:
        return False
    for found, event in zip(there, entry.events, strict=True):
        same = found is not None and all(
            found[name] == event[name] for name in ("type", "subject", "time", "data")
        )
        if not same:
            entry.problems.append(
                Problem("", Text("这张表已经记入过了，后来又改了内容；要改已记入的，请到那条记录上更正"))
            )
            return False
    return True


def _alike(warnings: Sequence[Problem], situation: Situation) -> list[Record]:
    ids = dict.fromkeys(str(warning.text.values["other"]) for warning in warnings)
    return [situation.records.by_id[each] for each in ids if each in situation.records.by_id]


def counted_for(session: OpenLedger, entry: Entry) -> list[Counted]:
    """Return what the entry would count for; nothing while it is not whole."""
    events = [draft.event for draft in entry.drafts if draft.event is not None]
    if len(events) < len(entry.events) or not events:
        return []
    return previewed(session, entry.form.situation, events)


def previewed(session: OpenLedger, situation: Situation, events: Sequence[ClientEvent]) -> list[Counted]:
    """Return what *events* would count for today, in words; nothing where there is no rubric."""
    try:
        found = session.projections.preview(
            session.store, situation.unit, events, session.clock.today(), records=situation.records
        )
    except NotScored:
        return []
    return counted(found, session.shelf, names_in(situation))


def moved_by(session: OpenLedger, situation: Situation, event: JsonMapping) -> list[Counted]:
    """Return what the append that brought *event* (as stored) has moved, in words."""
    try:
        found = session.projections.moved(
            session.store, situation.unit, event["recordedtime"], session.clock.today()
        )
    except NotScored:
        return []
    return counted(found, session.shelf, names_in(situation))


def refused_in_fields(form: Form, refused: Refused) -> list[Problem]:
    """Return the problems of a refusal, each at the field it is about."""
    return [replace(problem, field=form.field_of(problem.field), line=None) for problem in refused.problems]
