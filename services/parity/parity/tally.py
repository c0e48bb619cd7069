"""Counts per endpoint and backend, as JSON for the operations and for Prometheus."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from parity.compare import Answer, Verdict

BOUNDS = tuple(round(0.001 * 1.4**step, 6) for step in range(26))
"""Upper ends of the classes of latency, seconds: 1 ms to 4.5 s, each 40 percent wider."""

_BACKENDS = ("node", "python")


@dataclass
class Backend:
    """What one backend did at one endpoint."""

    requests: int = 0
    errors: int = 0
    seconds: float = 0.0
    classes: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    """Answers per class of latency; the last one has no end."""

    def add(self, answer: Answer) -> None:
        self.requests += 1
        self.errors += answer.failed
        self.seconds += answer.seconds
        self.classes[bisect_left(BOUNDS, answer.seconds)] += 1


@dataclass
class Endpoint:
    """What was found at one endpoint."""

    compared: int = 0
    different: int = 0
    unjudged: int = 0
    node: Backend = field(default_factory=Backend)
    python: Backend = field(default_factory=Backend)


class Tally(Collector):
    """All counts since the service started."""

    def __init__(self) -> None:
        self.started_at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.dropped = 0
        self.endpoints: dict[str, Endpoint] = {}

    def add(self, name: str, node: Answer, python: Answer, verdict: Verdict) -> None:
        """Counts one comparison."""
        endpoint = self.endpoints.setdefault(name, Endpoint())
        endpoint.node.add(node)
        endpoint.python.add(python)
        if verdict.judged:
            endpoint.compared += 1
            endpoint.different += bool(verdict.differences)
        else:
            endpoint.unjudged += 1

    def report(self) -> dict[str, Any]:
        """Counts as JSON; who wants rates asks twice."""
        return {
            "startedAt": self.started_at,
            "dropped": self.dropped,
            "bounds": list(BOUNDS),
            "endpoints": {
                name: {
                    "compared": endpoint.compared,
                    "different": endpoint.different,
                    "unjudged": endpoint.unjudged,
                    "mismatchRate": round(endpoint.different / max(endpoint.compared, 1), 6),
                    "node": vars(endpoint.node),
                    "python": vars(endpoint.python),
                }
                for name, endpoint in sorted(self.endpoints.items())
            },
        }

    def collect(self) -> Iterator[Metric]:
        """The same for Prometheus."""
        dropped = CounterMetricFamily("parity_dropped", "Requests left out under load")
        dropped.add_metric([], self.dropped)
        yield dropped
        results = CounterMetricFamily("parity_comparisons", "Comparisons", labels=["endpoint", "result"])
        errors = CounterMetricFamily(
            "parity_errors", "Answers of 500 and more, or none", labels=["endpoint", "backend"]
        )
        latency = HistogramMetricFamily(
            "parity_request_seconds", "Time to answer a copy", labels=["endpoint", "backend"]
        )
        for name, endpoint in self.endpoints.items():
            results.add_metric([name, "equal"], endpoint.compared - endpoint.different)
            results.add_metric([name, "different"], endpoint.different)
            results.add_metric([name, "unjudged"], endpoint.unjudged)
            for backend in _BACKENDS:
                counts: Backend = getattr(endpoint, backend)
                errors.add_metric([name, backend], counts.errors)
                latency.add_metric([name, backend], _buckets(counts), counts.seconds)
        yield from (results, errors, latency)


def _buckets(counts: Backend) -> list[tuple[str, float]]:
    total, buckets = 0, []
    for end, count in zip([*map(str, BOUNDS), "+Inf"], counts.classes, strict=True):
        total += count
        buckets.append((end, float(total)))
    return buckets
