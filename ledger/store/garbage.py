"""No search for reference cycles during bulk work.

An append makes very many objects that live until its end and no cycles: looking for cycles among them takes a
quarter of an import's time and finds nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_cycle_search() -> Iterator[None]:
    """Pause the cyclic garbage collector; reference counting goes on."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
