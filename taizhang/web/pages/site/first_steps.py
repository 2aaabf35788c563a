"""What is done first, and what of it is not done yet: it stands where a day begins until it is.

A step leads to a page that opens for whoever reads it; what somebody else does says who.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.events.types import type_of
from ledger.store.protocol import Transaction
from ledger.text import Text
from projections import totals
from projections.scorecard import Scorecard
from reminders.store import contacts
from taizhang.accounts import store as accounts
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.app.ledger import OpenLedger
from taizhang.web.pages.account.own_contacts import places_of


@dataclass(frozen=True, slots=True)
class Step:
    """One step: whether it is done, what to do, and the page where it is done ("" where it is done elsewhere)."""

    is_done: bool
    text: Text
    address: str = ""
    stop: str = ""
    """The stop of the operator's walk at which it is seen to."""


def is_shown(session: OpenLedger) -> bool:
    """Whether steps are shown at all: a demo is not set up, it is looked at."""
    return session.settings.demo_today is None


def secretarys_steps(card: Scorecard, *, is_reminded: bool) -> list[Step]:
    """Return what the secretary of the card's unit does first."""
    unit, organization = card.unit, card.facts.organization(card.unit)
    changed = f"/log?unit={unit}&what=organization.changed:{unit}"
    has_term = all(organization.value(name, card.day) for name in ("secretary", "term_ends_on"))
    this_year = any(
        type_of(record.type).lived and record.day.year == card.day.year and not record.retracted
        for record in card.records.by_id.values()
    )
    return [
        Step(bool(card.facts.listed(card.day)), Text("党员名册：从表格里粘贴，或一个一个加"), f"/units/{unit}/roster"),
        Step(has_term, Text("书记和任期"), changed),
        Step(this_year, Text("今年做过的：一件一件记，或从表格里粘贴、导入；以前的也照样算"), f"/log?unit={unit}"),
        Step(is_reminded, Text("提醒：发到您的邮箱，或班子的群里"), "/account#reminders"),
    ]  # fmt: skip


def assessors_steps(session: OpenLedger, work: Transaction, account: Account) -> list[Step]:
    """Return what an assessor of a new district does first, and what waits for the operator."""
    today = session.clock.today()
    units = {row.unit for row in totals.rows(work.connection) if not row.is_closed(today.isoformat())}
    served = {
        unit
        for each in accounts.everybody(work.connection)
        if each.role is Role.SECRETARY and each.active
        for unit in each.unit_ids
    }
    places = places_of(account)
    reminded = any((each.unit, each.role) in places for each in contacts.contacts(work.connection))
    has_rubric = session.shelf.missing_year(today) is None
    all_served = bool(units) and units <= served
    return [
        Step(bool(units), Text("登记单位：一个一个，或粘贴一张表"), "/register"),
        Step(
            all_served,
            Text("各单位的书记都有账号")
            if all_served
            else Text(
                "各单位的书记有账号：还有 {count} 个单位没有，由系统管理员建",
                count=len(units - served),
            ),
        ),
        Step(has_rubric, Text("今年的考核细则：由系统管理员安装；在这以前按上一年的暂算")),
        Step(reminded, Text("提醒：发到您的邮箱，或科室的群里"), "/account#reminders"),
    ]
