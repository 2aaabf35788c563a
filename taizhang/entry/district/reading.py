"""A district's workbook, row by row, held against what is known: what would be new, what is there, what is wrong. Pure.

*known* grows while it is read, so that a later sheet may name what an earlier one brings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.equal_text import as_compared
from ledger.json_object import JsonMapping, JsonObject
from ledger.text import Text
from reminders.contacts import EVERY_UNIT, problems_of
from reminders.contacts import Role as Hears
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.people.person import Person, new_member

from ..parsing.cells import Cell, Unreadable, is_empty, read_text, read_yes_no
from ..parsing.days import read_day
from ..sheets.sheet import Grid
from ..units import NAME_MAX, units_of_rows
from .columns import KINDS, Row, Table, table_of
from .known import KnownDistrict, KnownUnit

Fixes = Mapping[tuple[int, int, str], str]
"""What was mended on the page: (place of the sheet, number of the row, column) → text."""
_BETWEEN = re.compile(r"[、，,；;/\s]+")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}", re.ASCII)
_ROLES: tuple[tuple[Role, tuple[str, ...]], ...] = (
    (Role.OPERATOR, ("管理员", "系统管理", "operator")),
    (Role.ASSESSOR, ("考核", "assessor")),
    (Role.AUDITOR, ("监督", "检查", "审计", "auditor")),
    (Role.LEADER, ("领导", "分管", "leader")),
    (Role.SECRETARY, ("书记", "党务", "干事", "委员", "支部", "secretary")),
)
_HEARS = {
    Role.SECRETARY: Hears.SECRETARY,
    Role.ASSESSOR: Hears.ASSESSOR,
    Role.LEADER: Hears.DISTRICT,
}
"""What somebody with an account hears of; who only looks on or keeps the machine is not written to."""
_NO_ROW = frozenset({"合计", "小计", "总计"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row; `column` is the key of the column, empty for the row as a whole."""

    place: int
    sheet: str
    row: int
    column: str
    header: str
    text: Text
    said: str = ""
    """What is written there, to be mended."""


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """A unit or branch to be registered."""

    source: tuple[int, int]
    """Place of the sheet, number of the row."""
    subject: str
    data: JsonMapping


@dataclass(frozen=True, slots=True)
class NewMember:
    """A member to join, with what only the directory is to know."""

    source: tuple[int, int]
    subject: str
    day: date
    person: Person
    leader: bool
    exempt: bool

    @property
    def data(self) -> JsonObject:
        """The data of ``member.joined``."""
        flags = {"leader": self.leader, "exempt_from_study": self.exempt}
        return {"member": self.person.member, **{name: True for name, value in flags.items() if value}}


@dataclass(frozen=True, slots=True)
class NewContact:
    """Somebody to be written to by mail."""

    unit: str
    role: Hears
    email: str
    name: str


@dataclass
class DistrictList:
    """What was read of all sheets."""

    tables: list[Table] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Sheets with something in them that were not recognised."""
    organizations: list[NewOrganization] = field(default_factory=list)
    members: list[NewMember] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    contacts: list[NewContact] = field(default_factory=list)
    there: Counter[str] = field(default_factory=Counter)
    """Rows that say nothing new, by the kind of their sheet."""
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be recorded."""
        return not (self.organizations or self.members or self.accounts or self.contacts)


def read_district(
    grids: Sequence[Grid], known: KnownDistrict, *, since: date, today: date, fixes: Fixes | None = None
) -> DistrictList:
    """Return what *grids* would bring.

    *since*: from when on units are assessed, and members are there of whom no day is said.
    """
    found = DistrictList()
    for place, grid in enumerate(grids):
        table = table_of(grid, place)
        if table is not None:
            found.tables.append(_mended(table, fixes or {}))
        elif any(not is_empty(cell) for row in grid.rows for cell in row):
            found.unread.append(grid.name)
    reading = _Reading(found, known, since, today)
    for kind in KINDS:
        for table in found.tables:
            if table.kind is kind:
                reading.take(table)
    return found


def _mended(table: Table, fixes: Fixes) -> Table:
    rows = []
    for row in table.rows:
        mended: dict[str, Cell] = {
            column.key: fixes[key]
            for column in table.kind.columns
            if (key := (table.place, row.number, column.key)) in fixes
        }
        rows.append(Row(row.number, {**row.cells, **mended}) if mended else row)
    return Table(table.place, table.name, table.kind, table.headers, rows, table.from_1904)


class _Faulty(Exception):
    """A row is not taken; what is wrong is noted."""


