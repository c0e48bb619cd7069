import asyncio
import json
import os
import signal
import socket
import sys
from pathlib import Path

import httpx
from pymongo import MongoClient

from tests.service import environment_for_tests

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


class TestProcess:
    async def test_listens_answers_and_stops_in_good_order_when_told_to(self) -> None:
        environment = {
            **environment_for_tests(),
            "PORT": str(free_port()),
            "METRICS_PORT": str(free_port()),
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app",
            cwd=ROOT,
            env={**environment, "PATH": os.environ["PATH"]},
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        async for line in process.stdout:
            if b"Uvicorn running" in line:
                break
        async with httpx.AsyncClient() as client:
            url = f"http://127.0.0.1:{environment['PORT']}"
            assert (await client.get(f"{url}/health/ready")).status_code == 200
            await client.get(f"{url}/v1/trials?q=private")
            await client.request("PROPFIND", f"{url}/nowhere")
            told = (await client.get(f"http://127.0.0.1:{environment['METRICS_PORT']}/metrics")).text
            assert (await client.get(f"{url}/metrics")).status_code == 404
        process.send_signal(signal.SIGTERM)
        rest = (await process.stdout.read()).decode()
        assert await process.wait() == 0
        assert [json.loads(line)["path"] for line in rest.splitlines() if '"path"' in line] == [
            "/v1/trials",
            "/nowhere",
            "/metrics",
        ]
        assert "private" not in rest + told
        for route, status, method in (
            ("/health/ready", 200, "GET"),
            ("/v1/trials", 401, "GET"),
            ("none", 404, "other"),
        ):
            labels = f'{{method="{method}",route="{route}",status="{status}"}}'
            assert f"http_request_duration_seconds_count{labels} 1.0" in told
        assert 'dependency_up{dependency="mongo"} 1.0' in told
        assert "http_requests_in_flight 0.0" in told
        assert "service_memory_limit_bytes " in told
        with MongoClient[dict[str, object]](environment["MONGODB_URL"]) as mongo:
            mongo.drop_database(environment["MONGODB_DATABASE"])
