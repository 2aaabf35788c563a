"""What each type refers to, checked against its unit's register (contract §2, §3)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from ledger.checks import appeals, changes, rubrics, signings
from ledger.checks.check import Check
from ledger.checks.unit_state import UnitState
from ledger.events.fields import shown
from ledger.nearest import Guess
from ledger.text import Text


def _registered(check: Check) -> None:
    subjects = check.register.subjects
    subject = check.subject
    if subject in subjects:
        if not check.excuses.subject_gone(subject):
            check.blame(
                "subject",
                Text("{subject} 已经登记过；要改资料请用 organization.changed", subject=subject),
            )
    elif "/" in subject and check.unit not in subjects and not check.excuses.subject(check.unit):
        check.blame("subject", Text("支部所在的单位 {unit} 还没有登记；请先登记单位", unit=check.unit))
    check.check_branch_kind()


def _changed(check: Check) -> None:
    check.check_branch_kind()
    check.check_dated()


def _closed(check: Check) -> None:
    check.check_dated()
    into = check.data.get("merged_into")
    if into is None or not check.is_new:
        return
    if into == check.subject:
        check.blame("data.merged_into", Text("不能并入自己；请写并入的单位"))
    elif not check.knows_unit(into):
        check.blame("data.merged_into", Text("没有登记单位 {unit}；请核对编号", unit=into))


def _joined(check: Check) -> None:
    member = check.data["member"]
    if member in check.register.present and not check.excuses.key_gone(check.unit, "member", member):
        check.blame(
            "data.member",
            Text(
                "党员“{member}”已在 {unit} 且没有转出；请先登记 member.left", member=member, unit=check.unit
            ),
        )


def _left(check: Check) -> None:
    member = check.data["member"]
    here = check.register.present.get(member)
    if here == check.subject or check.excuses.key_moved(check.unit, "member", member):
        return
    if here is None:
        check.blame(
            "data.member",
            Text(
                "党员“{member}”现在不在 {unit}，不能转出；请核对编号", member=shown(member), unit=check.unit
            ),
        )
    elif check.is_new:
        check.blame(
            "subject",
            Text("党员“{member}”在 {here}，不在 {subject}；请写他所在的", member=shown(member), here=here,
                 subject=check.subject),
        )  # fmt: skip


def _names_member(check: Check) -> None:
    check.check_member("data.member", check.data["member"])


STRANGERS_MAX = 50
"""So many attendees who are not there are told of one activity."""


def _activity(check: Check) -> None:
    data = check.data
    joined = check.register.joined
    if "lecturer" in data and data["lecturer"] not in joined:
        check.check_member("data.lecturer", data["lecturer"])
    attendees = data.get("attendees")
    if type(attendees) is list and not joined.issuperset(attendees):
        strangers = ((index, member) for index, member in enumerate(attendees) if member not in joined)
        for index, member in islice(strangers, STRANGERS_MAX):
            check.check_member(f"data.attendees[{index}]", member)


def _new_key(field: str, held: Callable[[UnitState], set[str]]) -> Callable[[Check], None]:
    def check_new(check: Check) -> None:
        key = check.data[field]
        if key in held(check.register) and not check.excuses.key_gone(check.unit, field, key):
            check.blame(
                f"data.{field}", Text("编号“{key}”在 {unit} 已被使用；请换一个", key=key, unit=check.unit)
            )

    return check_new


def _known_key(field: str, held: Callable[[UnitState], set[str]]) -> Callable[[Check], None]:
    def check_known(check: Check) -> None:
        key = check.data[field]
        known = held(check.register)
        if key in known or check.excuses.key(check.unit, field, key):
            return
        unit, given = check.unit, shown(key)

        def nearest(near: str) -> Text:
            return Text("{unit} 没有编号“{key}”；最接近的是 {near}", unit=unit, key=given, near=near)

        text = Text("{unit} 没有编号“{key}”；请核对编号", unit=unit, key=given)
        check.blame(f"data.{field}", text, Guess(key, known, nearest))

    return check_known


def _requests(register: UnitState) -> set[str]:
    return register.requests


def _findings(register: UnitState) -> set[str]:
    return register.findings


def _evidence(check: Check) -> None:
    changes.named_record(check)


CHECKS: dict[str, Callable[[Check], None]] = {
    "organization.registered": _registered,
    "organization.changed": _changed,
    "organization.closed": _closed,
    "member.joined": _joined,
    "member.left": _left,
    "member.changed": _names_member,
    "transfer.started": _names_member,
    "transfer.completed": _names_member,
    "activity.held": _activity,
    "request.issued": _new_key("request", _requests),
    "request.answered": _known_key("request", _requests),
    "finding.raised": _new_key("finding", _findings),
    "finding.rectified": _known_key("finding", _findings),
    "appeal.filed": appeals.check_filed,
    "appeal.decided": appeals.check_decided,
    "score.signed": signings.check_signed,
    "score.countersigned": signings.check_countersigned,
    "result.published": signings.check_published,
    "result.confirmed": signings.check_confirmed,
    "rubric.installed": rubrics.check_installed,
    "rubric.withdrawn": rubrics.check_fitting,
    "evidence.attached": _evidence,
    "claim.reviewed": changes.check_review,
    "record.corrected": changes.check_correction,
    "record.retracted": changes.check_retraction,
}


def check_references(check: Check) -> None:
    """What the event's type refers to is there, and fits."""
    rule = CHECKS.get(check.type)
    if rule is not None:
        rule(check)
