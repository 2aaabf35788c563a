"""Settings of the program: from the environment (TAIZHANG_...), overruled by the options of a command."""

from __future__ import annotations

import json
import os
import re
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from ledger.errors import ErrorKind, TaizhangError
from ledger.problem import Problem
from ledger.text import Text
from reminders.contacts import problems_of

DEFAULT_STORE = "sqlite:///taizhang.db"
PREFIX = "TAIZHANG_"
_SHOWN_MAX = 60
WECOM, DINGTALK = "wecom", "dingtalk"
"""In place of an issuer: those two have no address of the office's own."""

EXPECTED: dict[str, Text] = {
    "base_url": Text("应是 https://taizhang.example.cn 这样的网址"),
    "tsa": Text("应是 https://tsa.example.cn 这样的网址"),
    "oidc_issuer": Text(
        "应是 https://login.example.cn 这样的网址，和统一登录自称的一字不差；企业微信写 wecom，钉钉写 dingtalk"
    ),
    "operator_mail": Text("应是邮箱地址，几个之间用逗号隔开，如 admin@example.cn"),
    "robots_inside": Text("应是 1（可以）或 0（不可以）"),
    "remind_from_hour": Text("应是 0 到 23 的整数"),
    "trusted_proxies": Text("应是 IP 地址或网段，几个之间用逗号隔开，如 127.0.0.1,10.0.0.0/24"),
    "hosts": Text("应是主机名，几个之间用逗号隔开，如 dangjian.example.cn,oa.example.cn"),
    "witness_for": Text('应是公钥的 JSON 列表，如 ["district+1a2b3c4d+AaBb…"]'),
    "backup_keep": Text("应是 1 以上的整数"),
}
"""What would be right, for each setting that can be wrong here; the others are looked at where they are used."""


class BadSettings(TaizhangError):
    """Settings that cannot be used: `problems` names each, its value and what would be right."""

    kind = ErrorKind.USAGE

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(Text("设置不对"), problems=problems)


class Settings(BaseModel):
    """Where the ledger is and which language is spoken, when no option says otherwise."""

    model_config = ConfigDict(extra="ignore", validate_default=True)

    def __init__(self, **values: object) -> None:
        """Read the environment; *values* overrule it. Raises BadSettings."""
        try:
            super().__init__(**{**_stated(self.__class__), **values})
        except ValidationError as error:
            wrong = dict.fromkeys(str(each["loc"][0]) for each in error.errors())
        else:
            return
        raise BadSettings([_problem(field) for field in wrong]) from None

    store: str | None = None
    """URL of the ledger (contract §6); None: `DEFAULT_STORE`."""
    lang: str = "zh-CN"
    base_url: str | None = None
    """Where people reach the dashboard, for links in mails: https://taizhang.example.edu.cn."""
    smtp_url: str | None = None
    """The mail server: smtp://user:pass@host:port?starttls=1 or smtps://…; None: no mail is sent."""
    mail_from: str | None = None
    """The sender of mails: 台账 <ledger@example.cn>."""
    operator_mail: str = ""
    """Who is written to when backups or mails fail, the disk is full, jobs stop: addresses, comma separated."""
    robots_inside: bool = False
    """Whether a robot's address may be inside the own network, and plain http."""
    remind_from_hour: int = Field(default=8, ge=0, le=23)
    """From this hour on (Asia/Shanghai) the ticker writes to people."""
    trusted_proxies: str = ""
    """Addresses of proxies before the dashboard, comma separated: they say where a visitor comes from."""
    hosts: str = ""
    """Names under which the dashboard answers beside that of `base_url`, comma separated; ``*``: every one."""
    ledger_name: str | None = None
    """What a ledger is called when it is made; None: as its file or database is."""
    key: Path | None = None
    """The file of the private key that signs checkpoints; None: beside the store."""
    tsa: str | None = None
    """Address of a time stamp authority (RFC 3161) that stamps each day's checkpoint."""
    tsa_roots: Path | None = None
    """Its root certificates, PEM: without them its stamps cannot be checked, and none is asked for."""
    witness_for: list[str] = []
    """Verifier keys of the ledgers that this one is a witness for, a JSON list."""
    tiles: Path | None = None
    """A folder that the daily job keeps as a static copy of the log."""
    backup: Path | None = None
    """A folder into which the nightly job puts a backup."""
    backup_keep: int = Field(default=14, ge=1)
    """How many backups stay in it."""
    backup_passphrase: SecretStr | None = None
    """What backups are encrypted with; None: they are not."""
    templates: Path | None = None
    """The folder of the operator's own report templates; None: those that come with the program."""
    oidc_issuer: str | None = None
    """The office's OpenID Connect provider, as it calls itself; `wecom` and `dingtalk` for those two, which speak
    OAuth 2 in ways of their own; None: people log in with passwords only."""
    oidc_client_id: str | None = None
    """What the dashboard is called at the provider (企业微信: CorpID; 钉钉: Client ID)."""
    oidc_agent: str = ""
    """企业微信's AgentId of the app."""
    oidc_client_secret: SecretStr | None = None
    """Its secret there."""
    oidc_claim: str = "preferred_username"
    """Which of the provider's words is the login here."""
    oidc_name: str = ""
    """What the button of the login page calls the provider."""
    evidence: Path | None = None
    """The folder of attached files; None: beside the store."""

    @field_validator("witness_for", mode="before")
    @classmethod
    def _read_list(cls, value: object) -> object:
        return json.loads(value) if isinstance(value, str) else value

    @field_validator("oidc_issuer")
    @classmethod
    def _is_provider(cls, value: str | None) -> str | None:
        return value if value in (WECOM, DINGTALK) else cls._is_web_address(value)

    @field_validator("base_url", "tsa")
    @classmethod
    def _is_web_address(cls, value: str | None) -> str | None:
        if value is not None:
            parts = urlsplit(value)
            if (
                parts.scheme not in ("http", "https")
                or not parts.hostname
                or parts.fragment
                or parts.port == 0
            ):
                raise ValueError(value)
        return value

    @property
    def operator_addresses(self) -> list[str]:
        """The addresses of `operator_mail`, one by one."""
        return [each.strip() for each in self.operator_mail.split(",") if each.strip()]

    @field_validator("operator_mail")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        if any(problems_of("email", each.strip(), "") for each in value.split(",") if each.strip()):
            raise ValueError(value)
        return value

    @field_validator("hosts")
    @classmethod
    def _are_names(cls, value: str) -> str:
        for each in value.split(","):
            if not re.fullmatch(r"\s*(?:\*|[\w.:\[\]-]*)\s*", each):
                raise ValueError(value)
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for each in value.split(","):
            if each.strip() not in ("", "*"):
                ip_network(each.strip(), strict=False)
        return value


def _stated(settings: type[BaseModel]) -> dict[str, str]:
    """Return what the environment says, by field; its names are read whatever their case."""
    said = {name.upper(): value for name, value in os.environ.items()}
    names = {field: f"{PREFIX}{field.upper()}" for field in settings.model_fields}
    return {field: said[name] for field, name in names.items() if name in said}


def _problem(field: str) -> Problem:
    name = f"{PREFIX}{field.upper()}"
    given = next((value for key, value in os.environ.items() if key.upper() == name), "")
    shown = given if len(given) <= _SHOWN_MAX else f"{given[:_SHOWN_MAX]}…"
    return Problem(
        name,
        Text(
            "设置 {setting} 的值“{value}”不对：{expected}",
            setting=name,
            value=shown,
            expected=EXPECTED[field],
        ),
    )
