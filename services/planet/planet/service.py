"""The prediction service: `create_app` builds it, `serve` runs it."""

import logging
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NoReturn

import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Gauge, start_http_server

from planet import __version__
from planet.artifact import Artifact, ModelNotLoaded, load_artifact
from planet.config import ServiceSettings
from planet.endpoints import api, health
from planet.logs import set_up_logs
from planet.problems import add_problem_handlers
from planet.requests import RequestMiddleware
from planet.tokens import TokenVerifier

_STOP_SECONDS = 10

logger = logging.getLogger(__name__)


def create_app(settings: ServiceSettings, registry: CollectorRegistry) -> FastAPI:
    """Builds the service; its model is loaded once, when it starts."""
    loaded = Gauge("planet_model_loaded", "Whether a model is loaded: 1 or 0", registry=registry)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
        artifact = _load(settings)
        loaded.set(artifact is not None)
        yield {"artifact": artifact, "verifier": TokenVerifier(settings.jwt_key, settings.jwt_key_id)}

    app = FastAPI(
        title="Predictions about the arms of trials",
        version=__version__,
        servers=[{"url": "/planet", "description": "behind the gateway"}, {"url": "/"}],
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(RequestMiddleware, registry=registry)
    add_problem_handlers(app)
    app.include_router(api)
    app.include_router(health)
    return app


def _load(settings: ServiceSettings) -> Artifact | None:
    try:
        artifact = load_artifact(settings.model_folder)
    except ModelNotLoaded as error:
        logger.error("no model is loaded", extra={"reason": str(error)})
        return None
    logger.info("model loaded", extra={"modelId": artifact.model_id})
    return artifact


def serve(settings: ServiceSettings) -> NoReturn:
    """Serves until it is told to stop."""
    set_up_logs(settings.service_name, settings.log_level)
    # uvicorn raises the signal again once it has stopped; by then there is nothing left to do.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: sys.exit(0))
    registry = CollectorRegistry()
    app = create_app(settings, registry)
    start_http_server(settings.metrics_port, registry=registry)
    uvicorn.run(
        app,
        host="0.0.0.0",
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    sys.exit(0)
