"""What the service tells of itself: Prometheus metrics on a port that neither the gateway nor people reach.

Labels are routes, never addresses: their number is bounded and they hold no secret.
"""

import math
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    start_http_server,
)
from starlette.types import Scope

from app.health.schemas import Readiness

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Where a container's memory limit stands, by the version of control groups.
_MEMORY_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


class Metrics:
    """The metrics of one process."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        limit = Gauge(
            "service_memory_limit_bytes",
            "Memory that the process may use; +Inf without a limit",
            registry=registry,
        )
        limit.set_function(_memory_limit)
        self._registry = registry
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "Time to answer; its count is the number of requests",
            ["method", "route", "status"],
            buckets=_BUCKETS,
            registry=registry,
        )
        self.in_flight = Gauge("http_requests_in_flight", "Requests being answered", registry=registry)
        self._dependency_up = Gauge(
            "dependency_up",
            "Whether a store answered when readiness was asked for last: 1 or 0",
            ["dependency"],
            registry=registry,
        )

    def observe(self, scope: Scope, *, status: int, seconds: float) -> None:
        """Counts an answered request."""
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = getattr(scope.get("route"), "path", "none")
        self._seconds.labels(method, route, str(status)).observe(seconds)

    def note_dependencies(self, readiness: Readiness) -> None:
        """Keeps what a readiness check found."""
        for dependency, check in readiness.checks:
            self._dependency_up.labels(dependency).set(check.status == "up")

    def serve(self, port: int) -> None:
        """Serves the metrics from a thread of its own, until the process ends."""
        start_http_server(port, registry=self._registry)


def _memory_limit() -> float:
    for file in _MEMORY_LIMITS:
        path = Path(file)
        if path.exists():
            text = path.read_text(encoding="ascii").strip()
            return math.inf if text == "max" else float(text)
    return math.inf
