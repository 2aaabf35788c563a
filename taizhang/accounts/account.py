"""An account as the doors see it: no password, no row."""

from __future__ import annotations

from dataclasses import dataclass

from .roles import Role


@dataclass(frozen=True, slots=True)
class Account:
    """Who is at the door. `name` is for ever (it stands in events as `authid`); the rest may change."""

    name: str
    role: Role
    display_name: str
    units: frozenset[str] = frozenset()
    """The units of a secretary; empty for the other roles, which see all."""
    language: str = "zh_CN"
    active: bool = True
