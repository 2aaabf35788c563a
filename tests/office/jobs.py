"""Jobs of workers as they are on machines that lack something."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

from taizhang.documents.reports.pressing import pressed


def pressed_without_weasyprint(payload: bytes) -> Iterator[bytes]:
    modules: dict[str, Any] = sys.modules  # type: ignore[assignment]  # None: the module is not there
    modules["weasyprint"] = None
    yield from pressed(payload)


def pressed_but_for_one(payload: bytes) -> Iterator[bytes]:
    """Press, but never come to an end with the page of one unit of the demo, wj-02."""
    while "武进区青禾幼儿园党支部".encode() in payload:
        time.sleep(1)
    yield from pressed(payload)
