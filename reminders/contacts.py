"""Who is written to: a person (an address on a channel, with what he wishes), and the units he is there for.

Names and addresses are personal information: they stand here, outside the ledger, and go when the last contact goes.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import urlsplit

from ledger.events.event import unit_of
from ledger.problem import Problem
from ledger.text import Text

EVERY_UNIT = "*"
"""Stands for all units: for an assessor of the whole district, or its office."""
CHANNELS = ("email", "wecom", "dingtalk", "feishu")
SIGNING_CHANNELS = ("dingtalk", "feishu")
_PLAIN_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", re.ASCII
)
_ADDRESS_LENGTH_MAX = 254
_INSIDE_DOMAINS = frozenset(
    {"localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "arpa"}
)


class Role(StrEnum):
    """What somebody is to a unit, and so what he hears."""

    SECRETARY = "secretary"
    """Everything that can still be done, and what was missed."""
    ASSESSOR = "assessor"
    """What stays unmet a week before it is due, and what is past, once there was time to record it late."""
    DISTRICT = "district"
    """What is past, as the assessor hears it."""


@dataclass(frozen=True, slots=True)
class Person:
    """An address on a channel: a mailbox, or the group chat behind a robot."""

    id: str
    """Random; what stands in the outbox, so that an address can be erased."""
    channel: str
    address: str
    name: str = ""
    language: str = "zh-CN"
    quiet: tuple[tuple[date, date], ...] = ()
    """Days, first and last, on which he gets nothing: what falls there comes before."""
    only_overdue: bool = False
    """He has unsubscribed from all but what is past its due day."""
    secret: str = ""
    """With which a robot's messages are signed."""
    token: str = ""
    """Opens his page for unsubscribing."""
    weekly: bool = True
    """One digest a week, on its first workday, and in between only what cannot wait; else as it comes."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person's place at a unit, or at one branch of it (``UNIT/BRANCH``: what that branch alone has not done)."""

    unit: str
    role: Role
    person: Person


class Book:
    """All contacts, by unit; those of its branches among them."""

    def __init__(self, contacts: Iterable[Contact]) -> None:
        self._by_unit: dict[str, list[Contact]] = {}
        for contact in sorted(contacts, key=lambda contact: list(Role).index(contact.role)):
            self._by_unit.setdefault(unit_of(contact.unit), []).append(contact)

    def of(self, unit: str) -> Sequence[Contact]:
        """Return who hears of *unit*: its own contacts, then those of every unit.

        Who hears of all of it does not hear of his branch once more.
        """
        own = self._by_unit.get(unit, ())
        whole = {contact.person.id for contact in own if contact.unit == unit}
        return [
            *(contact for contact in own if contact.unit == unit or contact.person.id not in whole),
            *self._by_unit.get(EVERY_UNIT, ()),
        ]

    def everybody(self) -> Iterable[Contact]:
        """Return every contact, of each unit the nearest first."""
        return [contact for group in self._by_unit.values() for contact in group]

    def units(self) -> Iterable[str] | None:
        """Return the units that somebody hears of; None when somebody hears of all."""
        return None if EVERY_UNIT in self._by_unit else self._by_unit.keys()

    def people(self) -> dict[str, Person]:
        """Return everybody, by id."""
        return {contact.person.id: contact.person for group in self._by_unit.values() for contact in group}


def problems_of(channel: str, address: str, secret: str, *, robots_inside: bool = False) -> list[Problem]:
    """Return what is wrong with an address, and how to mend it.

    A robot is posted to over https on the open internet; with *robots_inside* also in the own network, over http too.
    """
    if channel not in CHANNELS:
        return [
            Problem("channel", Text("没有“{given}”这个渠道；可用：{known}", given=channel, known=CHANNELS))
        ]
    problems = (
        []
        if channel in SIGNING_CHANNELS or not secret
        else [Problem("secret", Text("“{channel}”不用签名密钥；请把它去掉", channel=channel))]
    )
    if channel == "email":
        if not _is_mailbox(address):
            problems.append(
                Problem("email", Text("“{given}”不是邮箱地址；应写成 name@example.cn 的样子", given=address))
            )
    elif not _is_webhook(address, inside=robots_inside):
        problems.append(
            Problem(
                "address",
                Text(
                    "“{given}”不是机器人的地址；请从群机器人的设置里复制以 https:// 开头的 Webhook 地址",
                    given=address,
                ),
            )
        )
    elif not robots_inside and is_inside(urlsplit(address).hostname or ""):
        problems.append(
            Problem(
                "address",
                Text(
                    "“{given}”在本机或内网；机器人应在公网上。确实要发到内网，请设置 TAIZHANG_ROBOTS_INSIDE=1",
                    given=address,
                ),
            )
        )
    return problems


def reach(channel: str, address: str) -> str:
    """Return what two spellings of one address have in common; the address itself stays as it was typed.

    RFC 5321 §2.4 would let the part before the @ depend on case; no mail provider does, and one person would be
    written to twice.
    """
    typed = address.strip()
    if channel == "email":
        return typed.casefold()
    scheme, slashes, rest = typed.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.casefold()}{slashes}{host.casefold()}{slash}{path}"


def shown_address(channel: str, address: str) -> str:
    """Return *address* fit to be shown: a robot's address is a password and is not shown whole."""
    if channel == "email":
        return address
    parts = urlsplit(address)
    return f"{parts.hostname or ''}…{address[-4:]}"


def quiet_days(text: str) -> tuple[date, date]:
    """Return the days in ``2017-07-10..2017-08-20`` or ``2017-07-10``. Raises ValueError."""
    first, dots, last = text.partition("..")
    begin = date.fromisoformat(first.strip())
    end = date.fromisoformat(last.strip()) if dots else begin
    if end < begin:
        raise ValueError(text)
    return begin, end


def _is_mailbox(address: str) -> bool:
    return (
        len(address) <= _ADDRESS_LENGTH_MAX
        and _PLAIN_ADDRESS.fullmatch(address) is not None
        and ".." not in address
        and parseaddr(address)[1] == address
    )


def _is_webhook(address: str, *, inside: bool) -> bool:
    if not address.isascii() or not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.username is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and inside)


def is_this_machine(host: str) -> bool:
    """Whether *host* names the machine the program runs on, so that nothing travels over a network."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_inside(host: str) -> bool:
    """Whether *host*, a name or an address, is this machine or in a network of its own (RFC 1918, 6761, 6762)."""
    name = host.rstrip(".").casefold()
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        # 127.1, 2130706433 and 0x7f000001 are addresses to the system's resolver.
        last = name.rpartition(".")[2]
        return not last or "." not in name or last in _INSIDE_DOMAINS or last[0].isdigit()
    mapped = getattr(address, "ipv4_mapped", None) or address
    return not mapped.is_global or mapped.is_multicast
