"""Tells Prometheus's push gateway how the job went. A job that is killed leaves a start without an end."""

import sys
import time
from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Gauge, pushadd_to_gateway

_PATIENCE_SECONDS = 5

Environment = Mapping[str, str]


def with_outcome(environment: Environment, run: Callable[[Environment], int]) -> int:
    """Runs the job and pushes its start and its end where PUSHGATEWAY_URL says; gives its exit code.

    That nobody takes the outcome is no failure of the job.
    """
    url = environment.get("PUSHGATEWAY_URL")
    if not url:
        return run(environment)
    job = environment.get("JOB_NAME") or "migration"
    _push(url, job, {"job_last_run_start_timestamp_seconds": ("When the last run started", time.time())})
    started = time.monotonic()
    code = run(environment)
    values = {
        "job_last_run_success": ("Whether the last run succeeded: 1 or 0", float(code == 0)),
        "job_last_run_end_timestamp_seconds": ("When the last run ended", time.time()),
        "job_last_run_duration_seconds": ("How long the last run took", time.monotonic() - started),
    }
    _push(url, job, values)
    return code


def _push(url: str, job: str, values: Mapping[str, tuple[str, float]]) -> None:
    registry = CollectorRegistry()
    for name, (meaning, value) in values.items():
        Gauge(name, meaning, registry=registry).set(value)
    try:
        pushadd_to_gateway(url, job=job, registry=registry, timeout=_PATIENCE_SECONDS)
    except OSError as error:
        sys.stdout.write(f"{job}: the push gateway does not take the outcome ({type(error).__name__})\n")
