"""A service under test, served over HTTP."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import jwt
import uvicorn
from prometheus_client import CollectorRegistry

from planet.config import read_service_settings
from planet.service import create_app

KEY = "test-token-key-0123456789-abcdefgh"


def token(**changes: object) -> str:
    """A token as the backends issue it."""
    now = int(time.time())
    claims = {"role": "viewer", "iss": "trials", "aud": "trials-api", "sub": "u1", "jti": str(uuid4())}
    times = {"iat": now, "exp": now + 900}
    header = {"kid": str(changes.pop("kid", "test"))}
    key = str(changes.pop("key", KEY))
    return jwt.encode({**claims, **times, **changes}, key, algorithm="HS256", headers=header)


@asynccontextmanager
async def running(
    models: Path, registry: CollectorRegistry | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """Serves until the block ends; the client has a good token."""
    environment = {"MODEL_FOLDER": str(models), "JWT_KEY": KEY, "JWT_KEY_ID": "test"}
    app = create_app(read_service_settings(environment), registry or CollectorRegistry())
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, proxy_headers=False))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        headers = {"authorization": f"Bearer {token()}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=20) as client:
            yield client
        server.should_exit = True
        await serving
