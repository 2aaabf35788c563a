"""What people are called: by the name of their account, with the login only where two have the same name.

Events know logins, which are for ever; a login without an account (whoever wrote at the terminal) stays as it is.
"""

from __future__ import annotations

from collections import Counter

from ledger.equal_text import as_compared
from ledger.store.sql import Connection

from . import store as rows


def people_called(connection: Connection) -> dict[str, str]:
    """Return what each account is called, by its login."""
    everybody = rows.everybody(connection)
    often = Counter(as_compared(each.display_name) for each in everybody)
    return {
        each.name: each.display_name
        if often[as_compared(each.display_name)] == 1
        else f"{each.display_name}（{each.name}）"
        for each in everybody
    }
