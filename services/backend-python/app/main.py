"""The service: `create_app` builds it, `main` runs it."""

import logging
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NoReturn

import uvicorn
from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse
from pymongo.errors import PyMongoError
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app import __version__
from app.auth.endpoints import router as auth
from app.auth.limit import LoginLimit
from app.auth.repository import AccountRepository
from app.auth.schemas import Credentials
from app.auth.service import AuthService
from app.auth.tokens import Tokens
from app.cache import ReadThrough
from app.companies.endpoints import router as companies
from app.companies.repository import CompanyRepository
from app.companies.service import CompanyService
from app.config import ConfigError, Settings, read_settings
from app.cursors import CursorCodec
from app.dependencies import Services, require_principal
from app.docs import render_docs
from app.errors import add_problem_handlers
from app.health.endpoints import router as health
from app.health.service import Probes
from app.logs import set_up_logs
from app.metrics import Metrics
from app.openapi import describe
from app.requests import RequestMiddleware
from app.stores import Stores, open_stores
from app.trials.endpoints import router as trials
from app.trials.repository import TrialRepository
from app.trials.service import TrialService

_STOP_SECONDS = 10
_DESCRIPTION = (
    "Clinical trials and the companies behind them. Data: ClinicalTrials.gov, U.S. National Library of"
    " Medicine, modified; gathered by topic, not a random sample."
)

logger = logging.getLogger(__name__)


def create_app(settings: Settings, metrics: Metrics) -> FastAPI:
    """Builds the service; its stores are opened when it starts and closed when it stops."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
        stores = open_stores(settings)
        services = _services(settings, stores)
        await _try_to_make_administrator(services.auth)
        yield {"services": services, "metrics": metrics}
        await stores.close()

    app = FastAPI(
        title="Trials API",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(RequestMiddleware, metrics=metrics)
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))
    add_problem_handlers(app)
    app.include_router(health)
    app.include_router(auth)
    for router in (companies, trials):
        app.include_router(router, dependencies=[Depends(require_principal)])
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]

    @app.get("/docs", include_in_schema=False, response_class=HTMLResponse)
    async def docs() -> str:
        return render_docs(app.openapi())

    return app


def _services(settings: Settings, stores: Stores) -> Services:
    cached = ReadThrough(stores.cache, settings.cache_prefix)
    cursors = CursorCodec(settings.cursor_key)
    tokens = Tokens(settings.jwt_key, settings.jwt_key_id)
    auth = AuthService(
        AccountRepository(stores.documents),
        tokens,
        limit=LoginLimit(stores.cache, settings.cache_prefix),
        administrator=Credentials.model_construct(
            email=settings.admin_email, password=settings.admin_password
        ),
    )

    async def ping_documents() -> None:
        await auth.ensure_administrator()
        await stores.documents.command("ping")

    return Services(
        auth=auth,
        tokens=tokens,
        companies=CompanyService(CompanyRepository(stores.documents), cursors, cached),
        trials=TrialService(TrialRepository(stores.documents), cursors, cached),
        probes=Probes(mongo=ping_documents, neo4j=stores.ping_graph, cache=stores.cache.ping),
    )


async def _try_to_make_administrator(auth: AuthService) -> None:
    try:
        await auth.ensure_administrator()
    except PyMongoError as error:
        message = "the administrator is made once the document store answers"
        logger.warning(message, extra={"reason": str(error)})


def main(environment: Mapping[str, str]) -> NoReturn:
    """Runs the service until it is told to stop: 0 stopped, 2 wrongly configured."""
    try:
        settings = read_settings(environment)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    set_up_logs(settings.service_name, settings.log_level)
    # uvicorn raises the signal again once it has stopped; by then there is nothing left to do.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: sys.exit(0))
    metrics = Metrics()
    app = create_app(settings, metrics)
    metrics.serve(settings.metrics_port)
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
