"""Single sign-on by OpenID Connect: the office's provider says who somebody is, the ledger's accounts what he may.

The authorization code flow with PKCE (OpenID Connect Core 3.1, RFC 7636). Nobody gets an account by it: the first time
the provider's word for the login (`claim`) has to be that of an account here, and from then on the provider's own
subject is that account, also when the word changes hands. The answer has to fit the browser that began (`state`), the
login (`nonce`, verifier) and us (issuer, audience, time, signature).
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from threading import Lock
from typing import Any, cast
from urllib.parse import urlencode

import httpx

from ledger.errors import ErrorKind, TaizhangError
from ledger.events.event import recorded_text
from ledger.store.protocol import Store
from ledger.text import Text

from . import sso_rows
from . import store as rows
from .account import Account
from .journal import Deed, note

GOOD_FOR = timedelta(minutes=10)
"""So long a login may take at the provider."""
TIMEOUT_SECONDS = 10
ANSWER_MAX = 1_000_000
LEEWAY_SECONDS = 120
"""So far the two clocks may be apart."""
KNOWN_FOR = timedelta(hours=1)
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures with a public key only: a provider that signs with the client's secret is not believed."""


class SignOnFailed(TaizhangError):
    """The provider, or its answer, lets nobody in; `text` says what to do."""

    kind = ErrorKind.DENIED


@dataclass(frozen=True, slots=True)
class Provider:
    """The office's provider, and what we are to it."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str = "preferred_username"
    """Which of its words is the login here."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the provider says of itself, and since when we know."""

    at: datetime
    document: dict[str, Any]


_known: dict[str, _Known] = {}
_lock = Lock()


def begin(
    store: Store, provider: Provider, redirect_uri: str, next_address: str, *, now: datetime
) -> tuple[str, str]:
    """Return the provider's address to go to, and the state that the browser keeps until it comes back.

    Raises SignOnFailed.
    """
    document = _document_of(provider, now)
    pending = sso_rows.Pending(token_urlsafe(32), token_urlsafe(24), token_urlsafe(48), next_address)
    with store.write() as work:
        sso_rows.add_pending(work.connection, pending, recorded_text(now), recorded_text(now + GOOD_FOR))
    challenge = urlsafe_b64encode(sha256(pending.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": "openid profile email",
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    endpoint = str(document["authorization_endpoint"])
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}", pending.state


def finish(
    store: Store, provider: Provider, redirect_uri: str, state: str, code: str, *, now: datetime
) -> tuple[Account, str]:
    """Return whose login has come back from the provider, and where it leads. Raises SignOnFailed."""
    with store.write() as work:
        pending = sso_rows.take_pending(work.connection, state, recorded_text(now))
    if pending is None:
        raise SignOnFailed(Text("这次统一登录等得太久或已经用过；请重新登录"))
    document = _document_of(provider, now)
    tokens = _asked(
        "POST",
        str(document["token_endpoint"]),
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": pending.verifier,
        },
        auth=httpx.BasicAuth(provider.client_id, provider.client_secret),
    )
    claims = _claims_of(provider, document, str(tokens.get("id_token", "")), pending.nonce, now)
    if provider.claim not in claims and "userinfo_endpoint" in document:
        bearer = {"authorization": f"Bearer {tokens.get('access_token', '')}"}
        more = _asked("GET", str(document["userinfo_endpoint"]), headers=bearer)
        if more.get("sub") == claims["sub"]:
            claims = more | claims
    return _account_of(store, provider, claims, now=now), pending.next_address


def unbind(store: Store, name: str, *, by: str, now: datetime) -> None:
    """Let *name* be nobody's at the provider: the next login by its word begins anew."""
    with store.write() as work:
        if sso_rows.unbind(work.connection, name):
            note(work.connection, now, by, Deed.UNBOUND, name)


def _account_of(store: Store, provider: Provider, claims: dict[str, Any], *, now: datetime) -> Account:
    subject, said = str(claims["sub"]), claims.get(provider.claim)
    login = str(said).strip().lower() if isinstance(said, str) else ""
    with store.write() as work:
        bound = sso_rows.account_of(work.connection, provider.issuer, subject)
        account = rows.find(work.connection, bound or login)
        if account is not None and bound is None:
            if sso_rows.is_bound(work.connection, provider.issuer, account.name):
                account = None
            elif account.active:
                sso_rows.bind(work.connection, provider.issuer, subject, account.name)
                note(work.connection, now, account.name, Deed.BOUND, account.name, provider.issuer)
    if account is None or not account.active:
        raise SignOnFailed(
            Text(
                "统一登录认得您（{login}），台账里还没有您能用的账号；请系统管理员建一个同名的账号",
                login=login[:60] or subject[:60],
            )
        )
    return account


def _claims_of(
    provider: Provider, document: dict[str, Any], id_token: str, nonce: str, now: datetime
) -> dict[str, Any]:
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    keys = _asked("GET", str(document["jwks_uri"]))
    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        nonce={"essential": True, "value": nonce},
        exp={"essential": True},
        sub={"essential": True},
    )
    try:
        claims = jwt.decode(id_token, KeySet.import_key_set(cast("Any", keys)), algorithms=ALGORITHMS).claims
        registry.validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise SignOnFailed(
            Text(
                "统一登录的回答对不上（{kind}）；请重新登录，还不行请联系系统管理员",
                kind=type(error).__name__,
            )
        ) from error
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != provider.client_id:
        raise SignOnFailed(
            Text("统一登录的回答对不上（{kind}）；请重新登录，还不行请联系系统管理员", kind="azp")
        )
    return dict(claims)


def _document_of(provider: Provider, now: datetime) -> dict[str, Any]:
    with _lock:
        known = _known.get(provider.issuer)
    if known is not None and abs(now - known.at) < KNOWN_FOR:
        return known.document
    address = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    document = _asked("GET", address)
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if document.get("issuer") != provider.issuer or not all(name in document for name in needed):
        raise SignOnFailed(Text("{address} 说的不是 {issuer} 的统一登录；请系统管理员核对设置", address=address,
                                issuer=provider.issuer))  # fmt: skip
    with _lock:
        _known[provider.issuer] = _Known(now, document)
    return document


def _asked(method: str, address: str, **said: Any) -> dict[str, Any]:
    """Return the provider's JSON object. Raises SignOnFailed."""
    try:
        with (
            httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client,
            client.stream(method, address, **said) as answer,
        ):
            content = b""
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > ANSWER_MAX:
                    raise ValueError(address)
            answer.raise_for_status()
        document = json.loads(content)
        if not isinstance(document, dict):
            raise TypeError(address)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError) as error:
        raise SignOnFailed(
            Text("统一登录的服务器没有给出能用的回答；请过一会儿再试，或用密码登录")
        ) from error
    return document
