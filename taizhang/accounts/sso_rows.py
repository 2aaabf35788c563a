"""The rows of single sign-on: logins that are under way at the provider, and who at the provider is which account."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from ledger.store.sql import Connection

PENDING_MAX = 10_000
"""So many logins may be under way at once; then the oldest is forgotten."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A login that is under way: what its answer has to fit, and where it leads."""

    state: str
    nonce: str
    verifier: str
    next_address: str


def create_single_sign_on(connection: Connection) -> None:
    """A migration of the accounts' room."""
    connection.execute(
        "CREATE TABLE sso_pending (state TEXT PRIMARY KEY, nonce TEXT NOT NULL, verifier TEXT NOT NULL,"
        " next_address TEXT NOT NULL, expires_at TEXT NOT NULL)"
    )
    connection.execute(
        "CREATE TABLE sso_subjects (issuer TEXT NOT NULL, subject TEXT NOT NULL, account TEXT NOT NULL,"
        " PRIMARY KEY (issuer, subject), UNIQUE (issuer, account))"
    )


def add_pending(connection: Connection, pending: Pending, now: str, expires_at: str) -> None:
    """Keep a login that goes to the provider."""
    connection.execute("DELETE FROM sso_pending WHERE expires_at < ?", (now,))
    connection.execute(
        "INSERT INTO sso_pending (state, nonce, verifier, next_address, expires_at) VALUES (?, ?, ?, ?, ?)",
        (_kept(pending.state), pending.nonce, pending.verifier, pending.next_address, expires_at),
    )
    count = connection.execute("SELECT count(*) FROM sso_pending").fetchone()[0]
    if count > PENDING_MAX:
        connection.execute(
            "DELETE FROM sso_pending WHERE state IN"
            " (SELECT state FROM sso_pending ORDER BY expires_at, state LIMIT ?)",
            (count - PENDING_MAX,),
        )


def take_pending(connection: Connection, state: str, now: str) -> Pending | None:
    """Return a login that comes back from the provider, once; None when there is no such, or not any more."""
    row = connection.execute(
        "SELECT nonce, verifier, next_address FROM sso_pending WHERE state = ? AND expires_at >= ?",
        (_kept(state), now),
    ).fetchone()
    connection.execute("DELETE FROM sso_pending WHERE state = ?", (_kept(state),))
    return Pending(state, *row) if row else None


def account_of(connection: Connection, issuer: str, subject: str) -> str | None:
    """Return the account that the provider's *subject* has here."""
    row = connection.execute(
        "SELECT account FROM sso_subjects WHERE issuer = ? AND subject = ?", (issuer, subject)
    ).fetchone()
    return row[0] if row else None


def is_bound(connection: Connection, issuer: str, account: str) -> bool:
    """Whether *account* is somebody's at the provider."""
    row = connection.execute(
        "SELECT 1 FROM sso_subjects WHERE issuer = ? AND account = ?", (issuer, account)
    ).fetchone()
    return row is not None


def bind(connection: Connection, issuer: str, subject: str, account: str) -> None:
    """From now on *subject* is *account*, whatever it is called at the provider."""
    connection.execute(
        "INSERT INTO sso_subjects (issuer, subject, account) VALUES (?, ?, ?)", (issuer, subject, account)
    )


def unbind(connection: Connection, account: str) -> bool:
    """Let *account* be nobody's at any provider; return whether it was somebody's."""
    row = connection.execute("SELECT 1 FROM sso_subjects WHERE account = ?", (account,)).fetchone()
    connection.execute("DELETE FROM sso_subjects WHERE account = ?", (account,))
    return row is not None


def bound(connection: Connection) -> set[str]:
    """Return the accounts that are somebody's at a provider."""
    rows = connection.execute("SELECT DISTINCT account FROM sso_subjects ORDER BY account").fetchall()
    return {account for (account,) in rows}


def _kept(state: str) -> str:
    return sha256(state.encode("utf-8", "surrogatepass")).hexdigest()
