"""The rows of accounts, sessions, one-time links, API tokens and failed logins. All SQL of this room is here.

Tokens are kept as SHA-256: whoever reads the store cannot come in with what he finds. Instants are UTC text of one
width, so that their order is the order of time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from ledger.events.event import recorded_text
from ledger.store.sql import Connection

from .account import Account
from .assignments import create_assignments
from .invitation_rows import create_invitations
from .journal import create_journal
from .roles import Role
from .second_rows import create_second_factors
from .security_log import create_security_events
from .sso_rows import create_single_sign_on

_TABLES = """
    CREATE TABLE accounts (name TEXT PRIMARY KEY, role TEXT NOT NULL, display_name TEXT NOT NULL, password TEXT,
        language TEXT NOT NULL, active BIGINT NOT NULL, created_at TEXT NOT NULL);
    CREATE TABLE account_units (account TEXT NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (account, unit));
    CREATE TABLE sessions (token TEXT PRIMARY KEY, account TEXT NOT NULL, created_at TEXT NOT NULL,
        seen_at TEXT NOT NULL, expires_at TEXT NOT NULL, agent TEXT NOT NULL);
    CREATE INDEX sessions_by_account ON sessions (account);
    CREATE TABLE links (token TEXT PRIMARY KEY, account TEXT NOT NULL, expires_at TEXT NOT NULL);
    CREATE TABLE api_tokens (token TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL,
        label TEXT NOT NULL, created_at TEXT NOT NULL, seen_at TEXT, expires_at TEXT);
    CREATE TABLE failed_logins (name TEXT PRIMARY KEY, failures BIGINT NOT NULL, last_at TEXT NOT NULL)
"""


def create_accounts(connection: Connection) -> None:
    """The first migration of this room."""
    for statement in _TABLES.split(";"):
        connection.execute(statement)


def create_confirmations(connection: Connection) -> None:
    """When the password of a login was typed last, and what else a token is good for than everything."""
    connection.execute("ALTER TABLE sessions ADD COLUMN confirmed_at TEXT")
    connection.execute("ALTER TABLE api_tokens ADD COLUMN scope TEXT")
    # What was counted under shared names told which names there are.
    connection.execute("DELETE FROM failed_logins")
    connection.execute("CREATE INDEX failed_logins_by_time ON failed_logins (last_at)")


MIGRATIONS: Sequence[Callable[[Connection], None]] = (
    create_accounts,
    create_journal,
    create_confirmations,
    create_security_events,
    create_second_factors,
    create_single_sign_on,
    create_invitations,
    create_assignments,
)


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


# -- accounts --------------------------------------------------------------------------------------------------


def find(connection: Connection, name: str) -> Account | None:
    """Return the account *name*, None when there is none."""
    return next(iter(_accounts(connection, " WHERE name = ?", (name,))), None)


def everybody(connection: Connection) -> list[Account]:
    """Return all accounts by name."""
    return _accounts(connection, "", ())


def _accounts(connection: Connection, where: str, values: Sequence[str]) -> list[Account]:
    rows = connection.execute(
        f"SELECT name, role, display_name, language, active FROM accounts{where} ORDER BY name",  # noqa: S608
        values,
    ).fetchall()
    if len(rows) == 1:
        pairs = connection.execute(
            "SELECT account, unit FROM account_units WHERE account = ? ORDER BY unit", (rows[0][0],)
        ).fetchall()
    else:
        pairs = connection.execute(
            "SELECT account, unit FROM account_units ORDER BY account, unit"
        ).fetchall()
    units: dict[str, set[str]] = {}
    for account, unit in pairs:
        units.setdefault(account, set()).add(unit)
    return [
        Account(name, Role(role), display_name, frozenset(units.get(name, ())), language, bool(active))
        for name, role, display_name, language, active in rows
    ]


def add(connection: Connection, account: Account, now: datetime) -> None:
    """Keep a new account, without a password: nobody comes in until one is set."""
    connection.execute(
        "INSERT INTO accounts (name, role, display_name, password, language, active, created_at)"
        " VALUES (?, ?, ?, NULL, ?, ?, ?)",
        (
            account.name,
            account.role.value,
            account.display_name,
            account.language,
            int(account.active),
            recorded_text(now),
        ),
    )
    _set_units(connection, account.name, account.units)


def change(connection: Connection, account: Account) -> None:
    """Write an account over the one of its name."""
    connection.execute(
        "UPDATE accounts SET role = ?, display_name = ?, language = ?, active = ? WHERE name = ?",
        (account.role.value, account.display_name, account.language, int(account.active), account.name),
    )
    connection.execute("DELETE FROM account_units WHERE account = ?", (account.name,))
    _set_units(connection, account.name, account.units)


def _set_units(connection: Connection, name: str, units: Iterable[str]) -> None:
    for unit in sorted(units):
        connection.execute("INSERT INTO account_units (account, unit) VALUES (?, ?)", (name, unit))


def password(connection: Connection, name: str) -> str | None:
    """Return the kept hash of an account's password, None when it has none or is not there."""
    row = connection.execute("SELECT password FROM accounts WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def set_password(connection: Connection, name: str, kept: str) -> None:
    """Keep the hash of an account's new password."""
    connection.execute("UPDATE accounts SET password = ? WHERE name = ?", (kept, name))


def any_operator(connection: Connection) -> bool:
    """Whether an operator can come in."""
    row = connection.execute(
        "SELECT 1 FROM accounts WHERE role = ? AND active = 1 AND password IS NOT NULL LIMIT 1",
        (Role.OPERATOR.value,),
    ).fetchone()
    return row is not None


def with_password(connection: Connection) -> set[str]:
    """Return the names of the accounts that have a password."""
    found = connection.execute(
        "SELECT name FROM accounts WHERE password IS NOT NULL ORDER BY name"
    ).fetchall()
    return {name for (name,) in found}


@dataclass(frozen=True, slots=True)
class Use:
    """How an account is used: open logins, API tokens, and when one of them last was (UTC text)."""

    logins: int
    tokens: int
    seen_at: str | None


UNUSED = Use(0, 0, None)


def uses(connection: Connection, now: str) -> dict[str, Use]:
    """Return how each account is used that is used at all."""
    logins = connection.execute(
        "SELECT account, count(*), max(seen_at) FROM sessions WHERE expires_at >= ? GROUP BY account"
        " ORDER BY account",
        (now,),
    ).fetchall()
    tokens = connection.execute(
        "SELECT account, count(*), max(seen_at) FROM api_tokens GROUP BY account ORDER BY account"
    ).fetchall()
    found = {account: Use(count, 0, seen_at) for account, count, seen_at in logins}
    for account, count, seen_at in tokens:
        use = found.get(account, UNUSED)
        seen = max(filter(None, (use.seen_at, seen_at)), default=None)
        found[account] = Use(use.logins, count, seen)
    return found


# -- sessions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A login that is still good; `key` names it on pages and lets nobody in."""

    key: str
    account: str
    created_at: str
    seen_at: str
    expires_at: str
    agent: str
    confirmed_at: str | None = None
    """When the password was typed last; None of a login that an earlier version began."""
    awaits: str = ""
    """What it waits for after the password, letting nobody in until then (see `second_factor`)."""


def add_session(connection: Connection, token: str, row: SessionRow) -> None:
    """Keep a login."""
    connection.execute(
        "INSERT INTO sessions (token, account, created_at, seen_at, expires_at, agent, confirmed_at, awaits)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            digest(token),
            row.account,
            row.created_at,
            row.seen_at,
            row.expires_at,
            row.agent,
            row.confirmed_at or row.created_at,
            row.awaits,
        ),
    )


