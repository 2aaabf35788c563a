"""Takes in the rubrics and settings that somebody keeps in the ledger while a server or a ticker runs.

They are compared once a second with what was taken in last, whoever kept them: another server, or the command line. An
append under way goes on with the codes that it began with; the next one and the next page know the new ones.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from taizhang.app.ledger import OpenLedger

_log = logging.getLogger(__name__)
EVERY_SECONDS = 1.0
STOP_SECONDS = 5.0


@contextmanager
def following(session: OpenLedger, moved: Callable[[], object] | None = None) -> Iterator[None]:
    """Keep *session* as the ledger has it for as long as the block lasts; *moved* is called after other rubrics."""
    stopped = Event()

    def follow() -> None:
        failing = False
        while not stopped.wait(EVERY_SECONDS):
            try:
                if session.take_in() and moved is not None:
                    moved()
                failing = False
            except Exception:  # noqa: BLE001 - who stops looking never takes anything in again
                # Told once, not every second: the database is away, or a newer program's rubric cannot be read here.
                if not failing and not stopped.is_set():
                    _log.exception("rubrics and settings could not be looked at; they stay as they were")
                failing = True

    thread = Thread(target=follow, name="following", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        # Who waits for a database that is away, or renews ten thousand rows, is told by the closed store.
        thread.join(STOP_SECONDS)
