"""A contact as somebody enters him, at the terminal or on the page: checked whole, kept or refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from ledger.events.event import unit_of
from ledger.problem import Problem, Refused
from ledger.text import Text
from projections.not_scored import NotScored
from reminders.contacts import EVERY_UNIT, Contact, Person, Role, problems_of, quiet_days
from reminders.store import contacts
from taizhang.accounts.journal import Deed, note
from taizhang.app.clock import Clock
from taizhang.app.ledger import OpenLedger
from taizhang.app.settings import Settings
from taizhang.language.i18n import UnknownLanguage, language_of

NAME_LENGTH_MAX = 80


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered; None stands for what is to stay as it is."""

    unit: str
    role: str = Role.SECRETARY.value
    channel: str = "email"
    address: str = ""
    secret: str | None = None
    name: str | None = None
    language: str | None = None
    quiet: tuple[str, ...] | None = None
    """Days such as ``2017-07-10..2017-08-20``; none at all clears them."""
    only_overdue: bool | None = None
    weekly: bool | None = None
    """One digest a week, or as it comes."""


def keep_contact(session: OpenLedger, entered: Entered, *, by: str = "") -> Contact:
    """Add a contact, or change what is known of him. Raises Refused with everything that is wrong.

    *by*: who does it, for the journal, which is told no address.
    """
    address = entered.address.strip()
    inside = Settings().robots_inside
    problems = problems_of(entered.channel, address, entered.secret or "", robots_inside=inside)
    problems += _unit_problems(session, entered)
    quiet = _quiet(entered.quiet, problems)
    _check_words(entered, problems)
    if problems:
        raise Refused(problems)
    role = Role(entered.role)
    with session.store.write() as work:
        known = contacts.find_person(work.connection, entered.channel, address)
        person = _changed(known or contacts.new_person(entered.channel, address), entered, quiet)
        contacts.keep_person(work.connection, person)
        contacts.keep_contact(work.connection, entered.unit, person.id, role)
        note(
            work.connection, Clock()(), by, Deed.CONTACT, "", f"{entered.unit} {role.value} {entered.channel}"
        )
    return Contact(entered.unit, role, person)


def _unit_problems(session: OpenLedger, entered: Entered) -> list[Problem]:
    if entered.unit == EVERY_UNIT:
        return []
    unit = unit_of(entered.unit)
    try:
        session.require_unit(unit)
    except NotScored as error:
        return [Problem("unit", error.text)]
    if entered.unit == unit:
        return []
    if entered.role != Role.SECRETARY.value:
        return [Problem("unit", Text("支部的联系人只能是书记；考核人员和领导写单位，或写 * 表示全部"))]
    records = session.projections.records(session.store, unit).by_id.values()
    if any(each.type == "organization.registered" and each.subject == entered.unit for each in records):
        return []
    return [
        Problem(
            "unit", Text("“{unit}”没有登记过支部“{branch}”", unit=unit, branch=entered.unit[:NAME_LENGTH_MAX])
        )
    ]


def _quiet(given: tuple[str, ...] | None, problems: list[Problem]) -> tuple[tuple[date, date], ...] | None:
    if given is None:
        return None
    days = []
    for each in given:
        try:
            days.append(quiet_days(each))
        except ValueError:
            problems.append(
                Problem(
                    "quiet",
                    Text("“{given}”不是日子；应写成 2017-07-10..2017-08-20 或 2017-07-10", given=each[:40]),
                )
            )
    return tuple(sorted(days))


def _check_words(entered: Entered, problems: list[Problem]) -> None:
    known = [role.value for role in Role]
    if entered.role not in known:
        problems.append(
            Problem("role", Text("没有“{given}”这种身份；可用：{known}", given=entered.role, known=known))
        )
    if entered.language is not None:
        try:
            language_of(entered.language)
        except UnknownLanguage as unknown:
            problems.append(Problem("language", unknown.text))
    name = entered.name
    if name is not None and (len(name) > NAME_LENGTH_MAX or (name and not name.isprintable())):
        problems.append(
            Problem("name", Text("称呼最多 {most} 个字符，不能含有控制字符", most=NAME_LENGTH_MAX))
        )


def _changed(person: Person, entered: Entered, quiet: tuple[tuple[date, date], ...] | None) -> Person:
    changes: dict[str, object] = {
        "name": entered.name,
        "secret": entered.secret,
        "quiet": quiet,
        "only_overdue": entered.only_overdue,
        "weekly": entered.weekly,
    }
    if entered.language is not None:
        changes["language"] = "en" if language_of(entered.language) == "en" else "zh-CN"
    return replace(person, **{name: value for name, value in changes.items() if value is not None})  # type: ignore[arg-type]
