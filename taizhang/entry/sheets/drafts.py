"""A row's values -> the events it stands for, one function a kind. Pure; what is missing is noted, not raised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from ledger.events.types import type_of
from ledger.json_object import JsonObject
from ledger.text import Text

from ..facts.asked import Asked
from ..facts.values import Value, data_of, value_of
from ..parsing.days import Moment
from .attendees import Everybody
from .context import Context

Values = JsonObject
"""What the row's cells say, by column key; an empty cell is not there."""
Blame = Callable[[str, Text], None]
"""Notes a problem of the row at a column."""


@dataclass(frozen=True)
class Draft:
    """An event that a row stands for, without an id yet."""

    type: str
    subject: str
    moment: Moment
    data: JsonObject
    covers: frozenset[str] = frozenset()
    """The fields of `data` that the sheet has columns for, said or left empty."""
    record: str | None = None
    """The record id that the row bears: it came out of a ledger."""
    dated: bool = True
    """The day was written, not supplied by us."""
    column: str = field(default="day", compare=False)
    """Where a problem with the day belongs."""


def drafts_of(
    kind: str, values: Values, covers: frozenset[str], context: Context, blame: Blame
) -> list[Draft]:
    """Return the events of one row of a sheet of *kind*."""
    maker = _MAKERS[kind]
    return maker(values, covers, context, blame)


def _activity(values: Values, covers: frozenset[str], context: Context, blame: Blame) -> list[Draft]:
    there = values.get("attendees")
    if isinstance(there, Everybody):
        values["attendees"] = "all"
        of = there.of or values["subject"]
        if of != values["subject"] and not of.startswith(f"{values['subject']}/"):
            name = context.subjects.get(of, of)
            blame("attendees", Text("参加的是“{name}”，和这一行的组织对不上；请核对“组织”这一列", name=name))
            return []
        if there.absent or of != values["subject"]:
            present = context.present(of, values["day"].day)
            values["attendees"] = [member for member in present if member not in there.absent]
            if not values["attendees"]:
                blame("attendees", Text("除了没到的，那一天名册里没有别的人；请核对，或写出到会的姓名"))
                return []
    elif there == []:
        # Everybody who is named was absent: nobody is credited.
        del values["attendees"]
    elif there is None and context.everybody and values.get("study_hours", "0") != "0":
        values["attendees"] = "all"
        # Also where the sheet has no column for them.
        covers |= {"attendees"}
    return [_draft("activity.held", values, covers)]


def _document(values: Values, covers: frozenset[str], _context: Context, _blame: Blame) -> list[Draft]:
    return [_draft("document.filed", values, covers)]


def _publication(values: Values, covers: frozenset[str], _context: Context, _blame: Blame) -> list[Draft]:
    return [_draft("publication.made", values, covers)]


def _honour(values: Values, covers: frozenset[str], _context: Context, _blame: Blame) -> list[Draft]:
    return [_draft("honor.received", values, covers)]


def _condition(values: Values, covers: frozenset[str], _context: Context, _blame: Blame) -> list[Draft]:
    return [_draft("condition.declared", values, covers)]


def _election(values: Values, covers: frozenset[str], _context: Context, blame: Blame) -> list[Draft]:
    held, postponed = "next_term_ends_on" in values, "until" in values
    if held == postponed:
        blame("next_term_ends_on", Text("换届写“下届届满”，延期写“延期到”和“批准机关”，只能是其中一种"))
        return []
    if postponed and "approved_by" not in values:
        blame("approved_by", Text("延期换届要写批准机关"))
        return []
    kind = "election.held" if held else "election.postponed"
    fields = ("next_term_ends_on",) if held else ("until", "approved_by")
    return [_draft(kind, values, covers & frozenset(fields), fields)]


