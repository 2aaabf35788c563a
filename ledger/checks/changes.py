"""Whether a correction or a retraction may be made (contract §3)."""

from __future__ import annotations

from ledger.checks import appeals, lookback, signings
from ledger.checks.check import Check
from ledger.checks.dates import check_day
from ledger.checks.unit_state import corrected
from ledger.events.event import ClientEvent, day_of, unit_of
from ledger.events.types import EVENT_TYPES, type_of
from ledger.json_object import JsonObject
from ledger.text import Text


def named_record(check: Check) -> ClientEvent | None:
    """Return the record that the draft names, blaming the draft when it is not in the tree."""
    record_id = check.data["record"]
    record = check.find(record_id)
    if record is not None and not type_of(record["type"]).has_subject:
        _check_nameable(check, record)
        return None
    if record is None or unit_of(record["subject"]) != check.unit:
        if not check.excuses.record(record_id):
            check.blame(
                "data.record",
                Text("{unit} 里没有编号为“{id}”的记录；请核对编号", unit=check.unit, id=record_id)
                if record is None
                else Text("记录“{id}”不属于 {unit}，而属于 {other}；请写对单位", id=record_id, unit=check.unit,
                          other=unit_of(record["subject"])),
            )  # fmt: skip
        return None
    return record


def check_review(check: Check) -> None:
    """A review names a record that is there, and that is no review, correction or retraction."""
    record = named_record(check)
    if record is not None and _check_nameable(check, record) and not type_of(record["type"]).reviewable:
        check.blame(
            "data.record",
            Text("“{id}”是 {type}，不经审核；申诉用 appeal.decided 答复，签字用 record.retracted 撤回",
                 id=record["id"], type=record["type"]),
        )  # fmt: skip


def _check_nameable(check: Check, record: ClientEvent) -> bool:
    if type_of(record["type"]).correctable:
        return True
    check.blame(
        "data.record",
        Text(
            "“{id}”是 {type}，不能对它更正、撤回或审核；请写原始记录的编号",
            id=record["id"],
            type=record["type"],
        ),
    )
    return False


def _changeable(check: Check) -> ClientEvent | None:
    record = named_record(check)
    if record is None or not _check_nameable(check, record):
        return None
    if record["id"] in check.register.retracted:
        check.blame("data.record", Text("记录“{id}”已经撤回，撤回后不能再改", id=record["id"]))
        return None
    return record


def check_retraction(check: Check) -> None:
    """A retraction takes nothing away that others rest on."""
    record = _changeable(check)
    if record is None:
        return
    kind, record_id = record["type"], record["id"]
    if kind == "appeal.filed":
        appeals.check_undecided(check, record)
    elif kind == "score.signed":
        signings.check_standing(check, record)
    elif kind == "organization.registered":
        resting = lookback.what_rests_on_registration(check.entries(), record)
        if resting:
            _blame_resting(check, Text("登记"), resting)
    elif kind in ("member.joined", "member.left"):
        member = check.register.in_force(record)[1]["member"]
        faults = lookback.new_member_faults(check.entries(), record_id, None, member)
        if faults and not check.excuses.key_moved(check.unit, "member", member):
            _blame_resting(check, Text("转入") if kind == "member.joined" else Text("转出"), faults)


def _blame_resting(check: Check, what: Text, resting: list[str]) -> None:
    check.blame(
        "data.record",
        Text(
            "这条{what}有 {count} 条记录以它为依据（如“{example}”），不能撤回；请先撤回那些记录",
            what=what,
            count=len(resting),
            example=resting[0],
        ),
    )


def check_correction(check: Check) -> None:
    """The record, corrected, is a valid event of its type, and what rests on it still stands."""
    record = _changeable(check)
    if record is None:
        return
    correction = check.data
    if not type_of(record["type"]).mendable:
        signings.blame_correction(check, record)
        return
    time, data, subject = corrected(check.register.in_force(record), correction)
    inner = check.inside_correction(record, time, data, subject)
    if "subject" in correction and not _may_move(check, record, subject):
        return
    if "time" in correction:
        inner.check_clock()
    if "data" in correction:
        inner.check_codes()
    if correction.keys() & {"time", "data"}:
        check_day(inner)
    _check_what_rests(check, inner, record, time)


