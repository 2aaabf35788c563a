"""Settings: the file they come from, who may read it, names that are none, values that do not go together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from ledger.text import Text
from reminders.contacts import is_this_machine
from taizhang.app.settings import PREFIX, WECOM, Settings
from taizhang.app.settings_file import CHOSEN_BY
from taizhang.health.finding import Finding, fine, warning

_SECRETS = ("TAIZHANG_SMTP_URL", "TAIZHANG_BACKUP_PASSPHRASE", "TAIZHANG_STORE")


def settings_look(settings: Settings, path: Path | None, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is to be said of the settings."""
    yield fine(
        "settings",
        Text("没有设置文件，设置来自环境变量")
        if path is None
        else Text("设置来自 {path} 和环境变量", path=str(path)),
    )
    if path is not None and path.stat().st_mode & 0o077 and any(environment.get(name) for name in _SECRETS):
        yield warning(
            "settings",
            Text("设置文件 {path} 别的用户也能读，里面可能有密码", path=str(path)),
            Text("chown taizhang {path} && chmod 600 {path}", path=str(path)),
        )
    yield from _unknown(environment)
    yield from _together(settings)


def _unknown(environment: Mapping[str, str]) -> Iterator[Finding]:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | {CHOSEN_BY}
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = get_close_matches(name.upper(), known, n=1)
            yield warning(
                "settings",
                Text("没有 {name} 这个设置，写了不起作用", name=name),
                Text("是不是 {near}？", near=near[0]) if near else None,
            )


def _together(settings: Settings) -> Iterator[Finding]:
    """Yield what the settings leave open, each with what would close it."""
    for text, mend in (
        *of_the_address(settings),
        *_of_backups_and_mail(settings),
        *_of_single_sign_on(settings),
    ):
        yield warning("settings", text, mend)


def of_the_address(settings: Settings) -> Iterator[tuple[Text, Text]]:
    """Yield what the settings of the public address leave open, each with what would close it."""
    if settings.base_url is None:
        yield (
            Text("没有设置 TAIZHANG_BASE_URL，邮件里的链接别的电脑打不开"),
            Text("写上大家在浏览器里打的网址，如 https://taizhang.example.cn"),
        )
        return
    parts = urlsplit(settings.base_url)
    if parts.scheme == "http" and not is_this_machine(parts.hostname or ""):
        yield (
            Text("TAIZHANG_BASE_URL 是 http://，密码不加密就在网上传送"),
            Text("在前面架设 HTTPS，见 docs/operating.md"),
        )
    if parts.scheme == "https" and not settings.trusted_proxies:
        yield (
            Text("没有设置 TAIZHANG_TRUSTED_PROXIES，日志里每个人都来自代理的地址"),
            Text("写上代理的地址，在同一台机器上就是 127.0.0.1"),
        )


def _of_backups_and_mail(settings: Settings) -> Iterator[tuple[Text, Text]]:
    if settings.backup is None:
        yield Text("没有设置 TAIZHANG_BACKUP，不会自动备份"), Text("写上另一块磁盘上的文件夹")
    elif settings.backup_passphrase is None:
        yield (
            Text("备份没有加密，里面有姓名和电话"),
            Text("设置 TAIZHANG_BACKUP_PASSPHRASE，口令另记在纸上，换一个空文件夹"),
        )
    if settings.smtp_url and not settings.operator_mail:
        yield (
            Text("没有设置 TAIZHANG_OPERATOR_MAIL，备份失败时没有人收到邮件"),
            Text("写上系统管理员的邮箱地址"),
        )


def _of_single_sign_on(settings: Settings) -> Iterator[tuple[Text, Text]]:
    needed = {
        "TAIZHANG_OIDC_CLIENT_ID": settings.oidc_client_id,
        "TAIZHANG_OIDC_CLIENT_SECRET": settings.oidc_client_secret,
    }
    if settings.oidc_issuer == WECOM:
        needed["TAIZHANG_OIDC_AGENT"] = settings.oidc_agent
    for name, value in needed.items():
        if settings.oidc_issuer is not None and not value:
            yield (
                Text("设置了统一登录（{issuer}），没有设置 {name}", issuer=settings.oidc_issuer, name=name),
                Text("按 docs/operating.md 的“Single sign-on”一节补上"),
            )
    if settings.oidc_issuer is not None and (settings.base_url or "").startswith("http://"):
        yield (
            Text("统一登录要从 https:// 的网址回来，TAIZHANG_BASE_URL 是 http://"),
            Text("在前面架设 HTTPS，见 docs/operating.md"),
        )
