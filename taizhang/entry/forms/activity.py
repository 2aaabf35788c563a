"""活动: one gathering may serve several duties, with study hours for those who were there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from ledger.json_object import JsonMapping, JsonObject
from ledger.text import Text
from rubric.clauses import EveryPeriod, Once
from taizhang.language.i18n import _

from .attendance import Attendance, typed
from .fields import Field, Given, Option
from .form import Draft, Form, Reading, Values, year_field, year_of
from .situation import said_in

EACH_BRANCH = "each"
"""As a subject: held in every branch, a record for each."""
_SOME_BRANCHES = "each:"
_JOINED = "+"


def as_subject(branches: Sequence[str]) -> str:
    """Return what stands in the field of the subject for several *branches*, a record for each."""
    return _SOME_BRANCHES + _JOINED.join(branches)


class Activity(Form):
    """`code` is the kind it was opened for, ticked from the start."""

    event_type = "activity.held"
    _several: Sequence[str] = ()
    """Branches that are offered together, besides one alone and all."""

    def fields(self, given: Values | None = None) -> list[Field]:
        self._offer(given)
        return super().fields(given)

    def read(self, values: Values) -> tuple[list[Draft], Reading]:
        self._offer(values)
        return super().read(values)

    def _offer(self, given: Values | None) -> None:
        wanted = next(iter((given or {}).get("subject", ())), "")
        if wanted.startswith(_SOME_BRANCHES):
            named = set(wanted.removeprefix(_SOME_BRANCHES).split(_JOINED))
            self._several = [branch for branch in self.situation.branches if branch in named]

    @property
    def title(self) -> str:
        return self.situation.shelf.code_name("activities", self.code) if self.code else _("活动")

    def usual_subject(self) -> str:
        """Where such a thing was held last; what is asked of every branch, in a branch."""
        branches = self.situation.branches
        last = self.situation.last(self._topic)
        if last is not None and last.subject in (self.situation.unit, *branches):
            return last.subject
        return branches[0] if branches and self.code in self._asked_of_each() else self.situation.unit

    def _asked_of_each(self) -> set[str]:
        """The kinds that every branch has to hold by itself."""
        return {
            clause.activity
            for clause in self.situation.rubric.clauses
            if isinstance(clause, (EveryPeriod, Once)) and clause.scope == "each_branch" and clause.activity
        }

    def _subject_field(self) -> list[Field]:
        fields = super()._subject_field()
        if len(self.situation.branches) < 2:
            return fields
        more: list[Option] = [(EACH_BRANCH, _("各支部都开了，每个支部各记一条"))]
        if len(self._several) > 1:
            short = dict(self.situation.subjects)
            names = _("、").join(short[branch] for branch in self._several)
            said = _("还没有记录的 {count} 个支部各记一条：{names}", count=len(self._several), names=names)
            more.insert(0, (as_subject(self._several), said))
        return [replace(field, options=[*field.options, *more]) for field in fields]

    @property
    def _topic(self) -> str:
        return f"activity:{self.code}"

    def own_fields(self) -> list[Field]:
        # What was held for another duty too had that duty's topic and hours.
        own = [
            each for each in self.situation.facts.records(self._topic) if each.data["kinds"][0] == self.code
        ]
        topics, hours = said_in(own, "topic"), said_in(own, "study_hours")
        people = self.situation.people
        fields = [
            Field("kinds", _("同时算作"), "kinds", options=self._kinds(), default=[self.code] if self.code else ()),
            Field(
                "topic", _("主题"), suggestions=topics, before=_first(topics), help=_("学了什么、议了什么、做了什么")
            ),
        ]  # fmt: skip
        if self.situation.asks_hours or hours:
            help_text = _("算集中学习的才填，每个参加的人都记这么多小时")
            fields.append(
                Field("study_hours", _("学时"), "hours", required=False, before=_first(hours), help=help_text)
            )
        fields += self._attendance.fields()
        if people:
            fields.append(
                Field("lecturer", _("主讲人"), "choice", required=False, options=[("", "—"), *people])
            )
        return [*fields, year_field(self, _("算哪一年的"))]

    def _kinds(self) -> list[Option]:
        """The kinds with the form's own first, then those most often held together with it, then the rest."""
        together: dict[str, int] = {}
        for record in self.situation.facts.records(self._topic):
            for kind in record.data["kinds"]:
                together[kind] = together.get(kind, 0) + 1
        together[self.code] = 1_000_000
        options = self.situation.options("activities")
        return sorted(options, key=lambda option: -together.get(option[0], 0))

    @cached_property
    def _attendance(self) -> Attendance:
        return Attendance(self.situation, self.code, self.situation.facts.records(self._topic))

    def drafts(self, reading: Reading, subject: str, day: date) -> list[Draft]:
        who = self._attendance
        who.check(reading)
        data = self.data(reading, day)
        branches = self._several if subject.startswith(_SOME_BRANCHES) else self.situation.branches
        if subject != EACH_BRANCH and not subject.startswith(_SOME_BRANCHES):
            self._hint(reading, subject)
            who.hint(reading, subject, day)
            return [self._draft(data, who.of(reading, subject, day), subject, day)]
        return [
            self._draft(data, self._of_branch(who.of(reading, branch, day), branch), branch, day,
                        branch.partition("/")[2])
            for branch in branches
        ]  # fmt: skip

    def _draft(
        self, data: JsonObject, there: str | list[str] | None, subject: str, day: date, suffix: str = ""
    ) -> Draft:
        said = {"attendees": there} if there else {}
        return Draft(self.event_type, subject, day, data | said, suffix)

    def _of_branch(self, there: str | list[str] | None, branch: str) -> str | list[str] | None:
        """Those who were chosen are each in a branch of their own; "all" is everybody of the branch."""
        if not isinstance(there, list):
            return there
        here = {member.member for member in self.situation.members if member.subject == branch}
        return [member for member in there if member in here]

    def _hint(self, reading: Reading, subject: str) -> None:
        """Say so where something is asked of the branches and recorded for the unit as a whole."""
        if subject != self.situation.unit or not self.situation.branches or self.fixed_subject:
            return
        kinds = [kind for kind in reading.data["kinds"] or () if kind in self._asked_of_each()]
        if kinds:
            names = [self.situation.shelf.code_name("activities", kind) for kind in kinds]
            text = Text(
                "“{kinds}”按支部计，记在整个单位名下不算；请选开会的支部，或选各支部都开了", kinds=names
            )
            reading.hints.append(text)

    def data(self, reading: Reading, day: date) -> JsonObject:
        read = reading.data
        data: JsonObject = {
            "kinds": read["kinds"] or ([self.code] if self.code else ["…"]),
            "topic": read["topic"] or "…",
        }
        if read.get("study_hours") not in (None, "0"):
            data["study_hours"] = read["study_hours"]
        if read.get("lecturer"):
            data["lecturer"] = read["lecturer"]
        return data | year_of(reading, day)

    def typed(self, data: JsonMapping, subject: str, day: date) -> dict[str, Given]:
        said = super().typed(data, subject, day)
        said["attendees"], said["present"] = typed(data.get("attendees"))
        said["for_year"] = [str(data.get("for_year", day.year))]
        return said

    def field_of(self, path: str) -> str:
        return (
            "present"
            if path.startswith(("data.attendees", "data.data.attendees"))
            else super().field_of(path)
        )


def _first(texts: list[str]) -> str:
    return texts[0] if texts else ""
