"""钉钉 as a provider: OAuth 2 in its own way, of an app inside the office (企业内部应用).

It gives no ID token: the code buys a token of the person's, that token his unionId, and a token of the app's own the
userid that he has in the office's 通讯录, which a stranger has not (open.dingtalk.com: 实现登录第三方网站,
获取用户 token, 获取用户通讯录个人信息, 获取企业内部应用的 accessToken, 根据 unionid 获取用户 userid).
That the code is meant for this browser tells `state` alone; that the answers come from the servers tells https.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from ledger.text import Text

from .sso_asking import Identity, SignOnFailed, asked, does_not_fit, word
from .sso_rows import Pending

LOGIN = "https://login.dingtalk.com/oauth2/auth"
API = "https://api.dingtalk.com"
OLDER_API = "https://oapi.dingtalk.com"
"""Where who has which userid is still asked."""
NOBODY_HERE = 60121
"""The unionId is of nobody in the office."""


@dataclass(frozen=True, slots=True)
class DingTalk:
    """The office's 钉钉, and our app in it."""

    client_id: str
    client_secret: str

    @property
    def issuer(self) -> str:
        """Whose people they are, for the rows of who is who."""
        return f"dingtalk:{self.client_id}"

    def address(self, pending: Pending, back: str, *, is_inside: bool, now: datetime) -> str:
        """Return where a browser logs in (the same inside the app)."""
        said = {
            "redirect_uri": back,
            "response_type": "code",
            "client_id": self.client_id,
            "scope": "openid",
            "state": pending.state,
            "prompt": "consent",
        }
        return f"{LOGIN}?{urlencode(said)}"

    def identity(self, pending: Pending, back: str, code: str, *, now: datetime) -> Identity:
        """Return who came back with *code*. Raises SignOnFailed."""
        bought = asked(
            "POST",
            f"{API}/v1.0/oauth2/userAccessToken",
            json={
                "clientId": self.client_id,
                "clientSecret": self.client_secret,
                "code": code,
                "grantType": "authorization_code",
            },
        )
        his = {"x-acs-dingtalk-access-token": _needed(bought, "accessToken")}
        person = _needed(asked("GET", f"{API}/v1.0/contact/users/me", headers=his), "unionId")
        ours = asked(
            "POST",
            f"{API}/v1.0/oauth2/accessToken",
            json={"appKey": self.client_id, "appSecret": self.client_secret},
        )
        said = asked(
            "POST",
            f"{OLDER_API}/topapi/user/getbyunionid",
            params={"access_token": _needed(ours, "accessToken")},
            json={"unionid": person},
        )
        return Identity(person, _user_of(said))


def _needed(document: dict[str, object], name: str) -> str:
    said = word(document, name)
    if not said:
        raise does_not_fit(name)
    return said


def _user_of(said: dict[str, object]) -> str:
    """Return the userid in the answer; somebody of outside (contact_type 1) has none that counts."""
    result = said.get("result")
    found = result if isinstance(result, dict) else {}
    if said.get("errcode") == NOBODY_HERE or found.get("contact_type", 0) != 0:
        raise SignOnFailed(Text("您不在本单位的钉钉通讯录里；请用单位的钉钉登录"))
    if said.get("errcode") != 0:
        raise does_not_fit(f"{said.get('errcode')} {said.get('errmsg', '')}")
    return _needed(found, "userid")
