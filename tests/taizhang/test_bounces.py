"""Letters that come back after the server had taken them: somebody marks the address, and only he takes it back."""

from __future__ import annotations

from reminders.store.failing import clear_failing, failing
from taizhang.startup.open_ledger import open_ledger

from .conftest import Run


def test_a_mark_stays_whatever_the_server_takes(filled: Run) -> None:
    unit = filled("board", "--json").document["units"][0]["unit"]
    assert filled("contact", "add", unit, "--email", "shu@example.cn").status == 0
    said = filled("contact", "bounced", "Shu@example.cn", "--reason", "550 no such user", "--json")
    assert said.document == {"address": "Shu@example.cn", "bounced": True}
    with open_ledger("sqlite:///taizhang.db") as session:
        with session.store.write() as work:
            (person,) = failing(work.connection)
            clear_failing(work.connection, person)
        with session.store.read() as work:
            found = failing(work.connection)[person]
    assert found.is_late
    assert "550 no such user" in str(found.problem)
    assert filled("contact", "bounced", "shu@example.cn", "--mended").status == 0
    assert filled("contact", "bounced", "shu@example.cn", "--mended").status == 1
    assert filled("contact", "bounced", "nobody@example.cn").status == 1


def test_mended_needs_no_reason(run: Run) -> None:
    assert run("contact", "bounced", "a@example.cn", "--mended", "--reason", "x").status == 2
