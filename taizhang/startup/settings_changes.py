"""Changing the settings that are kept with a ledger, and writing down who did."""

from __future__ import annotations

from datetime import datetime

from taizhang.accounts.account import Account
from taizhang.accounts.journal import Deed, note
from taizhang.app.ledger import OpenLedger
from taizhang.app.ledger_settings import KeptSettings, read_settings, write_settings


def change_settings(session: OpenLedger, changes: dict[str, object], *, by: Account, now: datetime) -> None:
    """Keep *changes* (by field of `KeptSettings`, checked already) beside what is kept. Raises ValidationError."""
    with session.store.write() as work:
        former = read_settings(work.connection).model_dump()
        real = {name: value for name, value in changes.items() if former[name] != value}
        if real:
            write_settings(work.connection, KeptSettings.model_validate(former | real))
            detail = " ".join(f"{name}={value}" for name, value in sorted(real.items()))
            note(work.connection, now, by.name, Deed.SETTINGS, "", detail)
    session.read_settings()
