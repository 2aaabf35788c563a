"""A provider that speaks OpenID Connect: the authorization code flow with PKCE (Core 3.1, RFC 7636).

The answer has to fit the login (`nonce`, verifier) and us (issuer, audience, time, signature).
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Any, cast
from urllib.parse import urlencode

from ledger.text import Text

from .sso_asking import Identity, SignOnFailed, asked, does_not_fit, word
from .sso_rows import Pending

LEEWAY_SECONDS = 120
"""So far the two clocks may be apart."""
KNOWN_FOR = timedelta(hours=1)
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures with a public key only: a provider that signs with the client's secret is not believed."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the provider says of itself, and since when we know."""

    at: datetime
    document: dict[str, Any]


_known: dict[str, _Known] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True)
class OpenIdProvider:
    """The office's provider, and what we are to it."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str = "preferred_username"
    """Which of its words is the login here."""

    def address(self, pending: Pending, back: str, *, is_inside: bool, now: datetime) -> str:
        """Return where a browser logs in (*is_inside* some provider's own app: all the same here)."""
        document = _document_of(self, now)
        challenge = urlsafe_b64encode(sha256(pending.verifier.encode()).digest()).rstrip(b"=").decode()
        said = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": back,
            "scope": "openid profile email",
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = str(document["authorization_endpoint"])
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(said)}"

    def identity(self, pending: Pending, back: str, code: str, *, now: datetime) -> Identity:
        """Return who came back with *code*. Raises SignOnFailed."""
        document = _document_of(self, now)
        tokens = asked(
            "POST",
            str(document["token_endpoint"]),
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": back,
                "code_verifier": pending.verifier,
            },
            auth=(self.client_id, self.client_secret),
        )
        claims = _claims_of(self, document, str(tokens.get("id_token", "")), pending.nonce, now)
        if self.claim not in claims and "userinfo_endpoint" in document:
            bearer = {"authorization": f"Bearer {tokens.get('access_token', '')}"}
            more = asked("GET", str(document["userinfo_endpoint"]), headers=bearer)
            if more.get("sub") == claims["sub"]:
                claims = more | claims
        return Identity(str(claims["sub"]), word(claims, self.claim))


def _claims_of(
    provider: OpenIdProvider, document: dict[str, object], id_token: str, nonce: str, now: datetime
) -> dict[str, object]:
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    keys = asked("GET", str(document["jwks_uri"]))
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
        raise does_not_fit(type(error).__name__) from error
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != provider.client_id:
        raise does_not_fit("azp")
    return dict(claims)


def _document_of(provider: OpenIdProvider, now: datetime) -> dict[str, object]:
    with _lock:
        known = _known.get(provider.issuer)
    if known is not None and abs(now - known.at) < KNOWN_FOR:
        return known.document
    address = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    document = asked("GET", address)
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if document.get("issuer") != provider.issuer or not all(name in document for name in needed):
        raise SignOnFailed(
            Text(
                "{address} 说的不是 {issuer} 的统一登录；请系统管理员核对设置",
                address=address,
                issuer=provider.issuer,
            )
        )
    with _lock:
        _known[provider.issuer] = _Known(now, document)
    return document
