"""What is counted for Prometheus: requests by route, how long they took, the ledger's growth, open streams.

A registry of its own for each app. Labels are bounded: routes by their template, never by what a visitor typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taizhang import __version__
from taizhang.app.installation import settings_of
from taizhang.app.ledger import OpenLedger
from taizhang.app.quota import Kind
from taizhang.health.figures import figures
from taizhang.health.machine import ledger_bytes
from taizhang.web.http.line import Lines
from taizhang.web.http.live import Watcher

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; 0.15 is what a unit's page may take at most (issue 3)."""


class Metrics:
    """The figures of one server."""

    def __init__(
        self, session: OpenLedger, evidence: Path, watcher: Watcher, lines: Callable[[], Lines | None]
    ) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "taizhang_requests",
            "Requests answered, by method, route and status",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.latency = Histogram(
            "taizhang_request_seconds",
            "Seconds until an answer began, by route",
            ("route",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.registry.register(_OfTheLedger(session, evidence, watcher, lines))

    def exposition(self) -> bytes:
        """Return all figures in Prometheus' text form."""
        return generate_latest(self.registry)


class _OfTheLedger:
    """Figures that are looked up when they are asked for."""

    def __init__(
        self, session: OpenLedger, evidence: Path, watcher: Watcher, lines: Callable[[], Lines | None]
    ) -> None:
        self._session = session
        self._evidence = evidence
        self._watcher = watcher
        self._lines = lines

    def describe(self) -> list[Metric]:
        """Name nothing beforehand: registering must not read the ledger."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the ledger's figures as they are now."""
        yield CounterMetricFamily(
            "taizhang_events_appended",
            "Events in the ledger, whoever appended them",
            value=self._session.store.size(),
        )
        size = ledger_bytes(self._session.store)
        if size is not None:
            yield GaugeMetricFamily("taizhang_ledger_bytes", "Size of the ledger's file", value=size)
        limits, now = self._session.settings.limits, self._session.clock()
        used = GaugeMetricFamily(
            "taizhang_quota_used_ratio",
            "How much of its day's measure the fullest account or unit has used",
            labels=("what",),
        )
        for kind in Kind:
            used.add_metric((kind.value,), self._session.quota.fullest(kind, limits, now))
        yield used
        yield CounterMetricFamily(
            "taizhang_quota_refused",
            "Times that somebody was refused for want of measure",
            value=self._session.quota.refused,
        )
        for name, meaning, values in figures(self._session, settings_of(self._session.url), self._evidence):
            make = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
            labelled = [label for label, _ in values if label]
            family = make(name.removesuffix("_total"), meaning, labels=("what",) if labelled else ())
            for label, value in values:
                family.add_metric((label,) if labelled else (), value)
            yield family
        yield from _of_lines(self._lines())
        yield GaugeMetricFamily(
            "taizhang_open_pages", "Pages that listen for changes", value=self._watcher.listeners
        )
        version = GaugeMetricFamily("taizhang_build", "The program's version", labels=("version",))
        version.add_metric((__version__,), 1)
        yield version


def _of_lines(lines: Lines | None) -> Iterator[Metric]:
    """Yield how long the lines are in which costly work waits; before the server serves there are none."""
    if lines is None:
        return
    working = GaugeMetricFamily("taizhang_line_working", "Costly work that is being done", labels=("line",))
    waiting = GaugeMetricFamily("taizhang_line_waiting", "Costly work that waits", labels=("line",))
    refused = CounterMetricFamily("taizhang_line_refused", "Costly work told to come again", labels=("line",))
    for name, line in lines.by_name.items():
        working.add_metric((name,), line.working)
        waiting.add_metric((name,), line.waiting)
        refused.add_metric((name,), line.refused)
    yield from (working, waiting, refused)


class Measured:
    """Counts and times every request. Plain ASGI."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = perf_counter()
        method = scope["method"] if scope["method"] in METHODS else "other"

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = _route(scope)
                self._metrics.requests.labels(method, route, message["status"]).inc()
                self._metrics.latency.labels(route).observe(perf_counter() - begun)
            await send(message)

        await self.app(scope, receive, noting)


def _route(scope: Scope) -> str:
    # What a route matched has been written into the scope by the time it answers.
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) and path else "none"
