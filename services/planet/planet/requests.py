"""What happens around every request: its identifier, a log line, a count, the last resort."""

import logging
import re
import time
from uuid import uuid4

from fastapi import Request
from prometheus_client import CollectorRegistry
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from planet.metrics import RequestMetrics
from planet.problems import Problem, problem_response

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

logger = logging.getLogger(__name__)


class RequestMiddleware:
    """The outermost layer; plain ASGI, so that it sees every answer."""

    def __init__(self, app: ASGIApp, *, registry: CollectorRegistry) -> None:
        self._app = app
        self._metrics = RequestMetrics(registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        given = request.headers.get("x-request-id", "")
        request.state.request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid4())
        started = time.monotonic()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request.state.request_id
                headers["cache-control"] = "no-store"
            await send(message)

        with self._metrics.in_flight.track_inprogress():
            try:
                await self._app(scope, receive, send_with_headers)
            except Exception:
                logger.exception("request failed", extra={"requestId": request.state.request_id})
                problem = Problem("internal", "Something went wrong here; the log has it.")
                await problem_response(problem, request)(scope, receive, send_with_headers)
        self._record(request, status, time.monotonic() - started)

    def _record(self, request: Request, status: int, seconds: float) -> None:
        """Health checks come every few seconds and would bury the rest."""
        self._metrics.observe(request.scope, status=status, seconds=seconds)
        quiet = request.url.path.startswith("/health/") and status < 500
        logger.log(
            logging.DEBUG if quiet else logging.INFO,
            "request",
            extra={
                "requestId": request.state.request_id,
                "method": request.method,
                "path": request.url.path,
                "status": status,
                "durationMs": round(seconds * 1000, 1),
            },
        )
