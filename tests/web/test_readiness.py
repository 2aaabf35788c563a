"""What a server has ready before it answers anybody."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from taizhang.web import server
from taizhang.web.http.templates import environment


def test_templates_are_compiled_before_the_port_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped:
        started, should_exit = False, True

        def run(self, sockets: list[socket.socket]) -> None:
            templates = environment().list_templates(extensions=["html"])
            compiled = environment().cache
            assert compiled is not None
            assert len(templates) > 50
            assert len(compiled) == len(templates)

    served: Any = Stopped()
    # The memory of a test run is not to stay for good.
    monkeypatch.setattr(server, "_settle_memory", lambda: None)
    cache = environment().cache
    assert cache is not None
    cache.clear()
    with server.listen("127.0.0.1", 0) as bound:
        server.run(served, bound, lambda: None)
