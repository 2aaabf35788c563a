"""A server of its own that appends: `python -m tests.bench.appending_child URL UNITS NUMBER SERVERS`.

It says "ready". For each line ``FIRST COUNT THREADS`` that comes in it appends its part of so many events, with so many
threads; then it prints when it began and ended and how many they were. It ends when no line comes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from .postgres import at_once, opened
from .postgres_append import _append, shares


class Servers:
    """Servers side by side, one for each of *urls*, whose threads append to units of their own."""

    def __init__(self, urls: Sequence[str], units: int) -> None:
        self._children = [
            subprocess.Popen(
                [
                    *(sys.executable, "-m", "tests.bench.appending_child", url, str(units)),
                    *(str(number), str(len(urls))),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number, url in enumerate(urls)
        ]

    def wait(self) -> None:
        """Wait until all are there."""
        for child in self._children:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"

    def rate(self, first: int, each: int, threads: int = 1) -> float:
        """Let every thread append *each* events, numbered from *first* on; return the appends a second in all."""
        for child in self._children:
            assert child.stdin is not None
            child.stdin.write(f"{first} {each * threads * len(self._children)} {threads}\n")
            child.stdin.flush()
        spans = [json.loads(child.stdout.readline()) for child in self._children if child.stdout is not None]
        took = max(span["end"] for span in spans) - min(span["start"] for span in spans)
        return sum(span["events"] for span in spans) / float(took)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self._children:
            child.communicate(timeout=60)


def in_turn(contenders: dict[str, tuple[Servers, int]], rounds: int, each: int) -> dict[str, list[float]]:
    """Let servers with so many threads append one after the other, *rounds* times.

    Return the rates of each; those of one round stood side by side.
    """
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    first = 10_000_000
    with ExitStack() as stack:
        for servers in {servers for servers, _ in contenders.values()}:
            stack.enter_context(servers).wait()
        for number in range(rounds + 1):
            for name, (servers, threads) in contenders.items():
                # The first round is not counted: whatever is slow the first time.
                rate = servers.rate(first, each if number else 3, threads)
                if number:
                    rates[name].append(rate)
                first += 1_000_000
    return rates


def main(url: str, units: int, number: int, servers: int) -> None:
    """Append what is asked for, each event in a commit of its own: those of its own units."""
    with opened(url) as session:
        session.store.size()
        print("ready", flush=True)
        for line in sys.stdin:
            first, count, threads = map(int, line.split())
            mine = shares(units, first, count, servers * threads)[number * threads :][:threads]
            start = time.time()
            at_once(lambda place: _append(session, mine[place]), threads)  # noqa: B023  # done in this turn
            told = {"start": start, "end": time.time(), "events": sum(map(len, mine))}
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