def find_session(connection: Connection, token: str) -> SessionRow | None:
    """Return the login of a token, expired or not; None when there is none."""
    found = _sessions(connection, "token = ?", digest(token))
    return found[0] if found else None


def sessions_of(connection: Connection, account: str) -> list[SessionRow]:
    """Return an account's logins, the last seen first."""
    return _sessions(connection, "awaits = '' AND account = ?", account)


def _sessions(connection: Connection, where: str, value: str) -> list[SessionRow]:
    rows = connection.execute(
        "SELECT token, account, created_at, seen_at, expires_at, agent, confirmed_at, awaits FROM sessions"  # noqa: S608
        f" WHERE {where} ORDER BY seen_at DESC, token",
        (value,),
    ).fetchall()
    return [SessionRow(*row) for row in rows]


def touch_session(connection: Connection, key: str, seen_at: str, expires_at: str) -> None:
    """Note that a login was used."""
    connection.execute(
        "UPDATE sessions SET seen_at = ?, expires_at = ? WHERE token = ?", (seen_at, expires_at, key)
    )


def confirm_session(connection: Connection, key: str, confirmed_at: str) -> None:
    """Note that the password of a login's owner was typed again."""
    connection.execute("UPDATE sessions SET confirmed_at = ? WHERE token = ?", (confirmed_at, key))


def end_session(connection: Connection, account: str, key: str) -> None:
    """Remove one login of *account*."""
    connection.execute("DELETE FROM sessions WHERE account = ? AND token = ?", (account, key))


def end_sessions(connection: Connection, account: str, but: str = "") -> None:
    """Remove every login of *account*, but the one of key *but*."""
    connection.execute("DELETE FROM sessions WHERE account = ? AND token <> ?", (account, but))


def drop_expired(connection: Connection, now: str) -> None:
    """Remove what can let nobody in any more."""
    connection.execute("DELETE FROM sessions WHERE expires_at < ?", (now,))
    connection.execute("DELETE FROM links WHERE expires_at < ?", (now,))


# -- one-time links --------------------------------------------------------------------------------------------


def add_link(connection: Connection, token: str, account: str, expires_at: str) -> None:
    """Keep a link with which *account* may set its password once; earlier links of it are gone."""
    connection.execute("DELETE FROM links WHERE account = ?", (account,))
    connection.execute(
        "INSERT INTO links (token, account, expires_at) VALUES (?, ?, ?)",
        (digest(token), account, expires_at),
    )


