"""党员: joined, changed, left, moved between branches; 组织关系 on its way and arrived. `code` is the member."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from ledger.json_object import JsonMapping, JsonObject
from ledger.text import Text
from projections.records import place
from projections.roster import Presence
from taizhang.language.code_words import LEAVINGS
from taizhang.language.i18n import _
from taizhang.people.person import new_member

from .fields import Field, Given
from .form import Draft, Form, Reading
from .situation import Situation

_FLAGS = ("leader", "exempt_from_study")
LETTER_DAYS = 90
"""A letter of introduction is good for three months at most."""


def roles_field(situation: Situation, default: Given = ()) -> list[Field]:
    """Return the field of a member's roles, where the unit's rubrics name any."""
    options = situation.named("roles")
    return (
        [Field("roles", _("职务"), "kinds", required=False, options=options, default=default)]
        if options
        else []
    )


def _exempt_field(situation: Situation, default: Given = (), help: str = "") -> list[Field]:  # noqa: A002
    """Return the field that exempts from study, where hours are asked for or somebody is exempt already."""
    if not situation.asks_hours and not default:
        return []
    return [Field("exempt_from_study", _("免学时"), "flag", required=False, default=default, help=help)]


class MemberJoined(Form):
    """Somebody joins a branch. The name goes into the directory, which is no part of the ledger."""

    event_type = "member.joined"

    @property
    def title(self) -> str:
        return _("党员加入")

    def usual_subject(self) -> str:
        if self.situation.scopes:
            return self.situation.home
        return (self.situation.branches or [self.situation.unit])[0]

    def own_fields(self) -> list[Field]:
        return [
            Field("name", _("姓名"), required=False, help=_("只记在名册里，随时可以改、可以抹去；台账里只有编号")),
            Field("leader", _("是班子成员"), "flag", required=False),
            *roles_field(self.situation),
            *_exempt_field(self.situation, help=_("年老体弱等不参加集中学习的")),
            Field("member", _("党员编号"), default=[new_member()], extra=True, help=_("自动编的，可以改成自己的")),
        ]  # fmt: skip

    def data(self, reading: Reading, day: date) -> JsonObject:
        data = super().data(reading, day)
        data.pop("name", None)
        return data


class _OneMember(Form):
    """About one member who is in the tree: he is chosen before, or in a list."""

    @property
    def presence(self) -> Presence | None:
        """The member the form was opened for, as he is in the tree today."""
        return next((each for each in self.situation.members if each.member == self.code), None)

    def _subject_field(self) -> list[Field]:
        return []

    def who(self) -> Field:
        """Return the field that says who."""
        options = [
            option
            for option in self.situation.people
            if (self.presence is None or option[0] == self.code) and self._may_be(option[0])
        ]
        if self.presence is None and self.code:
            options.append((self.code, self.situation.person(self.code)))
        return Field("member", _("党员"), "choice", options=options, default=[self.code] if self.code else ())

    def _may_be(self, member: str) -> bool:
        """Whether *member* is one of whom such a thing may be recorded."""
        return True

    def home(self, reading: Reading) -> str:
        """Return the branch of the member who was chosen."""
        member = reading.data.get("member")
        return next(
            (each.subject for each in self.situation.members if each.member == member), self.situation.unit
        )

    def drafts(self, reading: Reading, subject: str, day: date) -> list[Draft]:
        return super().drafts(reading, self.home(reading), day)


class MemberChanged(_OneMember):
    """Somebody becomes a leader or is exempt from study, or is no longer."""

    event_type = "member.changed"

    @property
    def title(self) -> str:
        return _("党员变更")

    def own_fields(self) -> list[Field]:
        presence = self.presence
        leader = ["yes"] if presence and presence.leader else []
        exempt = ["yes"] if presence and presence.exempt else []
        return [
            self.who(),
            Field("leader", _("是班子成员"), "flag", required=False, default=leader),
            *roles_field(self.situation, sorted(presence.roles) if presence else ()),
            *_exempt_field(self.situation, default=exempt),
        ]

    def data(self, reading: Reading, day: date) -> JsonObject:
        said: JsonObject = {name: bool(reading.data[name]) for name in _FLAGS if name in reading.data}
        presence = self.situation.facts.roster.presence(
            reading.data.get("member") or "", self.situation.today
        )
        if "roles" in reading.data:
            said["roles"] = reading.data["roles"] or []
        if presence:
            now = {
                "leader": presence.leader,
                "exempt_from_study": presence.exempt,
                "roles": sorted(presence.roles),
            }
            if all(
                now[name] == (sorted(value) if name == "roles" else value) for name, value in said.items()
            ):
                reading.blame("leader", Text("和现在登记的一样，没有变更"))
        return {"member": reading.data.get("member") or "…", **said}


class JoiningMended(_OneMember):
    """Corrects a joining: every flag is the record's word."""

    event_type = "member.joined"

    @property
    def title(self) -> str:
        return _("党员加入")

    def own_fields(self) -> list[Field]:
        return [
            self.who(),
            Field("leader", _("是班子成员"), "flag", required=False),
            *roles_field(self.situation),
            Field("exempt_from_study", _("免学时"), "flag", required=False),
        ]


