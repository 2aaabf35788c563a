"""An SMTP server that answers each command as it is told, in whatever bytes."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_USUAL = {
    "greeting": b"220 scripted",
    "ehlo": b"250-scripted\r\n250 HELP",
    "auth": b"235 in",
    "mail": b"250 ok",
    "rcpt": b"250 ok",
    "data": b"354 go on",
    "end": b"250 queued",
    "rset": b"250 ok",
    "quit": b"221 bye",
}


@dataclass
class Script:
    """`answers` overrule the usual ones, by command; `end` is what a whole message is answered."""

    answers: dict[str, bytes] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    """What was asked, one line a command."""
    taken: int = 0
    port: int = 0


@contextmanager
def scripted(script: Script) -> Iterator[Script]:
    """Serve *script* on a free port of 127.0.0.1."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("greeting")
            for line in iter(self.rfile.readline, b""):
                script.commands.append(line.decode("latin-1").strip())
                word = line[:4].decode("latin-1").strip().lower()
                said = self._say(word)
                if word == "data" and said.startswith(b"3"):
                    while self.rfile.readline() not in (b".\r\n", b""):
                        pass
                    script.taken += self._say("end").startswith(b"2")
                if word == "quit":
                    return

        def _say(self, word: str) -> bytes:
            said = script.answers.get(word) or _USUAL.get(word, b"500 what?")
            self.wfile.write(said + b"\r\n")
            return said

    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        script.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield script
        finally:
            server.shutdown()