def _may_move(check: Check, record: ClientEvent, subject: str) -> bool:
    """Say whether *record* may be moved to *subject*: a record of what was done, inside its tree."""
    if not type_of(record["type"]).movable:
        text = Text(
            "“{id}”是 {type}，不能移到别的支部；请撤回后重新登记", id=record["id"], type=record["type"]
        )
    elif unit_of(subject) != check.unit:
        text = Text("只能移到 {unit} 或它的支部，不能移到 {subject}", unit=check.unit, subject=subject)
    elif subject not in check.register.subjects and not check.excuses.subject(subject):
        text = Text("没有登记支部 {subject}；请先用 organization.registered 登记", subject=subject)
    else:
        return True
    check.blame("data.subject", text)
    return False


def _check_what_rests(check: Check, inner: Check, record: ClientEvent, time: str) -> None:
    kind, data, correction = record["type"], inner.data, check.data
    if kind == "organization.registered":
        _check_registration(inner, record, time, "time" in correction)
    elif kind in ("organization.changed", "organization.closed"):
        inner.check_references()
    elif kind == "appeal.filed":
        appeals.check_filing_corrected(check, inner, record)
    elif kind in ("member.joined", "member.left") and correction.keys() & {"data", "subject"}:
        _check_member_key(inner, record, data)
    elif "data" not in correction:
        return
    elif kind == "appeal.decided":
        appeals.check_decision_corrected(inner, record)
    elif type_of(kind).key and not type_of(kind).answers:
        _check_item_key(inner, record, data)
    else:
        inner.check_references()


def _check_registration(inner: Check, record: ClientEvent, time: str, moved: bool) -> None:
    inner.check_branch_kind()
    if moved:
        earlier = lookback.dated_before(inner.entries(), record["subject"], day_of(time))
        if earlier:
            inner.blame(
                "time",
                Text("登记日期晚于它的变更或撤销（如“{example}”）；请写更早的日期", example=earlier[0]),
            )


def _check_member_key(inner: Check, record: ClientEvent, data: JsonObject) -> None:
    _time, before, subject = inner.register.in_force(record)
    old, new = before["member"], data["member"]
    if old == new and subject == inner.subject:
        return
    entries = inner.entries()
    resting = lookback.new_member_faults(entries, record["id"], data, old, inner.subject)
    if old == new:
        if resting and not inner.excuses.key_moved(inner.unit, "member", old):
            inner.blame(
                "subject",
                Text("移到 {subject} 就与党员 {member} 的其他转入、转出记录（如“{example}”）不符",
                     subject=inner.subject, member=old, example=resting[0]),
            )  # fmt: skip
        return
    if resting and not inner.excuses.key_moved(inner.unit, "member", old):
        inner.blame(
            "data.member",
            Text(
                "有 {count} 条记录以党员 {member} 的这次变动为依据（如“{example}”），不能改成别人",
                count=len(resting),
                member=old,
                example=resting[0],
            ),
        )
        return
    if lookback.new_member_faults(
        entries, record["id"], data, new, inner.subject
    ) and not inner.excuses.key_moved(inner.unit, "member", new):
        inner.blame("data.member", Text("与党员 {member} 已有的转入、转出记录冲突", member=new))


def _check_item_key(inner: Check, record: ClientEvent, data: JsonObject) -> None:
    field = type_of(record["type"]).key
    answer = next(row.name for row in EVENT_TYPES.values() if row.answers == record["type"])
    old, new = inner.register.in_force(record)[1][field], data[field]
    if old == new:
        return
    entries = inner.entries()
    answers = lookback.answers_to(entries, answer, field, old)
    if answers:
        inner.blame(
            f"data.{field}",
            Text("已有记录答复“{key}”（如“{example}”），编号不能改", key=old, example=answers[0]),
        )
    elif lookback.answers_to(entries, record["type"], field, new):
        inner.blame(f"data.{field}", Text("编号“{key}”已被使用；请换一个", key=new))
