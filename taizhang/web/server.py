"""Running the dashboard: uvicorn with limits, a graceful end, and a way to know that it is up."""

from __future__ import annotations

import gc
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from time import monotonic, sleep
from types import FrameType

import uvicorn
from fastapi import FastAPI

from ledger.errors import ErrorKind, TaizhangError
from ledger.text import Text
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import LANGUAGES, translator
from taizhang.proofs.witness_app import Witness
from taizhang.startup.open_ledgers import OpenLedgers
from taizhang.web.app import create_app
from taizhang.web.ending import end_in_time
from taizhang.web.http.options import Options
from taizhang.web.http.templates import compile_templates
from taizhang.web.http.timeouts import PunctualProtocol

GRACE_SECONDS = 5
"""So long after it was told to stop the program is no more."""
REQUESTS_SECONDS = 3
"""How long of that requests under way may take; then their costly jobs are ended, and what waits is let go."""
IDLE_SECONDS = 15
CONNECTIONS_MAX = 1000


class CannotListen(TaizhangError):
    """The address is taken or not to be had; `text` says what to do."""

    kind = ErrorKind.UNAVAILABLE

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            Text(
                "不能在 {host}:{port} 上开服务：{reason}；请换一个端口",
                host=host,
                port=port,
                reason=reason,
            )
        )


class Server(uvicorn.Server):
    """Ends the streams of open pages before it waits for requests to finish, else they would block every restart."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop: the program was told to."""
        if not self.should_exit:
            end_in_time()
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving."""
        watcher = getattr(self.config.app.state, "watcher", None)  # type: ignore[union-attr]  # that of `create_app`
        if watcher is not None:
            watcher.stop()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to *host* and *port* (0: any free one). Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Of a socket that says it is TCP asyncio sends at once; of others it lets small answers wait 40 ms for company.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise CannotListen(host, port, error.strerror or str(error)) from None
    return bound


def server_for(
    session: OpenLedger | Text,
    options: Options,
    witness: Witness | None = None,
    others: OpenLedgers | None = None,
) -> Server:
    """Return a server of the dashboard, not yet running; with *witness* it is one for other ledgers, too.

    *others* are the ledgers that stand with it; *session* is why it cannot be opened itself, where that is so.
    """
    return Server(
        uvicorn.Config(
            create_app(session, options, witness, others),
            http=PunctualProtocol,
            ws="none",
            lifespan="on",
            log_config=None,  # one log for everything, see `app/log_lines.py`
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # `BehindProxies` sees to them
            limit_concurrency=CONNECTIONS_MAX,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=REQUESTS_SECONDS,
        )
    )


def run(server: Server, bound: socket.socket, ready: Callable[[], None]) -> None:
    """Serve on *bound* until interrupted; *ready* is called once, when requests are answered.

    Templates and catalogues are made ready before the port is open: the first visitor waits no longer than the next.
    """
    compile_templates()
    for language in LANGUAGES:
        translator(language)
    _settle_memory()
    watcher = Thread(target=_when_up, args=(server, ready), daemon=True)
    watcher.start()

    def stop(*_: object) -> None:
        if not server.should_exit:
            server.should_exit = True
            end_in_time()

    # uvicorn raises the signal that stopped it once more for who was there before: an end in good order is no failure.
    former = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        server.run(sockets=[bound])
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _settle_memory() -> None:
    """Spare readers the pauses in which Python searches all memory for cycles.

    What is there by now stays for good, and the units that are kept in memory hold no cycles (`store.garbage`): a
    search of a quarter of a second in the midst of a request finds nothing. Requests leave few; they are found later.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _when_up(server: Server, ready: Callable[[], None]) -> None:
    while not server.started:
        if server.should_exit:
            return
        sleep(0.02)
    ready()


@contextmanager
def running(
    session: OpenLedger | Text,
    options: Options,
    bound: socket.socket,
    witness: Witness | None = None,
    others: OpenLedgers | None = None,
) -> Iterator[FastAPI]:
    """Serve on *bound* in a thread for as long as the block lasts; yield the app."""
    server = server_for(session, options, witness, others)
    thread = Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    deadline = monotonic() + 30
    while not server.started:
        if not thread.is_alive() or monotonic() > deadline:
            raise RuntimeError("the server did not start")
        sleep(0.01)
    try:
        yield server.config.app  # type: ignore[misc]  # the app of `create_app`
    finally:
        server.should_exit = True
        thread.join(GRACE_SECONDS + 10)


def address_of(host: str, bound: socket.socket) -> str:
    """Return the address people type for a server on *bound*."""
    port = bound.getsockname()[1]
    shown = "127.0.0.1" if host in ("0.0.0.0", "") else host  # noqa: S104  # compared, not bound
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
