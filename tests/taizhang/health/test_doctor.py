"""What is wrong with an installation is told with how to mend it; nothing is made, and no mail is sent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Self

import pytest

from taizhang.app.settings import Settings
from taizhang.health.doctor import address_look, time_look
from taizhang.health.doctor.address_look import address_look as look_at_address
from taizhang.health.doctor.mail_look import mail_look
from taizhang.health.doctor.settings_look import settings_look
from taizhang.health.finding import Severity
from tests.taizhang.conftest import Run


@pytest.fixture(autouse=True)
def _nobody_asks_systemd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_look, "_said", lambda _program: "")


Told = dict[str, list[tuple[str, str, str | None]]]


def told(run: Run, *more: str) -> tuple[int, Told]:
    """Return the exit status, and what was found by look: result, text and remedy."""
    done = run("doctor", "--offline", "--json", *more)
    found: Told = {}
    for each in done.document["findings"]:
        found.setdefault(each["look"], []).append((each["result"], each["text"], each["mend"]))
    return done.status, found


def test_where_there_is_no_ledger_none_is_made(run: Run, tmp_path: Path) -> None:
    status, found = told(run)
    assert (status, found["ledger"][0][0]) == (1, "down")
    assert "serve --new" in str(found["ledger"][0][2])
    assert list(tmp_path.iterdir()) == []


def test_an_installation_is_looked_through(
    filled: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "taizhang.env"
    settings.write_text("TAIZHANG_BACKUP_PASSPHRASE=geheim\n")
    settings.chmod(0o644)
    (tmp_path / "backups").mkdir()
    for name, value in {
        "SETTINGS": str(settings), "BACKUP": str(tmp_path / "backups"), "BACKUP_PASSPHRASE": "geheim",
        "SMPT_URL": "smtp://x", "BASE_URL": "http://ledger.example.cn", "SMTP_URL": "smtp://x",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"TAIZHANG_{name}", value)
    (tmp_path / "taizhang.db").chmod(0o640)
    status, found = told(filled)
    assert status == 0, "what is only to be looked into fails nothing"
    texts = " ".join(f"{text} {mend}" for each in found.values() for _, text, mend in each)
    assert "geheim" not in texts
    for expected in (
        f"chmod 600 {settings}", "是不是 TAIZHANG_SMTP_URL", "是 http://", "没有人收到邮件", "chmod 600 taizhang.db",
        "同一块磁盘", "taizhang 0.", "台账打得开，能写入",
    ):  # fmt: skip
        assert expected in texts, expected
    shown = filled("doctor", "--offline").out
    assert "! 没有 TAIZHANG_SMPT_URL 这个设置，写了不起作用\n    怎么办：是不是 TAIZHANG_SMTP_URL" in shown
    assert "✓ " in shown


def test_a_ledger_that_cannot_be_used_fails(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "taizhang.db").write_bytes(b"no database at all, however long it is" * 100)
    status, found = told(filled)
    assert (status, "不是数据库" in found["ledger"][0][1]) == (1, True)


def test_settings_that_want_nothing_are_fine() -> None:
    settings = Settings(
        base_url="https://x.example.cn", trusted_proxies="127.0.0.1", backup=Path("b"), backup_passphrase="p"
    )
    assert [each.severity for each in settings_look(settings, None, {})] == [Severity.FINE]


def test_a_mail_server_is_greeted_and_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Settings(smtp_url="smtp://127.0.0.1:9", mail_from="a@example.cn")
    assert [(each.severity, "连不上" in str(each.text)) for each in mail_look(closed)] == [
        (Severity.DOWN, True)
    ]
    unfit = Settings(smtp_url="smtp://127.0.0.1:9", mail_from="nobody")
    assert "不是发件人" in str(next(mail_look(unfit)).text)
    assert next(mail_look(Settings())).severity is Severity.WARNING


@pytest.mark.parametrize(("said", "severity"), [("yes", "ok"), ("no", "warning"), ("", "not_looked")])
def test_whether_the_clock_is_kept_right(said: str, severity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: "timedatectl")
    monkeypatch.setattr(time_look, "_said", lambda _program: said)
    assert [each.severity.value for each in time_look.time_look()] == [severity]


class Answering(BaseHTTPRequestHandler):
    """A proxy with something behind it; `form` is what it answers to a form of its own site."""

    body = b'{"status":"ok"}'
    form = 405

    def do_GET(self) -> None:
        self._answer(200, self.body)

    def do_POST(self) -> None:
        self._answer(self.form, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def proxy() -> Iterator[tuple[str, type[Answering]]]:
    handler = type("Handler", (Answering,), {})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_the_proxy_passes_on(proxy: tuple[str, type[Answering]]) -> None:
    address, handler = proxy

    def found(url: str) -> tuple[str, str]:
        (each,) = look_at_address(Settings(base_url=url), datetime.now(UTC))
        return each.severity.value, str(each.text)

    assert found(address)[0] == "ok"
    handler.form = 403
    assert found(address) == ("down", "代理没有把大家打的网址传过来，所有表单都会被拒绝")
    handler.body = b"<h1>Welcome to nginx!</h1>"
    assert "不是台账" in found(address)[1]
    assert "打不开" in found("http://127.0.0.1:9")[1]


@pytest.mark.parametrize(("days", "severity"), [(90, "ok"), (20, "warning")])
def test_the_days_of_a_certificate(days: int, severity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)

    class Secure:
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None: ...

        def getpeercert(self) -> dict[str, str]:
            until = now + timedelta(days=days, hours=1)
            return {"notAfter": until.strftime("%b %d %H:%M:%S %Y GMT")}

    class Context:
        def wrap_socket(self, *_: object, **__: object) -> Secure:
            return Secure()

    monkeypatch.setattr(address_look, "create_connection", lambda *_args, **_more: Secure())
    monkeypatch.setattr(address_look.ssl, "create_default_context", Context)
    found = address_look._certificate("ledger.example.cn", 443, now)
    assert (found.severity.value, f"还有 {days} 天" in str(found.text)) == (severity, True)
