"""A door between the program and the server that can be slammed: at the n-th piece that the program sends."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Self


class Proxy:
    """Listens on `port` and passes on to the server's *target* port.

    `cut_at(n, delivered=False)`: the n-th piece sent from now on is not passed on; with *delivered* it is, and its
    answer is not. In both cases all connections end there, and new ones are welcome.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._left = 0
        self._deliver = False
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_at(self, number: int, *, delivered: bool) -> None:
        """Cut at the *number*-th piece that is sent from now on, before or after it is passed on."""
        with self._lock:
            self._left, self._deliver = number, delivered

    def cut_now(self) -> None:
        """End all connections."""
        with self._lock:
            ends, self._open = self._open, set()
            self.cuts += 1
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # A thread waits in accept: closing alone would let one more in.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut_now()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            with self._lock:
                self._open |= {client, server}
            threading.Thread(target=self._pass, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, to_server: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                due = to_server and self._is_due()
                if due and not self._deliver:
                    break
                if due:
                    # Whatever the answer is, it is not passed on: that way is closed first.
                    source.shutdown(socket.SHUT_WR)
                target.sendall(piece)
                if due:
                    break
            else:
                due = False
            if due:
                self.cut_now()
                return
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _is_due(self) -> bool:
        with self._lock:
            if self._left == 0:
                return False
            self._left -= 1
            return self._left == 0
