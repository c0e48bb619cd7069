"""A service under test: served over HTTP, on a database of its own."""

import asyncio
import os
import socket
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import uvicorn
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from app.config import Settings, read_settings
from app.main import create_app
from app.metrics import Metrics

NOWHERE = {
    "MONGODB_URL": "mongodb://127.0.0.1:1",
    "NEO4J_URL": "bolt://127.0.0.1:1",
    "CACHE_URL": "redis://127.0.0.1:1",
}


def store_setting(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        pytest.fail(f"{name} is not set: start the stores with services/test-stores.sh", pytrace=False)
    return value


def environment_for_tests() -> dict[str, str]:
    run = uuid.uuid4().hex[:12]
    return {
        "PORT": "0",
        "METRICS_PORT": "0",
        "ENVIRONMENT": run,
        "MONGODB_URL": store_setting("TEST_MONGODB_URL"),
        "MONGODB_DATABASE": f"python_{run}",
        "NEO4J_URL": store_setting("TEST_NEO4J_URL"),
        "NEO4J_USER": store_setting("TEST_NEO4J_USER"),
        "NEO4J_PASSWORD": store_setting("TEST_NEO4J_PASSWORD"),
        "CACHE_URL": store_setting("TEST_CACHE_URL"),
        "JWT_KEY": "test-token-key-0123456789-abcdefgh",
        "JWT_KEY_ID": "test",
        "CURSOR_KEY": "test-cursor-key-0123456789-abcdefg",
        "ADMIN_EMAIL": "admin@example.org",
        "ADMIN_PASSWORD": "the-first-password",
    }


@dataclass
class Service:
    settings: Settings
    client: httpx.AsyncClient
    token: str | None = None

    async def get(self, url: str, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(url, headers=named)

    async def ask(self, url: str) -> httpx.Response:
        """Asks with the administrator's token."""
        if self.token is None:
            self.token = (await self.log_in()).json()["accessToken"]
        return await self.get(url, authorization=f"Bearer {self.token}")

    async def log_in(self, email: str | None = None, password: str | None = None) -> httpx.Response:
        credentials = {
            "email": email or self.settings.admin_email,
            "password": password or self.settings.admin_password,
        }
        return await self.client.post("/v1/auth/login", json=credentials)

    async def put(self, collection: str, *rows: Mapping[str, Any]) -> None:
        async with database_of(self.settings) as database:
            await database[collection].insert_many([dict(row) for row in rows])


@asynccontextmanager
async def database_of(settings: Settings) -> AsyncIterator[AsyncDatabase[dict[str, Any]]]:
    async with AsyncMongoClient[dict[str, Any]](settings.mongodb_url) as client:
        yield client[settings.mongodb_database]


@asynccontextmanager
async def running(**changes: str) -> AsyncIterator[Service]:
    """Serves until the block ends."""
    settings = read_settings({**environment_for_tests(), **changes})
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings, Metrics()), log_config=None, access_log=False, proxy_headers=False
        )
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=url, timeout=20) as client:
            yield Service(settings, client)
        server.should_exit = True
        await serving
    if settings.mongodb_url != NOWHERE["MONGODB_URL"]:
        async with AsyncMongoClient[dict[str, Any]](settings.mongodb_url) as mongo:
            await mongo.drop_database(settings.mongodb_database)