class _Reading:
    def __init__(self, found: DistrictList, known: KnownDistrict, since: date, today: date) -> None:
        self._found, self._known, self._since, self._today = found, known, since, today
        self._table: Table
        self._row: Row

    def take(self, table: Table) -> None:
        """Read one sheet."""
        self._table = table
        if table.kind.key == "units":
            self._take_units()
            return
        take = {
            "branches": self._branch,
            "accounts": self._account,
            "contacts": self._contact,
            "members": self._member,
        }[table.kind.key]
        for row in table.rows:
            self._row = row
            try:
                if self._text(table.kind.columns[0].key) not in _NO_ROW:
                    take()
            except _Faulty:
                continue

    # -- cells -------------------------------------------------------------------------------------------------

    def _blame(self, column: str, text: Text, row: Row | None = None) -> _Faulty:
        row = row or self._row
        try:
            said = row.text(column) if column else ""
        except Unreadable:
            said = ""
        header = self._table.headers.get(column) or next(
            (each.header for each in self._table.kind.columns if each.key == column), ""
        )
        fault = Fault(self._table.place, self._table.name, row.number, column, header, text, said)
        self._found.faults.append(fault)
        return _Faulty()

    def _text(self, column: str) -> str:
        try:
            return read_text(self._row.cells.get(column)).strip()
        except Unreadable as wrong:
            raise self._blame(column, wrong.text) from None

    def _yes(self, column: str) -> bool:
        cell = self._row.cells.get(column)
        if is_empty(cell):
            return False
        try:
            return read_yes_no(cell)
        except Unreadable as wrong:
            raise self._blame(column, wrong.text) from None

    def _day(self, column: str) -> date | None:
        cell = self._row.cells.get(column)
        if is_empty(cell):
            return None
        try:
            day = read_day(cell, self._today.year, from_1904=self._table.from_1904)
        except Unreadable as wrong:
            raise self._blame(column, wrong.text) from None
        if day > self._today:
            raise self._blame(column, Text("{day} 在今天以后；请核对", day=day))
        return day

    def _name(self, column: str, most: int = NAME_MAX) -> str:
        name = self._text(column)
        if not name:
            raise self._blame(column, Text("没有填"))
        if len(name) > most:
            raise self._blame(column, Text("太长，最多 {most} 个字", most=most))
        return name

    def _unit(self, text: str) -> KnownUnit:
        unit = self._known.unit_named(text) if text else None
        if unit is None:
            said = (
                Text("没有“{unit}”这个单位；请按“单位”表里的名称写", unit=text[:NAME_MAX])
                if text
                else Text("没有填单位")
            )
            raise self._blame("unit", said)
        if unit.closed:
            raise self._blame("unit", Text("“{unit}”已经撤销", unit=unit.name))
        return unit

    # -- sheets ------------------------------------------------------------------------------------------------

    def _take_units(self) -> None:
        rows, by_number = [], {}
        for row in self._table.rows:
            self._row = row
            try:
                cells = {column.key: self._text(column.key) for column in self._table.kind.columns}
            except _Faulty:
                continue
            if cells["name"] not in _NO_ROW:
                rows.append((row.number, cells))
                by_number[row.number] = row
        read = units_of_rows(rows, {unit.code: unit.name for unit in self._known.units.values()})
        self._found.there["units"] += len(read.there)
        for each in read.problems:
            self._blame(each.column, each.text, by_number[each.row])
        for unit in read.units:
            new = KnownUnit(unit.code, unit.name, unit.kind)
            self._known.units[unit.code] = new
            for subject, data in unit.organizations():
                self._register((self._table.place, unit.row), new, subject, data)

    def _register(self, source: tuple[int, int], unit: KnownUnit, subject: str, data: JsonObject) -> None:
        self._found.organizations.append(NewOrganization(source, subject, data))
        if subject != unit.code:
            unit.branches[subject] = data["name"]

    def _branch(self) -> None:
        unit, name = self._unit(self._text("unit")), self._name("name")
        if any(as_compared(name) == as_compared(each) for each in unit.branches.values()):
            self._found.there["branches"] += 1
            return
        if unit.kind == "branch":
            raise self._blame("unit", Text("“{unit}”是党支部，下面不再设支部", unit=unit.name))
        number = 1
        while f"{unit.code}/b{number}" in unit.branches:
            number += 1
        data = {"name": name, "kind": "branch"}
        self._register((self._table.place, self._row.number), unit, f"{unit.code}/b{number}", data)

    def _account(self) -> None:
        name = self._name("name", 60)
        role = _role_of(self._text("role"))
        if role is None:
            raise self._blame("role", Text("看不出是什么角色；可用：书记、考核、监督、领导、管理员"))
        units: frozenset[str] = frozenset()
        if role is Role.SECRETARY:
            units = self._branches(self._units(self._text("unit")))
        login = self._text("login").lower()
        if login and not _LOGIN.fullmatch(login):
            raise self._blame(
                "login", Text("账号只用小写字母、数字和 . _ -，以字母或数字开头，最多 63 个字符")
            )
        email = self._email() if self._text("email") else ""
        self._invite(Account(login, role, name, units))
        if email and role in _HEARS:
            for unit in sorted(units) or [EVERY_UNIT]:
                self._write_to(NewContact(unit, _HEARS[role], email, name))

    def _units(self, text: str) -> frozenset[str]:
        whole = self._known.unit_named(text) if text else None
        if whole is not None and not whole.closed:
            return frozenset({whole.code})
        return frozenset(self._unit(each).code for each in _BETWEEN.split(text) if each or not text)

    def _branches(self, units: frozenset[str]) -> frozenset[str]:
        """Return *units*, or of the one unit the branches that the row names."""
        said = self._text("branch")
        if not said:
            return units
        if len(units) != 1:
            raise self._blame("branch", Text("写了支部的，单位只能写一个"))
        unit = self._known.units[next(iter(units))]
        whole = unit.branch_named(said)
        found = (
            {whole}
            if whole is not None
            else {self._branch_of(unit, each) for each in _BETWEEN.split(said) if each}
        )
        return frozenset(found)

    def _branch_of(self, unit: KnownUnit, said: str) -> str:
        subject = unit.branch_named(said)
        if subject is None:
            text = Text("“{unit}”没有“{branch}”；请先写在“支部”表里", unit=unit.name, branch=said[:NAME_MAX])
            raise self._blame("branch", text)
        return subject

    def _invite(self, wanted: Account) -> None:
        """Take an account, unless it is there: by its login where one is given, else by name, role and units."""
        for each in self._known.accounts:
            same = (each.display_name, each.role, each.units) == (
                wanted.display_name, wanted.role, wanted.units,
            )  # fmt: skip
            if same and wanted.name in ("", each.name):
                self._found.there["accounts"] += 1
                return
            if each.name == wanted.name:
                text = Text("账号 {login} 已经是“{name}”的了；请换一个，或在账号页面改", login=each.name,
                            name=each.display_name)  # fmt: skip
                raise self._blame("login", text)
        if not wanted.name:
            taken = {each.name for each in self._known.accounts}
            login = proposed_login(wanted.display_name, taken)
            wanted = Account(login, wanted.role, wanted.display_name, wanted.units)
        self._known.accounts.append(wanted)
        self._found.accounts.append(wanted)

    def _email(self) -> str:
        email = self._text("email").replace("＠", "@")
        wrong = problems_of("email", email, "")
        if wrong:
            raise self._blame("email", wrong[0].text)
        return email

    def _contact(self) -> None:
        said, email = self._text("unit"), self._email()
        role = _role_of(self._text("role"))
        if role not in _HEARS:
            raise self._blame("role", Text("看不出是什么身份；可用：书记、考核、领导"))
        everywhere = said in ("全部", "全区", EVERY_UNIT)
        unit = EVERY_UNIT if everywhere else self._branch_of(self._unit(said), self._text("branch"))
        if "/" in unit and role is not Role.SECRETARY:
            raise self._blame("branch", Text("支部的联系人只能是书记"))
        if not self._write_to(NewContact(unit, _HEARS[role], email, self._text("name")[:NAME_MAX])):
            self._found.there["contacts"] += 1

    def _write_to(self, contact: NewContact) -> bool:
        key = (contact.unit, contact.role.value, contact.email.casefold())
        if key in self._known.contacts:
            return False
        self._known.contacts.add(key)
        self._found.contacts.append(contact)
        return True

    def _member(self) -> None:
        name, unit = self._name("name", 60), self._unit(self._text("unit"))
        subject = self._branch_of(unit, self._text("branch"))
        telephone, born = self._text("telephone"), self._day("born")
        joined, leader, exempt = self._day("joined"), self._yes("leader"), self._yes("exempt")
        for each in unit.people.named(name):
            if _is_same(each, telephone, born):
                self._found.there["members"] += 1
                return
        person = Person(new_member(), name, telephone, "", born)
        unit.people.put(person)
        source = (self._table.place, self._row.number)
        self._found.members.append(NewMember(source, subject, joined or self._since, person, leader, exempt))


def _is_same(person: Person, telephone: str, born: date | None) -> bool:
    """Whether nothing tells the person of that name from the one in the row."""
    if born is not None and person.born_on is not None:
        return born == person.born_on
    if telephone and person.telephone:
        return telephone == person.telephone
    return True


def _role_of(text: str) -> Role | None:
    if not text:
        return Role.SECRETARY
    word = as_compared(text)
    return next((role for role, words in _ROLES if any(each in word for each in words)), None)


def proposed_login(name: str, taken: Iterable[str]) -> str:
    """Return a free login from *name* in pinyin: zhangwei for 张伟, zhangwei2 when that is taken."""
    from pypinyin import lazy_pinyin

    stem = re.sub(r"[^a-z0-9]", "", "".join(lazy_pinyin(name)).lower())[:40] or "user"
    login, number, used = stem, 1, set(taken)
    while login in used:
        number += 1
        login = f"{stem}{number}"
    return login
