"""Starts both backends on one seeded database and talks to them over HTTP."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

SERVICES = Path(__file__).resolve().parents[2]
EMAIL = "Admin@Example.org"
PASSWORD = "contract-password-1"
JWT_KEY = "contract-token-key-0123456789abcdef"
COMPARED_HEADERS = ("content-type", "www-authenticate", "location", "cache-control")
_START_SECONDS = 60
_JOB_SECONDS = 300
_CHANGING = ("requestId", "latencyMs")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)

    def comparable(self) -> tuple[int, dict[str, str | None], Any]:
        """Everything in which both backends must agree."""
        headers = {name: self.headers.get(name) for name in COMPARED_HEADERS}
        body = _without_changing(self.json()) if self.text else None
        return self.status, headers, body


@dataclass(frozen=True)
class Backend:
    """A running backend."""

    name: str
    url: str

    def ask(
        self,
        target: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Sends exactly this target; no client library tidies it first."""
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
        try:
            connection.request(method, target, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            received = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, received, response.read().decode())
        finally:
            connection.close()

    def log_in(self, email: str = EMAIL, password: str = PASSWORD) -> Answer:
        return self.post_login(json.dumps({"email": email, "password": password}).encode())

    def post_login(self, body: bytes, content_type: str = "application/json") -> Answer:
        return self.ask("/v1/auth/login", "POST", {"content-type": content_type}, body)


@dataclass(frozen=True)
class Both:
    """Both backends and the database they read."""

    node: Backend
    python: Backend
    database: str


@contextmanager
def running_backends() -> Iterator[Both]:
    """Node first, so that Python proves that it reads what Node wrote, the password's hash included."""
    run = uuid.uuid4().hex[:10]
    database = f"contract_{run}"
    environment = {**os.environ, **_store_settings(database)}
    for job in ("schema", "seed"):
        _run_job(job, environment)
    node = shutil.which("node")
    assert node, "node is not on the PATH"
    with (
        _running("node", [node, "src/main.ts"], {**environment, "ENVIRONMENT": f"node-{run}"}) as first,
        _running(
            "python", [sys.executable, "-m", "app"], {**environment, "ENVIRONMENT": f"python-{run}"}
        ) as second,
    ):
        yield Both(first, second, database)


def store_setting(name: str) -> str:
    """Where a store of the tests is."""
    value = os.environ.get(name)
    if not value:
        pytest.fail(f"{name} is not set: start the stores with services/test-stores.sh", pytrace=False)
    return value


def signed_token(claims: Mapping[str, object], *, key: str = JWT_KEY, **header: str) -> str:
    """A token with exactly these claims, for what no honest issuer would sign."""
    head = {"alg": "HS256", "kid": "contract", "typ": "JWT", **header}
    parts = [_base64url(json.dumps(part).encode()) for part in (head, claims)]
    message = ".".join(parts)
    if head["alg"] == "none":
        return f"{message}."
    return f"{message}.{_base64url(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest())}"


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _store_settings(database: str) -> dict[str, str]:
    return {
        "MONGODB_URL": store_setting("TEST_MONGODB_URL"),
        "MONGODB_DATABASE": database,
        "NEO4J_URL": store_setting("TEST_NEO4J_URL"),
        "NEO4J_USER": store_setting("TEST_NEO4J_USER"),
        "NEO4J_PASSWORD": store_setting("TEST_NEO4J_PASSWORD"),
        "CACHE_URL": store_setting("TEST_CACHE_URL"),
        "JWT_KEY": JWT_KEY,
        "JWT_KEY_ID": "contract",
        "CURSOR_KEY": "contract-cursor-key-0123456789abcde",
        "ADMIN_EMAIL": EMAIL,
        "ADMIN_PASSWORD": PASSWORD,
        "METRICS_PORT": "0",
        "LOG_LEVEL": "warn",
    }


def _run_job(name: str, environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", name],
        cwd=SERVICES / name,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_JOB_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def _running(name: str, command: list[str], environment: dict[str, str]) -> Iterator[Backend]:
    port = _free_port()
    process = subprocess.Popen(
        command, cwd=SERVICES / f"backend-{name}", env={**environment, "PORT": str(port)}
    )
    backend = Backend(name, f"http://127.0.0.1:{port}")
    try:
        _wait_until_ready(backend, process)
        yield backend
    finally:
        process.terminate()
        assert process.wait(20) == 0, f"backend-{name} did not stop in good order"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(backend: Backend, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        assert process.poll() is None, f"backend-{backend.name} stopped while starting"
        try:
            answer = backend.ask("/health/ready")
        except OSError:
            answer = None
        if answer is not None and answer.status == 200:
            return
        assert time.monotonic() < deadline, f"backend-{backend.name} is not ready: {answer}"
        time.sleep(0.1)


def _without_changing(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_changing(part) for part in value]
    if isinstance(value, dict):
        return {key: _without_changing(part) for key, part in value.items() if key not in _CHANGING}
    return value