class ChangeMended(_OneMember):
    """Corrects a change, which may take a flag away, or say nothing of it."""

    event_type = "member.changed"

    @property
    def title(self) -> str:
        return _("党员变更")

    def own_fields(self) -> list[Field]:
        says = [("", _("这条记录不提")), ("yes", _("是")), ("no", _("否"))]
        return [
            self.who(),
            Field("leader", _("是班子成员"), "choice", required=False, options=says),
            *roles_field(self.situation),
            Field("exempt_from_study", _("免学时"), "choice", required=False, options=says),
        ]

    def data(self, reading: Reading, day: date) -> JsonObject:
        said: JsonObject = {name: reading.data[name] == "yes" for name in _FLAGS if reading.data.get(name)}
        if reading.data.get("roles"):
            said["roles"] = reading.data["roles"]
        return {"member": reading.data.get("member") or "…", **said}

    def typed(self, data: JsonMapping, subject: str, day: date) -> dict[str, Given]:
        flags = {name: ["yes" if data[name] else "no"] for name in _FLAGS if name in data}
        return super().typed(data, subject, day) | flags


class CompletionMended(_OneMember):
    """Corrects that a transfer was completed."""

    event_type = "transfer.completed"

    @property
    def title(self) -> str:
        return _("组织关系转出办结")

    def own_fields(self) -> list[Field]:
        return [self.who()]


class MemberLeft(_OneMember):
    """Somebody leaves the tree."""

    event_type = "member.left"

    @property
    def title(self) -> str:
        return _("党员离开")

    def own_fields(self) -> list[Field]:
        reasons = [(each, _(word)) for each, word in LEAVINGS.items()]
        return [self.who(), Field("reason", _("原因"), "choice", options=reasons, default=["transferred"])]


class MemberMoved(_OneMember):
    """Somebody leaves one branch for another on the same day, which is no new joining (contract §5)."""

    event_type = "member.joined"

    @property
    def title(self) -> str:
        return _("党员换支部")

    def own_fields(self) -> list[Field]:
        home = self.presence.subject if self.presence else None
        options = [option for option in self.situation.subjects if option[0] != home]
        return [self.who(), Field("to", _("换到哪个支部"), "choice", options=options)]

    def drafts(self, reading: Reading, subject: str, day: date) -> list[Draft]:
        member = reading.data.get("member") or "…"
        home = self.home(reading)
        presence = self.situation.facts.roster.presence(member, self.situation.today)
        joined: JsonObject = {"member": member}
        if presence is not None:
            joined |= {"roles": sorted(presence.roles)} if presence.roles else {}
            joined |= {"leader": True} if presence.leader else {}
            joined |= {"exempt_from_study": True} if presence.exempt else {}
        to = reading.data.get("to")
        if to == home:
            reading.blame("to", Text("他现在就在这里；请选另一个支部"))
        return [
            Draft("member.left", home, day, {"member": member, "reason": "other"}, "left"),
            Draft("member.joined", to or home, day, joined),
        ]


class TransferStarted(_OneMember):
    """A letter of introduction was made out."""

    event_type = "transfer.started"

    @property
    def title(self) -> str:
        return _("开出组织关系介绍信")

    def own_fields(self) -> list[Field]:
        until = (self.situation.today + timedelta(days=LETTER_DAYS)).isoformat()
        return [self.who(), Field("valid_until", _("介绍信有效期到"), "day", default=[until])]


class TransferCompleted(_OneMember):
    """The letter's receipt came back; with it he leaves the tree."""

    event_type = "transfer.completed"

    @property
    def title(self) -> str:
        return _("组织关系转出办结")

    def _may_be(self, member: str) -> bool:
        """Whether a letter was made out for him that has not come back."""
        topics = self.situation.facts.of_type
        started = [each for each in topics("transfer.started") if each.data["member"] == member]
        done = [each for each in topics("transfer.completed") if each.data["member"] == member]
        return bool(started) and not (done and place(done[-1]) > place(started[-1]))

    def own_fields(self) -> list[Field]:
        leaves = Field("leaves", _("同时从本单位名册转出"), "flag", required=False, default=["yes"])
        who = self.who()
        if not who.options:
            who = replace(who, default=(), help=_("没有等着办结的介绍信；请先记“开出组织关系介绍信”"))
        return [who, leaves]

    def drafts(self, reading: Reading, subject: str, day: date) -> list[Draft]:
        member, home = reading.data.get("member") or "…", self.home(reading)
        drafts = [Draft(self.event_type, home, day, {"member": member})]
        if reading.data["leaves"]:
            gone = {"member": member, "reason": "transferred"}
            drafts.append(Draft("member.left", home, day, gone, "left"))
        return drafts