def _member(values: Values, covers: frozenset[str], context: Context, blame: Blame) -> list[Draft]:
    member = values["member"]
    subject = values.get("subject") or context.homes.get(member, context.home)
    record = values.get("id")
    flags: JsonObject = {}
    for key, name in (("leader", "leader"), ("exempt", "exempt_from_study")):
        if key in values:
            flags[name] = values[key]
    drafts: list[Draft] = []
    changed: date | None = values.get("changed")
    joined: date | None = values.get("joined")
    left: date | None = values.get("left")
    if joined is not None and left is not None and left < joined:
        blame("left", Text("离开日期 {left} 早于加入日期 {joined}；请核对", left=left, joined=joined))
        return []
    if changed is not None:
        if not flags:
            blame("changed", Text("写了变更日期，却没有写班子成员或免学时变成了什么"))
            return []
        data = {"member": member, **flags}
        return [Draft("member.changed", subject, Moment(changed), data, covers, record, column="changed")]
    kept = {name: value for name, value in flags.items() if value}
    dated = joined is not None
    if (day := joined or _start_of_year(context)) is None:
        blame("joined", Text("没有写加入日期；请写上，或说明从哪一年的年初算"))
        return []
    drafts.append(
        Draft(
            "member.joined", subject, Moment(day), {"member": member, **kept}, covers, record, dated, "joined"
        )
    )
    if left is not None:
        gone = {"member": member, **({"reason": values["left_reason"]} if "left_reason" in values else {})}
        drafts.append(
            Draft("member.left", subject, Moment(left), gone, frozenset(("reason",)), column="left")
        )
    return drafts


def _organization(values: Values, covers: frozenset[str], context: Context, blame: Blame) -> list[Draft]:
    code = values.get("code")
    subject = f"{context.unit}/{code}" if code and code != context.unit else context.unit
    record = values.get("id")
    fields = ("name", "kind", "secretary", "has_committee", "has_groups", "term_ends_on")
    data = {name: values[name] for name in fields if name in values}
    if (changed := values.get("changed")) is not None:
        # The name stands in every row so that it can be read; it changes only where it is another.
        if data.get("name") == context.subjects.get(subject):
            data.pop("name", None)
        if not data:
            blame("changed", Text("写了变更日期，却没有写什么变了"))
            return []
        return [
            Draft(
                "organization.changed",
                subject,
                Moment(changed),
                data,
                frozenset(data),
                record,
                column="changed",
            )
        ]
    if "kind" not in data:
        if subject == context.unit:
            blame("kind", Text("要写组织类型：党委、党总支或党支部"))
            return []
        data["kind"] = "branch"
    registered: date | None = values.get("registered")
    if (day := registered or _start_of_year(context)) is None:
        blame("registered", Text("没有写成立日期；请写上，或说明从哪一年的年初算"))
        return []
    drafts = [
        Draft(
            "organization.registered",
            subject,
            Moment(day),
            data,
            covers,
            record,
            registered is not None,
            "registered",
        )
    ]
    if (closed := values.get("closed")) is not None:
        gone = {"reason": values["closed_reason"]} if "closed_reason" in values else {}
        drafts.append(
            Draft(
                "organization.closed", subject, Moment(closed), gone, frozenset(("reason",)), column="closed"
            )
        )
    return drafts


def _start_of_year(context: Context) -> date | None:
    year = context.year or context.this_year
    return date(year, 1, 1) if year else None


def _draft(kind: str, values: Values, covers: frozenset[str], fields: tuple[str, ...] | None = None) -> Draft:
    about = frozenset(fields) if fields is not None else covers
    data = {name: value for name, value in values.items() if name in about}
    return Draft(kind, values["subject"], values["day"], data, covers, values.get("id"))


def _fact(values: Values, covers: frozenset[str], context: Context, blame: Blame) -> list[Draft]:
    asked: Asked = values["fact"]
    said, problem = value_of(str(values["value"]), asked)
    note, rater = str(values.get("note", "")), str(values.get("rater", ""))
    if problem is not None:
        blame("value", problem)
    elif asked.kind == "case" and not note:
        blame("note", Text("认定事项要写理由"))
    elif asked.kind == "rating" and not rater:
        blame("rater", Text("评价要写是谁评的"))
    else:
        value = Value(0, context.unit, "", said)
        kind, data = data_of(asked, value, at=str(values.get("at", "")), words=note, rater=rater)
        fields = covers & (frozenset(type_of(kind).fields) - _NOT_IN_A_SHEET)
        return [Draft(kind, context.unit, values["day"], data, fields, values.get("id"))]
    return []


_NOT_IN_A_SHEET = frozenset({"member", "for_year"})
"""Of what a fact may say the sheet has no column for these."""


_MAKERS: dict[str, Callable[[Values, frozenset[str], Context, Blame], list[Draft]]] = {
    "organizations": _organization,
    "roster": _member,
    "activities": _activity,
    "documents": _document,
    "publications": _publication,
    "honours": _honour,
    "conditions": _condition,
    "elections": _election,
    "facts": _fact,
}
