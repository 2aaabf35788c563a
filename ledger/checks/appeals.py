"""Whether an appeal may be filed, decided, mended: one a clause and year, decided once, fixed from then on."""

from __future__ import annotations

from ledger.checks.check import Check
from ledger.events.event import ClientEvent, day_of
from ledger.events.fields import shown
from ledger.nearest import Guess
from ledger.text import Text


def check_filed(check: Check, but: str | None = None, where: str = "data.clause") -> None:
    """The unit itself files it, under a key of its own, and it is the clause's first of the year.

    *but* is the key under which the appeal that is being corrected stood so far, *where* the field that may bring it
    together with another.
    """
    if "/" in check.subject:
        check.blame(
            "subject",
            Text("申诉由单位提出；请把 {subject} 改为 {unit}", subject=check.subject, unit=check.unit),
        )
    key, clause = check.data["appeal"], check.data["clause"]
    year: int = check.data.get("for_year", day_of(check.time).year)
    others = {other: about for other, about in check.register.appeals.items() if other != but}
    if key in others:
        if not _excused(check, key):
            check.blame(
                "data.appeal", Text("编号“{key}”在 {unit} 已被使用；请换一个", key=key, unit=check.unit)
            )
        return
    of = (clause, year, check.data.get("rubric", ""))
    earlier = next((other for other, about in others.items() if about == of), None)
    if earlier is not None and not _excused(check, earlier):
        check.blame(
            where,
            Text(
                "{unit} 对 {year} 年的 {clause} 已经提过申诉（“{key}”）；每条每年只能申诉一次",
                unit=check.unit,
                year=year,
                clause=clause,
                key=earlier,
            ),
        )


def check_decided(check: Check, but: str | None = None) -> None:
    """The appeal is there and not decided yet. *but* is the one that a corrected decision was about so far."""
    key = check.data["appeal"]
    known = check.register.appeals
    if key not in known:
        if not check.excuses.key(check.unit, "appeal", key):
            unit, given = check.unit, shown(key)

            def nearest(near: str) -> Text:
                return Text(
                    "{unit} 没有编号“{key}”的申诉；最接近的是 {near}", unit=unit, key=given, near=near
                )

            text = Text("{unit} 没有编号“{key}”的申诉；请核对编号", unit=unit, key=given)
            check.blame("data.appeal", text, Guess(key, known, nearest))
    elif key != but and key in check.register.decided and not _excused(check, key):
        check.blame("data.appeal", Text("申诉“{key}”已有处理结果；要改，请更正或撤回那个结果", key=key))


def check_undecided(check: Check, filing: ClientEvent) -> bool:
    """An appeal is taken back or mended only before it is decided; says whether it may be."""
    key = check.register.in_force(filing)[1]["appeal"]
    if key not in check.register.decided or _excused(check, key):
        return True
    check.blame("data.record", Text("申诉“{key}”已有处理结果，不能再更正或撤回", key=key))
    return False


def check_filing_corrected(check: Check, inner: Check, filing: ClientEvent) -> None:
    """As corrected (a corrected day may mean another year) it is still the clause's first of the year."""
    if check_undecided(check, filing):
        where = "data.clause" if "data" in check.data else "time"
        check_filed(inner, inner.register.in_force(filing)[1]["appeal"], where)


def check_decision_corrected(inner: Check, decision: ClientEvent) -> None:
    """As corrected it decides an appeal that nothing else decides."""
    check_decided(inner, inner.register.in_force(decision)[1]["appeal"])


def _excused(check: Check, key: str) -> bool:
    return check.excuses.key_gone(check.unit, "appeal", key)
