"""An end in time: told to stop, the program is no more within seconds, whatever its threads are in the midst of.

What was acknowledged is stored, and what was not is not: the store loses nothing by an end in the midst of a write,
and the next backup clears away what a former one left unfinished. So nothing is waited for longer than promised.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from threading import Timer

from taizhang.workers import worker

JOBS_END_SECONDS = 2.5
"""When the costly jobs of requests are ended: their threads then come to their end by themselves."""
ALL_ENDS_SECONDS = 4.5
"""When the program ends, with whatever is still under way."""

_log = logging.getLogger(__name__)


def end_in_time() -> None:
    """Begin to end: what is not over by itself in `ALL_ENDS_SECONDS` is ended with the program."""
    for seconds, act in ((JOBS_END_SECONDS, worker.end_all), (ALL_ENDS_SECONDS, _end_now)):
        timer = Timer(seconds, act)
        timer.daemon = True
        timer.start()


def _end_now() -> None:
    worker.end_all()
    waiting = [thread.name for thread in threading.enumerate() if not thread.daemon]
    _log.warning("told to stop: ended in the midst of %s", ", ".join(waiting))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
