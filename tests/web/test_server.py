"""The server's socket."""

from __future__ import annotations

import socket

import pytest

from taizhang.web.server import CannotListen, listen


def test_small_answers_are_sent_at_once() -> None:
    with listen("127.0.0.1", 0) as bound:
        assert bound.proto == socket.IPPROTO_TCP, "asyncio sets TCP_NODELAY on these only"


def test_an_address_that_is_taken_is_told() -> None:
    with listen("127.0.0.1", 0) as bound:
        bound.listen()
        with pytest.raises(CannotListen) as refused:
            listen("127.0.0.1", bound.getsockname()[1])
    assert "请换一个端口" in str(refused.value)
