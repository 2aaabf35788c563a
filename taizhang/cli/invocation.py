"""One call of the program: what the global options and the settings say together."""

from __future__ import annotations

import getpass
import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.store.protocol import Recorder
    from taizhang.app.installation import Installation
    from taizhang.app.ledger import OpenLedger


@dataclass(frozen=True, slots=True)
class Invocation:
    """What every command is handed as `ctx.obj`."""

    store_url: str
    json: bool
    by: str | None
    store_chosen: bool
    """The ledger was named, by option or environment; else it is the default one."""
    first_url: str
    """The first ledger of the installation: `store_url` too, unless `--ledger` named another."""

    @property
    def installation(self) -> Installation:
        """The ledgers that stand together."""
        from taizhang.app.installation import Installation

        return Installation(self.first_url)

    def address_of(self, ledger: str) -> str:
        """Return the address of a ledger that is named by its address, its name, or `.`, the first."""
        if ledger == ".":
            return self.first_url
        return ledger if ":" in ledger else self.installation.address(ledger)

    def ledger(
        self, *, new: bool = False, as_found: bool = False, or_nothing: bool = False
    ) -> AbstractContextManager[OpenLedger]:
        """Open the ledger that is meant, as `open_ledger` does. What it needs is imported only now."""
        from taizhang.startup.open_ledger import open_ledger

        return open_ledger(self.store_url, new=new, as_found=as_found, or_nothing=or_nothing)

    def recorder(self) -> Recorder:
        """Return who is recording: `--by`, else the login."""
        from ledger.store.protocol import Recorder

        return Recorder(self.by or _login())


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a number that has no name.
        return f"uid-{os.getuid()}" if hasattr(os, "getuid") else "unknown"
