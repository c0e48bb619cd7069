"""What the gateway sends copies to, and what the operations and Prometheus read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from parity.comparator import Comparator, Copy
from parity.compare import IGNORED_FIELDS
from parity.config import Settings

_COPIED = ("authorization", "accept")


def create_app(settings: Settings) -> Starlette:
    """Builds the service; the state has its comparator as `comparator`."""
    comparator = Comparator(settings)
    registry = CollectorRegistry()
    registry.register(comparator.tally)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await comparator.start()
        yield
        await comparator.stop()

    async def up(_request: Request) -> Response:
        return JSONResponse({"status": "up"})

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    async def report(_request: Request) -> Response:
        counts = comparator.tally.report()
        return JSONResponse(
            {**counts, "ignored": sorted(IGNORED_FIELDS), "samples": comparator.samples.latest()}
        )

    async def copy(request: Request) -> Response:
        headers = {name: request.headers[name] for name in _COPIED if name in request.headers}
        path = request.scope["raw_path"].decode("ascii")
        query = request.scope["query_string"].decode("ascii")
        taken = comparator.offer(Copy(path, query, headers))
        return Response(status_code=202 if taken else 503)

    app = Starlette(
        lifespan=lifespan,
        routes=[
            Route("/health/live", up),
            Route("/health/ready", up),
            Route("/metrics", metrics),
            Route("/report", report),
            Route("/v1/{rest:path}", copy, methods=["GET"]),
        ],
    )
    app.state.comparator = comparator
    return app
