"""No secret, and no name of a maintainer's own machine, stands in what is kept here."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECRETS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}",
    "a signing key": r"PRIVATE\+KEY\+[A-Za-z0-9._-]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{40}",
    "a cloud key": r"\b(AKIA|LTAI)[A-Za-z0-9]{16,24}\b",
    "a token of a forge": r"\b(gh[pousr]_[A-Za-z0-9]{36}|glpat-[A-Za-z0-9_-]{20}|pypi-AgE[A-Za-z0-9_-]{40})",
    "a robot's address": (
        r"qyapi\.weixin\.qq\.com/\S*key=[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|access_token=[0-9a-f]{64}"
        r"|open\.feishu\.cn/\S*hook/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}"
    ),
    "a maintainer's folder": r"/home/(?!taizhang\b|user\b)[a-z][a-z0-9_-]*/|/Users/[A-Za-z]",
}
PATTERN = re.compile("|".join(f"(?P<k{number}>{each})" for number, each in enumerate(SECRETS.values())))


def kept_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not set(path.parts) & {".venv", ".git", "build"}
    ]


def secrets_in(text: str) -> list[str]:
    return [list(SECRETS)[int((each.lastgroup or "k0")[1:])] for each in PATTERN.finditer(text)]


def test_no_secret_is_kept() -> None:
    found = {
        str(path.relative_to(ROOT)): secrets_in(path.read_text("utf-8", errors="ignore"))
        for path in kept_files()
        if path.exists()
    }
    assert {path: said for path, said in found.items() if said} == {}


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN EC PRIVATE " + "KEY-----\n" + "M" * 44,
        "PRIVATE+" + "KEY+district+1a2b3c4d+" + "A" * 44,
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a" * 36,
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + "01234567-89ab-cdef-0123-456789abcdef",
        "/home/" + "somebody/taizhang",
    ],
)
def test_a_planted_one_is_found(text: str) -> None:
    assert len(secrets_in(f"x = '{text}'")) == 1
