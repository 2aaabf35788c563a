"""What a browser calls itself (RFC 9110 User-Agent), as people call it: “Chrome · Windows”, not a line of codes."""

from __future__ import annotations

from taizhang.language.i18n import N_, _

_BROWSERS = (
    # Those that also call themselves Chrome or Safari stand before those.
    ("MicroMessenger/", N_("微信")),
    ("DingTalk", N_("钉钉")),
    ("QQBrowser/", N_("QQ 浏览器")),
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """Return a browser and the system it runs on; what nobody knows as it calls itself, nothing as a dash."""
    browser = next((_(name) for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " · ".join(filter(None, (browser, system))) or agent or "—"