def find_link(connection: Connection, token: str, now: str, until: str) -> str | None:
    """Return the account of a link that is good *now*, and not beyond *until*."""
    row = connection.execute(
        "SELECT account FROM links WHERE token = ? AND expires_at BETWEEN ? AND ?",
        (digest(token), now, until),
    ).fetchone()
    return row[0] if row else None


def drop_links(connection: Connection, account: str) -> None:
    """Remove the links of *account*: one was used."""
    connection.execute("DELETE FROM links WHERE account = ?", (account,))


# -- API tokens ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TokenRow:
    """An API token; its secret is shown once and kept nowhere."""

    id: str
    account: str
    label: str
    created_at: str
    seen_at: str | None
    expires_at: str | None
    scope: str | None = None
    """The one page that it opens; None: whatever its account may do."""


_TOKEN = "SELECT id, account, label, created_at, seen_at, expires_at, scope FROM api_tokens"  # noqa: S105


def add_api_token(connection: Connection, token: str, row: TokenRow) -> None:
    """Keep an API token."""
    connection.execute(
        "INSERT INTO api_tokens (token, id, account, label, created_at, seen_at, expires_at, scope)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            digest(token),
            row.id,
            row.account,
            row.label,
            row.created_at,
            row.seen_at,
            row.expires_at,
            row.scope,
        ),
    )


def find_api_token(connection: Connection, token: str) -> TokenRow | None:
    """Return the row of an API token, expired or not; None when there is none."""
    row = connection.execute(f"{_TOKEN} WHERE token = ?", (digest(token),)).fetchone()
    return TokenRow(*row) if row else None


def api_tokens(connection: Connection, account: str | None = None) -> list[TokenRow]:
    """Return the API tokens of one account or of all."""
    if account is None:
        rows = connection.execute(f"{_TOKEN} ORDER BY account, created_at, id").fetchall()
    else:
        rows = connection.execute(
            f"{_TOKEN} WHERE account = ? ORDER BY created_at, id", (account,)
        ).fetchall()
    return [TokenRow(*row) for row in rows]


def touch_api_token(connection: Connection, token_id: str, seen_at: str) -> None:
    """Note that an API token was used."""
    connection.execute("UPDATE api_tokens SET seen_at = ? WHERE id = ?", (seen_at, token_id))


def end_api_tokens(connection: Connection, account: str, at: str) -> None:
    """Let no API token of *account* be good from *at* on, nor before: that may be a time of a clock that was ahead."""
    connection.execute(
        "UPDATE api_tokens SET expires_at = CASE WHEN created_at < ? THEN created_at ELSE ? END WHERE account = ?"
        " AND (expires_at IS NULL OR expires_at > created_at)",
        (at, at, account),
    )


def drop_api_tokens(connection: Connection, account: str) -> None:
    """Remove every API token of *account*."""
    connection.execute("DELETE FROM api_tokens WHERE account = ?", (account,))


def drop_api_token(connection: Connection, token_id: str) -> None:
    """Remove an API token."""
    connection.execute("DELETE FROM api_tokens WHERE id = ?", (token_id,))


# -- failed logins ---------------------------------------------------------------------------------------------


NAMES_MAX = 20_000
"""So many names' tries are kept, whether anybody has the names or not; then the longest quiet is forgotten.

To have a name forgotten so, one has to try as many others: hashing their passwords takes longer than the longest wait.
"""


def failures(connection: Connection, name: str) -> tuple[int, str]:
    """Return how many logins of *name* failed in a row, and when the last did."""
    row = connection.execute(
        "SELECT failures, last_at FROM failed_logins WHERE name = ?", (digest(name),)
    ).fetchone()
    return (row[0], row[1]) if row else (0, "")


def count_failure(connection: Connection, name: str, last_at: str) -> None:
    """Count one more failed login in a row, also when several fail at once.

    Of every name alike, by its digest: what is typed for a name may have been a password.
    """
    connection.execute(
        "INSERT INTO failed_logins (name, failures, last_at) VALUES (?, 1, ?)"
        " ON CONFLICT (name) DO UPDATE SET failures = failed_logins.failures + 1, last_at = excluded.last_at",
        (digest(name), last_at),
    )
    count = connection.execute("SELECT count(*) FROM failed_logins").fetchone()[0]
    if count > NAMES_MAX:
        connection.execute(
            "DELETE FROM failed_logins WHERE name IN"
            " (SELECT name FROM failed_logins ORDER BY last_at, name LIMIT ?)",
            (count - NAMES_MAX,),
        )


def drop_failures(connection: Connection, before: str) -> None:
    """Forget the failed logins of names that were not tried since *before*."""
    connection.execute("DELETE FROM failed_logins WHERE last_at < ?", (before,))


def clear_failures(connection: Connection, name: str) -> None:
    """Forget the failed logins of *name*: one went well."""
    connection.execute("DELETE FROM failed_logins WHERE name = ?", (digest(name),))
