"""What the address of the assessors' list asks for, and the rows that answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from urllib.parse import parse_qs, urlencode

from ledger.events.types import EVENT_TYPES
from ledger.store.sql import Connection
from projections.review_items import DECLARATIONS, Kind
from projections.review_rows import Wanted
from rubric.amounts import hundredths
from taizhang.accounts import assignments
from taizhang.accounts import store as accounts
from taizhang.accounts.roles import Role
from taizhang.language.code_words import UNIT_KINDS
from taizhang.language.i18n import N_

TABS: dict[Kind, str] = {
    Kind.CLAIM: N_("加分待认定"),
    Kind.LATE: N_("补录"),
    Kind.DOUBLE: N_("疑似重复"),
    Kind.DECLARED: N_("自行声明"),
    Kind.AGAIN: N_("审后又改"),
    Kind.RECTIFIED: N_("整改待复查"),
    Kind.APPEAL: N_("申诉"),
    Kind.ASKED: N_("要求与问题"),
    Kind.REVIEWED: N_("已审核"),
}
LIVED = tuple(name for name, row in EVENT_TYPES.items() if row.lived)
TYPES = (*LIVED, *(name for name in DECLARATIONS if name not in LIVED))
"""The types whose records may stand in the list."""
FILES: dict[str, bool] = {"with": True, "without": False}
_LONGEST = 80
_DIGITS_MAX = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what is empty is not asked."""

    tab: Kind = Kind.CLAIM
    unit: str = ""
    kind: str = ""
    type: str = ""
    clause: str = ""
    points: str = ""
    """At least so many."""
    since: str = ""
    until: str = ""
    """Days between which it occurred."""
    files: str = ""
    """``with`` or ``without``."""
    mine: str = ""
    """Not empty: only of units that the visitor looks after."""
    page: int = 1

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the tab and the page is asked for."""
        return replace(self, tab=Kind.CLAIM, page=1) != Asked()

    def address(self, **changes: object) -> str:
        """Return the address of the same list with *changes*."""
        said = asdict(self) | {"tab": self.tab.value} | changes
        said["page"] = said["page"] if said["page"] != 1 else ""
        return f"/review?{urlencode({name: value for name, value in said.items() if value})}"

    @property
    def query(self) -> str:
        """The query of the list's address: a record that was opened from it carries it along."""
        return self.address(page=1).partition("?")[2]

    def wanted(self, connection: Connection, name: str) -> Wanted:
        """Return which rows the account *name* is shown."""
        return Wanted(
            self.tab.value,
            self.unit,
            self.kind,
            self.type,
            trusted=office_accounts(connection),
            clause=self.clause,
            points=hundredths(self.points) if self.points else 0,
            since=self.since,
            until=self.until,
            files=FILES.get(self.files),
            units=assignments.units_of(connection, name) if self.mine else None,
        )


def asked_of(said: Mapping[str, str]) -> Asked:
    """Return what an address asks for; what it cannot mean is left out."""
    text = {name: value.strip()[:_LONGEST] for name, value in said.items()}
    page = text.get("page", "")
    return Asked(
        tab=next((each for each in TABS if each == text.get("tab")), Kind.CLAIM),
        unit=text.get("unit", ""),
        kind=text["kind"] if text.get("kind") in UNIT_KINDS else "",
        type=text["type"] if text.get("type") in TYPES else "",
        clause=text.get("clause", ""),
        points=text["points"] if _is_amount(text.get("points", "")) else "",
        since=text["since"] if _is_day(text.get("since", "")) else "",
        until=text["until"] if _is_day(text.get("until", "")) else "",
        files=text["files"] if text.get("files") in FILES else "",
        mine="1" if text.get("mine") else "",
        page=max(int(page), 1) if page.isascii() and page.isdigit() and len(page) <= _DIGITS_MAX else 1,
    )


def asked_in(address: str) -> Asked:
    """Return what the address of a list asks for, as a form sends it back."""
    query = address.partition("?")[2]
    return asked_of({name: values[0] for name, values in parse_qs(query).items()})


def _is_amount(text: str) -> bool:
    try:
        return len(text) <= _DIGITS_MAX and hundredths(text) > 0
    except ValueError:
        return False


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def office_accounts(connection: Connection) -> tuple[str, ...]:
    """Return the accounts whose own declarations need nobody's look: what the office itself entered."""
    office = (Role.ASSESSOR, Role.OPERATOR)
    return tuple(account.name for account in accounts.everybody(connection) if account.role in office)
