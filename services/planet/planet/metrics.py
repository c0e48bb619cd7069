"""What the service tells of itself, in Prometheus's format. Labels are routes, never addresses."""

import math
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, Histogram, ProcessCollector
from starlette.types import Scope

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Where a container's memory limit stands, by the version of control groups.
_MEMORY_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


class RequestMetrics:
    """How requests are answered, and what the process uses."""

    def __init__(self, registry: CollectorRegistry) -> None:
        ProcessCollector(registry=registry)
        limit = Gauge(
            "service_memory_limit_bytes",
            "Memory that the process may use; +Inf without a limit",
            registry=registry,
        )
        limit.set_function(_memory_limit)
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "Time to answer; its count is the number of requests",
            ["method", "route", "status"],
            registry=registry,
        )
        self.in_flight = Gauge("http_requests_in_flight", "Requests being answered", registry=registry)

    def observe(self, scope: Scope, *, status: int, seconds: float) -> None:
        """Counts an answered request."""
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = getattr(scope.get("route"), "path", "none")
        self._seconds.labels(method, route, str(status)).observe(seconds)


def _memory_limit() -> float:
    for file in _MEMORY_LIMITS:
        path = Path(file)
        if path.exists():
            text = path.read_text(encoding="ascii").strip()
            return math.inf if text == "max" else float(text)
    return math.inf
