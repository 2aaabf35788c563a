"""Coroutines of tests that need no browser, apart from playwright, which keeps a loop running in the tests' thread."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def run_alone(scene: Coroutine[Any, Any, Result]) -> Result:
    """Run *scene* in a thread and a loop of its own, and return what comes of it."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, scene).result()
