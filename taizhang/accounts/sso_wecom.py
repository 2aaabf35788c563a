"""企业微信 as a provider: OAuth 2 in its own way, of an app that the office has made for itself (自建应用).

It gives no ID token: the code is told to its server together with a token of the app's own, and the answer is the
UserId of the 通讯录 (developer.work.weixin.qq.com: 构造网页授权链接, 构造企业微信登录链接, 获取 access_token,
获取访问用户身份). That the code is meant for this browser tells `state` alone; that the answer comes from the server
tells https.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from urllib.parse import urlencode

from ledger.text import Text

from .sso_asking import Identity, SignOnFailed, asked, does_not_fit, word
from .sso_rows import Pending

API = "https://qyapi.weixin.qq.com"
LOGIN = "https://login.work.weixin.qq.com/wwlogin/sso/login"
"""Where a browser shows a picture to scan."""
INSIDE = "https://open.weixin.qq.com/connect/oauth2/authorize"
"""Where the app on a telephone lets its user through without a question."""
TOKEN_VOID = frozenset({40001, 40014, 42001})
"""The app's token is not good any more: another server of the app has made one, say."""
LASTS_AT_LEAST = timedelta(minutes=2)

_tokens: dict[str, tuple[str, datetime]] = {}
"""The apps' tokens and until when each is used: the server makes only so many a day."""
_lock = Lock()


@dataclass(frozen=True, slots=True)
class WeCom:
    """The office's 企业微信, and our app in it."""

    corp: str
    agent: str
    secret: str

    @property
    def issuer(self) -> str:
        """Whose people they are, for the rows of who is who."""
        return f"wecom:{self.corp}"

    def address(self, pending: Pending, back: str, *, is_inside: bool, now: datetime) -> str:
        """Return where a browser logs in; *is_inside*: it is the app's own."""
        said = {"appid": self.corp, "redirect_uri": back, "state": pending.state, "agentid": self.agent}
        if is_inside:
            silent = {**said, "response_type": "code", "scope": "snsapi_base"}
            return f"{INSIDE}?{urlencode(silent)}#wechat_redirect"
        return f"{LOGIN}?{urlencode({'login_type': 'CorpApp', **said})}"

    def identity(self, pending: Pending, back: str, code: str, *, now: datetime) -> Identity:
        """Return who came back with *code*. Raises SignOnFailed."""
        address = f"{API}/cgi-bin/auth/getuserinfo"
        said = asked("GET", address, params={"access_token": self._token(now), "code": code})
        if said.get("errcode") in TOKEN_VOID:
            # The code was not looked at, and is good still.
            said = asked("GET", address, params={"access_token": self._token(now, anew=True), "code": code})
        _must_be_well(said)
        user = word(said, "userid")
        if not user:
            raise SignOnFailed(Text("您不在本单位的企业微信通讯录里；请用单位的企业微信登录"))
        return Identity(user.lower(), user)

    def _token(self, now: datetime, *, anew: bool = False) -> str:
        key = sha256(f"{self.corp} {self.secret}".encode()).hexdigest()
        with _lock:
            token, until = _tokens.get(key, ("", now))
        if not anew and now < until <= now + timedelta(days=1):
            return token
        said = asked(
            "GET", f"{API}/cgi-bin/gettoken", params={"corpid": self.corp, "corpsecret": self.secret}
        )
        _must_be_well(said)
        token, lasts = word(said, "access_token"), said.get("expires_in")
        if not token or not isinstance(lasts, int):
            raise does_not_fit("gettoken")
        with _lock:
            _tokens[key] = (token, now + min(timedelta(days=1), timedelta(seconds=lasts) - LASTS_AT_LEAST))
        return token


def _must_be_well(said: dict[str, object]) -> None:
    """Raise SignOnFailed where the server says in its 200 that something is wrong."""
    if said.get("errcode") != 0:
        raise does_not_fit(f"{said.get('errcode')} {said.get('errmsg', '')}")
