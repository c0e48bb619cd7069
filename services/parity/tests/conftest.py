"""Two backends of a few lines, each a real server on a free port."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from socket import socket

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from parity.config import Settings

Handler = Callable[[Request], Awaitable[Response]]


class Server(uvicorn.Server):
    """Says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


class Served:
    """A running server that counts what it is asked and at most how much at once."""

    def __init__(self, answer: Handler) -> None:
        self.answer = answer
        self.asked: list[Request] = []
        self.busy = self.busiest = 0
        self.url = ""

    async def handle(self, request: Request) -> Response:
        self.asked.append(request)
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            return await self.answer(request)
        finally:
            self.busy -= 1


@asynccontextmanager
async def serve(answer: Handler) -> AsyncIterator[Served]:
    served = Served(answer)
    app = Starlette(routes=[Route("/{rest:path}", served.handle)])
    server = Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    running = asyncio.create_task(server.serve())
    await server.up.wait()
    served.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield served
    finally:
        server.should_exit = True
        await running


def settings_for(node: str, python: str, **changes: float) -> Settings:
    values = {"port": 8080, "waiting": 100, "concurrency": 2, "samples": 3, "timeout_seconds": 1} | changes
    return Settings(node_url=node, python_url=python, **values)  # type: ignore[arg-type]


@pytest.fixture
def environment() -> dict[str, str]:
    return {"NODE_BACKEND": "node:8080", "PYTHON_BACKEND": "python:8080"}
