"""组织: branches registered and closed, what changed of them or of the unit itself. `code` is the subject."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from ledger.json_object import JsonMapping, JsonObject
from ledger.text import Text
from taizhang.language.code_words import UNIT_KINDS
from taizhang.language.i18n import _
from taizhang.language.labels import kind_word

from .fields import Field, Given
from .form import Draft, Form, Reading

_FLAGS = ("has_committee", "has_groups")
_BRANCH_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}", re.ASCII)


def _flag_options() -> list[tuple[str, str]]:
    return [("yes", _("设")), ("no", _("不设"))]


class _Organization(Form):
    def about(self, subject: str | None) -> list[Field]:
        """Return the fields of an organization, filled with how *subject* stands today."""
        today = self.situation.today
        organization = self.situation.facts.organization(subject or "")

        def now(field: str, default: Any = None) -> Any:
            return organization.value(field, today, default) if subject else default

        def flag(field: str) -> list[str]:
            return ["yes" if now(field, True) else "no"]

        members = dict(self.situation.people)
        secretary = now("secretary")
        if secretary and secretary not in members:
            members[secretary] = self.situation.person(secretary)
        people = [("", "—"), *members.items()]
        return [
            Field("name", _("名称"), default=[now("name", "")]),
            Field("secretary", _("书记"), "choice", required=False, options=people, default=[secretary or ""]),
            Field("has_committee", _("支部委员会"), "choice", options=_flag_options(), default=flag("has_committee")),
            Field("has_groups", _("党小组"), "choice", options=_flag_options(), default=flag("has_groups")),
            Field("term_ends_on", _("任期届满"), "day", required=False, default=[now("term_ends_on", "")]),
        ]  # fmt: skip

    @staticmethod
    def said(reading: Reading) -> JsonObject:
        """Return the organization's data as they were typed."""
        read = reading.data
        said: JsonObject = {"name": read.get("name") or "…"}
        for name in _FLAGS:
            said[name] = read.get(name) != "no"
        return said | {name: read[name] for name in ("secretary", "term_ends_on") if read.get(name)}


class BranchRegistered(_Organization):
    """A new branch."""

    event_type = "organization.registered"

    @property
    def title(self) -> str:
        return _("登记新支部")

    def _subject_field(self) -> list[Field]:
        return []

    def own_fields(self) -> list[Field]:
        known = self.situation.facts.organizations
        free = next(f"b{n}" for n in range(1, 1000) if f"{self.situation.unit}/b{n}" not in known)
        own = Field("branch", _("支部代号"), default=[free], help=_("小写字母和数字，登记后不能改"))
        return [own, *self.about(None)]

    def drafts(self, reading: Reading, subject: str, day: date) -> list[Draft]:
        branch = reading.data.get("branch") or ""
        if branch and not _BRANCH_ID.fullmatch(branch):
            reading.blame("branch", Text("代号只用小写字母、数字和 . _ -，如 b5"))
            branch = ""
        data = self.said(reading) | {"kind": "branch"}
        return [Draft(self.event_type, f"{self.situation.unit}/{branch or '0'}", day, data)]

    def field_of(self, path: str) -> str:
        return "branch" if path == "subject" else super().field_of(path)


class OrganizationChanged(_Organization):
    """What is another way now: only that is recorded. Never the kind, which is the office's to say."""

    event_type = "organization.changed"

    @property
    def title(self) -> str:
        return _("组织变更：{name}", name=self.situation.name(self.code)) if self.code else _("组织变更")

    def _subject_field(self) -> list[Field]:
        subjects = [each for each in self.situation.subjects if not self.code or each[0] == self.code]
        default = [self.code or self.situation.unit]
        return [Field("subject", _("哪个组织"), "choice", options=subjects, default=default)]

    def own_fields(self) -> list[Field]:
        return self.about(self.code or self.situation.unit)

    def data(self, reading: Reading, day: date) -> JsonObject:
        subject = self.code or self.situation.unit
        organization = self.situation.facts.organization(subject)
        defaults: JsonObject = {"has_committee": True, "has_groups": True}
        changed = {
            name: value
            for name, value in self.said(reading).items()
            if value != organization.value(name, self.situation.today, defaults.get(name))
        }
        if not changed:
            reading.blame("name", Text("和现在登记的一样，没有变更"))
        return changed


class OrganizationMended(Form):
    """Corrects a registration or a change: what is left empty the record does not say."""

    event_type = "organization.registered"

    @property
    def title(self) -> str:
        return self.situation.name(self.code)

    def _subject_field(self) -> list[Field]:
        return []

    def own_fields(self) -> list[Field]:
        flags = [("", "—"), *_flag_options()]
        kinds = [("", "—"), *((kind, kind_word(kind)) for kind in UNIT_KINDS)]
        people = [("", "—"), *self.situation.people]
        return [
            Field("name", _("名称"), required=False),
            Field("kind", _("组织类型"), "choice", required=False, options=kinds),
            Field("secretary", _("书记"), "choice", required=False, options=people),
            Field("has_committee", _("支部委员会"), "choice", required=False, options=flags),
            Field("has_groups", _("党小组"), "choice", required=False, options=flags),
            Field("term_ends_on", _("任期届满"), "day", required=False),
        ]

    def data(self, reading: Reading, day: date) -> JsonObject:
        said = {name: value for name, value in reading.data.items() if value}
        return {name: value == "yes" if name in _FLAGS else value for name, value in said.items()}

    def typed(self, data: JsonMapping, subject: str, day: date) -> dict[str, Given]:
        flags = {name: ["yes" if data[name] else "no"] for name in _FLAGS if name in data}
        return super().typed(data, subject, day) | flags


class BranchClosed(Form):
    """A branch is no more; what falls due from that day on is not asked of it."""

    event_type = "organization.closed"

    @property
    def title(self) -> str:
        return _("撤销支部")

    def _subject_field(self) -> list[Field]:
        branches = [option for option in self.situation.subjects if option[0] != self.situation.unit]
        return [
            Field(
                "subject", _("哪个支部"), "choice", options=branches, default=[self.code] if self.code else ()
            )
        ]

    def own_fields(self) -> list[Field]:
        return [Field("reason", _("原因"), "long", required=False)]
