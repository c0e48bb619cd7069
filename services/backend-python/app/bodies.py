"""Request bodies: JSON of a bounded size."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message

from app.errors import Problem

_MAX_BYTES = 64 * 1024


class JsonBodyRoute(APIRoute):
    """A route that looks at size and type of a body before anything reads it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            if request.method != "POST":
                return await handler(request)
            body = await _bounded_body(request)
            if _media_type(request) != "application/json":
                raise Problem("unsupported-media-type", "The body must be application/json.")

            async def replay() -> Message:
                return {"type": "http.request", "body": body, "more_body": False}

            return await handler(Request(request.scope, replay))

        return guarded


async def _bounded_body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BYTES:
            raise Problem("payload-too-large", "The body is too large.")
    return body


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
