"""A mistyped setting is one line: which one, what it says, what would be right. So is a port that is taken."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from taizhang.app.settings import EXPECTED, BadSettings, Settings

from .conftest import Run

MISTYPED = [
    ("REMIND_FROM_HOUR", "99", "应是 0 到 23 的整数"),
    ("REMIND_FROM_HOUR", "eight", "应是 0 到 23 的整数"),
    ("BACKUP_KEEP", "many", "应是 1 以上的整数"),
    ("BACKUP_KEEP", "0", "应是 1 以上的整数"),
    ("WITNESS_FOR", "abc", "应是公钥的 JSON 列表"),
    ("WITNESS_FOR", "3", "应是公钥的 JSON 列表"),
    ("ROBOTS_INSIDE", "vielleicht", "应是 1（可以）或 0（不可以）"),
    ("BASE_URL", "ledger.example.cn", "这样的网址"),
    ("BASE_URL", "https://ledger.example.cn:port", "这样的网址"),
    ("TSA", "/etc/tsa", "这样的网址"),
    ("OIDC_ISSUER", "login.example.cn", "一字不差"),
    ("TRUSTED_PROXIES", "127.0.0.1;10.0.0.1", "应是 IP 地址或网段"),
]


@pytest.mark.parametrize("command", [["board"], ["--help"]], ids=" ".join)
@pytest.mark.parametrize(("name", "value", "expected"), MISTYPED)
def test_it_is_told_whatever_was_asked(
    filled: Run, monkeypatch: pytest.MonkeyPatch, command: list[str], name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(f"TAIZHANG_{name}", value)
    done = filled(*command)
    assert done.status == 2
    assert done.out == ""
    (line,) = done.err.splitlines()
    assert f"设置 TAIZHANG_{name} 的值“{value}”不对" in line
    assert expected in line


def test_it_is_told_in_the_reader_s_language_and_as_json(
    filled: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAIZHANG_BACKUP_KEEP", "many")
    monkeypatch.setenv("TAIZHANG_LANG", "en")
    assert "is wrong: it should be a whole number of at least 1" in filled("board").err
    (error,) = filled("board", "--json").errors
    assert error["field"] == "TAIZHANG_BACKUP_KEEP"


def test_every_setting_that_can_be_wrong_says_what_would_be_right() -> None:
    free = {"store", "lang", "smtp_url", "mail_from", "ledger_name", "backup_passphrase",
            "oidc_client_id", "oidc_agent", "oidc_client_secret", "oidc_claim", "oidc_name"}  # fmt: skip
    paths = {name for name, field in Settings.model_fields.items() if field.annotation == Path | None}
    assert set(EXPECTED) == set(Settings.model_fields) - free - paths


def test_right_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("BASE_URL", "http://10.0.0.5:8148/"),
        ("TRUSTED_PROXIES", "127.0.0.1, ::1,10.0.0.0/24"),
        ("TSA", "https://freetsa.org/tsr"),
    ):
        monkeypatch.setenv(f"TAIZHANG_{name}", value)
        Settings()
    with pytest.raises(BadSettings):
        Settings(backup_keep=0)


def test_a_port_that_is_taken_is_one_line(filled: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = filled("serve", "--port", port)
    assert done.status == 1
    (line,) = done.err.splitlines()
    assert f"不能在 127.0.0.1:{port} 上开服务" in line


def test_a_witness_s_key_that_is_none_is_named(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_WITNESS_FOR", '["nonsense"]')
    done = filled("serve", "--port", "0")
    assert done.status == 1
    assert "TAIZHANG_WITNESS_FOR" in done.err
    assert "nonsense" in done.err


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://u:pa/ss@h/db", "要写成 %2F"),
        ("postgresql://u:12/34@h/db", "要写成 %2F"),
        ("postgresql://u:pa@ss@h/db", "要写成 %40"),
        ("postgresql://u:se%ret@h/db", "要写成 %25"),
        ("postgresql://u:se ret@h/db", "要写成 %20"),
    ],
)
def test_what_has_to_be_written_otherwise_in_a_database_s_address_is_told(
    filled: Run, url: str, said: str
) -> None:
    done = filled("board", "--store", url)
    assert done.status == 2
    assert said in done.err
    assert "ret" not in done.err
    assert "ss@" not in done.err
