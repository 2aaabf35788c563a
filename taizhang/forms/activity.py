"""活动: one gathering may serve several duties, with study hours for those who were there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ledger.text import Text
from rubric.clauses import EveryPeriod
from taizhang.wording import _

from .fields import Field, Given, Option
from .form import Form, Reading, year_field, year_of
from .situation import said_in

ALL, SOME, NOBODY = "all", "some", "none"


class Activity(Form):
    """`code` is the kind it was opened for, ticked from the start."""

    event_type = "activity.held"

    @property
    def title(self) -> str:
        return self.situation.shelf.code_name("activities", self.code) if self.code else _("活动")

    def usual_subject(self) -> str:
        """Where such a thing was held last; what is asked of every branch, in a branch."""
        branches = self.situation.branches
        last = self.situation.last(self._topic)
        if last is not None and last.subject in (self.situation.unit, *branches):
            return last.subject
        asked_of_each = any(
            isinstance(clause, EveryPeriod) and clause.activity == self.code and clause.scope == "each_branch"
            for clause in self.situation.rubric.clauses
        )
        return branches[0] if asked_of_each and branches else self.situation.unit

    @property
    def _topic(self) -> str:
        return f"activity:{self.code}"

    def own_fields(self) -> list[Field]:
        # What was held for another duty too had that duty's topic and hours.
        own = [
            each for each in self.situation.facts.records(self._topic) if each.data["kinds"][0] == self.code
        ]
        data: Mapping[str, Any] = own[-1].data if own else {}
        topics = said_in(own, "topic")
        people = self.situation.people
        fields = [
            Field("kinds", _("同时算作"), "kinds", options=self._kinds(), default=[self.code] if self.code else ()),
            Field(
                "topic", _("主题"), default=topics[:1], suggestions=topics, help=_("学了什么、议了什么、做了什么")
            ),
            Field(
                "study_hours",
                _("学时"),
                "hours",
                required=False,
                default=[data["study_hours"]] if "study_hours" in data else (),
                help=_("算集中学习的才填，每个参加的人都记这么多小时"),
            ),
        ]  # fmt: skip
        if people:
            who: list[Option] = [
                (ALL, _("全体党员")),
                (SOME, _("只有选中的人")),
                (NOBODY, _("不登记")),
            ]
            fields += [
                Field("attendees", _("参加人员"), "choice", options=who, default=[ALL]),
                Field("present", _("选中的人"), "members", required=False, options=people),
                Field("lecturer", _("主讲人"), "choice", required=False, options=[("", "—"), *people]),
            ]
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

    def data(self, reading: Reading, day: date) -> dict[str, Any]:
        read = reading.data
        data: dict[str, Any] = {
            "kinds": read["kinds"] or ([self.code] if self.code else ["…"]),
            "topic": read["topic"] or "…",
        }
        if read["study_hours"] not in (None, "0"):
            data["study_hours"] = read["study_hours"]
        if read.get("lecturer"):
            data["lecturer"] = read["lecturer"]
        attendees = read.get("attendees")
        if attendees == ALL:
            data["attendees"] = "all"
        elif attendees == SOME:
            if not read["present"]:
                reading.blame("present", Text("请选出参加的人；不登记人员就选“不登记”"))
            data["attendees"] = read["present"] or []
        return data | year_of(reading, day)

    def typed(self, data: Mapping[str, Any], subject: str, day: date) -> dict[str, Given]:
        typed = super().typed(data, subject, day)
        attendees = data.get("attendees")
        typed["attendees"] = [ALL if attendees == "all" else NOBODY if not attendees else SOME]
        typed["present"] = attendees if isinstance(attendees, list) else []
        typed["for_year"] = [str(data.get("for_year", day.year))]
        return typed

    def field_of(self, path: str) -> str:
        return (
            "present"
            if path.startswith(("data.attendees", "data.data.attendees"))
            else super().field_of(path)
        )
