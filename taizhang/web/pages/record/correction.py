"""One record that is to be corrected or retracted: what stands, what was typed, and the event that comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ledger.events.corrections import correction, retraction
from ledger.events.event import ClientEvent, day_of, start_of_day, unit_of
from ledger.history import History, record_history
from ledger.intake.dry_run import drafts_of
from ledger.problem import Problem, Refused
from ledger.store.protocol import Line
from ledger.text import Text
from taizhang.accounts.account import Account
from taizhang.accounts.permissions import may_append
from taizhang.app.ledger import OpenLedger
from taizhang.entry.forms.fields import TEXT_CHARACTERS_MAX
from taizhang.entry.forms.form import Form, Values
from taizhang.entry.forms.registry import form_of_record
from taizhang.entry.forms.situation import Situation
from taizhang.web.http.record import rehearsed
from taizhang.web.http.templates import Context
from taizhang.web.pages.log.preview import Entry, previewed
from taizhang.web.pages.log.preview_view import Counted


@dataclass
class Mending:
    """What is to be done with a record."""

    session: OpenLedger
    account: Account
    situation: Situation
    history: History
    entry: Entry | None = None
    """The form with what was typed; None for a retraction, and for a record that is not corrected on a page."""
    reason: str = ""
    event: ClientEvent | None = None
    lines: list[Line] = field(default_factory=list)
    """The event as it is appended."""
    problems: list[Problem] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)

    @property
    def record_id(self) -> str:
        """The record's id."""
        return self.history.record["id"]

    def may(self, event_type: str) -> bool:
        """Whether the account may append such an event about the record."""
        record = self.history.record
        return may_append(self.account, event_type, record["subject"], {"record": record["id"]}, record)

    def form(self) -> Form | None:
        """Return the form that corrects the record, None where no page does."""
        record = self.history.record
        return form_of_record(record["type"], record["subject"], self.history.data, self.situation)

    def standing(self, form: Form) -> Context:
        """Return what stands now, as it is typed."""
        return form.typed(self.history.data, self.history.record["subject"], day_of(self.history.time))

    def is_recorded(self, event_id: str) -> bool:
        """Whether the same form was sent before."""
        found = self.session.store.find(event_id)
        return found is not None and found["data"].get("record") == self.record_id

    # -- what was typed ----------------------------------------------------------------------------------------

    def read_correction(self, form: Form, values: Values, reason: str, event_id: str) -> None:
        """Make the correction that was typed; what is wrong with it is noted."""
        drafts, reading = form.read(values)
        self.problems = reading.problems
        self.entry = Entry(form, values, problems=self.problems)
        self._read_reason(reason)
        covered = {each.name for each in form.own_fields()} | {form.code_field}
        kept = {name: value for name, value in self.history.data.items() if name not in covered}
        draft = next(each for each in drafts if not each.suffix or each.suffix == form.code)
        data = kept | draft.data
        time = start_of_day(draft.day) if draft.day != day_of(self.history.time) else None
        if data == self.history.data:
            data = {}
        if not data and time is None:
            self.problems.append(Problem("", Text("内容和现在的一样，没有要更正的")))
            return
        event = correction(
            self.history.record,
            reason=self.reason or "…",
            now=self.session.clock(),
            time=time,
            data=data or None,
        )
        event["id"] = event_id
        self._look_at(event, form)

    def read_retraction(self, reason: str, event_id: str) -> None:
        """Make the retraction; a missing reason is noted."""
        self._read_reason(reason)
        event = retraction(self.history.record, reason=self.reason or "…", now=self.session.clock())
        event["id"] = event_id
        self._look_at(event, None)

    def _read_reason(self, reason: str) -> None:
        self.reason = reason.strip()
        if not self.reason:
            self.problems.append(Problem("mending-reason", Text("请写明理由；它会和这条记录一起留在台账里")))
        elif len(self.reason) > TEXT_CHARACTERS_MAX:
            self.problems.append(
                Problem("mending-reason", Text("太长；最多 {most} 个字符", most=TEXT_CHARACTERS_MAX))
            )

    def _look_at(self, event: ClientEvent, form: Form | None) -> None:
        self.event = event
        drafts, self.lines = drafts_of([event])
        found = rehearsed(self.session, self.account, self.situation, drafts)
        refused = [*found.forbidden, *found.problems]
        for problem in refused:
            name = form.field_of(problem.field.removeprefix("data.")) if form is not None else ""
            self.problems.append(replace(problem, field=name, line=None))
        if not refused:
            read = [draft.event for draft in drafts if draft.event is not None]
            self.counted = previewed(self.session, self.situation, read)


def history_in(session: OpenLedger, record_id: str) -> tuple[History, str]:
    """Return a record's history and its unit. Raises Refused when there is no such record."""
    history = record_history(session.store, record_id)
    if "subject" not in history.record:
        # An anchor: about the ledger itself, and nobody's to mend.
        raise Refused([Problem("id", Text("没有编号为“{id}”的记录；请核对编号", id=record_id))])
    return history, unit_of(history.record["subject"])
