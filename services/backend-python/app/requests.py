"""What happens around every request: its identifier, common headers, one log line, one measurement."""

import logging
import re
import time
from urllib.parse import unquote_to_bytes
from uuid import uuid4

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Problem, bad_address, problem_response, raw_path
from app.metrics import Metrics

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})|%2[Ff]")

logger = logging.getLogger(__name__)


class RequestMiddleware:
    """The outermost layer of ours; plain ASGI, so that it sees every answer."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        request.state.request_id = request_id_of(request)
        started = time.monotonic()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_common_headers(MutableHeaders(scope=message), request.state.request_id)
            await send(message)

        with self._metrics.in_flight.track_inprogress():
            await self._answer(request, receive, send_with_headers)
        seconds = time.monotonic() - started
        self._metrics.observe(request.scope, status=status, seconds=seconds)
        _log_answer(request, status, seconds)

    async def _answer(self, request: Request, receive: Receive, send: Send) -> None:
        try:
            if not _is_readable(raw_path(request.scope)):
                raise bad_address()
            await self._app(request.scope, receive, send)
        except Problem as problem:
            await problem_response(problem, request)(request.scope, receive, send)
        except Exception:
            logger.exception("request failed", extra={"requestId": request.state.request_id})
            internal = Problem("internal", "Something went wrong here; the log has it.")
            await problem_response(internal, request)(request.scope, receive, send)


def request_id_of(request: Request) -> str:
    """The identifier that a caller gave its request, or a new one where it gave none that fits a log line."""
    given = request.headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else str(uuid4())


def _is_readable(path: str) -> bool:
    if _BAD_PERCENT.search(path):
        return False
    try:
        unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        return False
    return True


def _add_common_headers(headers: MutableHeaders, request_id: str) -> None:
    headers["x-request-id"] = request_id
    headers["x-served-by"] = "python"
    headers["cache-control"] = "no-store"


def _log_answer(request: Request, status: int, seconds: float) -> None:
    """One line a request. Health checks come every few seconds and would bury the rest."""
    path = raw_path(request.scope)
    quiet = path.startswith("/health/") and status < 500
    logger.log(
        logging.DEBUG if quiet else logging.INFO,
        "request",
        extra={
            "requestId": request.state.request_id,
            "method": request.method,
            "path": path,
            "status": status,
            "durationMs": round(seconds * 1000, 1),
        },
    )
