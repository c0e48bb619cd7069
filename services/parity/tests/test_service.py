import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from parity.comparator import Comparator
from parity.config import Settings
from parity.service import create_app
from tests.conftest import serve, settings_for


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[tuple[httpx.AsyncClient, Comparator]]:
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://parity") as client,
    ):
        yield client, app.state.comparator


def says(body: Any, status: int = 200) -> Any:
    async def answer(_request: Request) -> Response:
        return JSONResponse(body, status)

    return answer


async def test_asks_node_twice_and_python_once_as_the_client_did() -> None:
    async with serve(says({"a": 1})) as node, serve(says({"a": 1.0})) as python:
        async with running(settings_for(node.url, python.url)) as (client, comparator):
            headers = {"Authorization": "Bearer token", "X-Other": "x"}
            for _ in range(2):
                asked = await client.get("/v1/trials/NCT%2f1?q=a%20b", headers=headers)
                assert asked.status_code == 202
            await comparator.settled()
            report = (await client.get("/report")).json()
        assert (len(node.asked), len(python.asked)) == (4, 2)
        request = python.asked[0]
        assert request.scope["raw_path"] == b"/v1/trials/NCT%2f1"
        assert request.url.query == "q=a%20b"
        assert request.headers["authorization"] == "Bearer token"
        assert "x-other" not in request.headers
    endpoint = report["endpoints"]["/v1/trials/{nctId}"]
    assert (endpoint["compared"], endpoint["different"], endpoint["mismatchRate"]) == (2, 0, 0)
    assert endpoint["python"]["requests"] == 2
    assert sum(endpoint["python"]["classes"]) == 2
    assert len(endpoint["python"]["classes"]) == len(report["bounds"]) + 1
    assert report["ignored"] == ["latencyMs", "requestId"]


async def test_publishes_mismatches_errors_and_samples() -> None:
    async with serve(says({"name": "Acme"})) as node, serve(says({"name": "Other"}, 503)) as python:
        async with running(settings_for(node.url, python.url)) as (client, comparator):
            for number in range(5):
                await client.get(f"/v1/companies?q={number}")
            await comparator.settled()
            report = (await client.get("/report")).json()
            metrics = (await client.get("/metrics")).text
    endpoint = report["endpoints"]["/v1/companies"]
    assert (endpoint["different"], endpoint["mismatchRate"], endpoint["python"]["errors"]) == (5, 1, 5)
    assert len(report["samples"]) == 3
    assert report["samples"][0]["differences"] == [{"pointer": "(status)", "node": 200, "python": 503}]
    assert 'parity_comparisons_total{endpoint="/v1/companies",result="different"} 5.0' in metrics
    assert 'parity_errors_total{backend="python",endpoint="/v1/companies"} 5.0' in metrics
    assert 'parity_request_seconds_bucket{backend="node",endpoint="/v1/companies",le="+Inf"} 5.0' in metrics
    assert "parity_dropped_total 0.0" in metrics


async def test_leaves_out_under_load_what_it_cannot_take_and_never_waits() -> None:
    async def slow(_request: Request) -> Response:
        await asyncio.sleep(0.05)
        return JSONResponse({})

    async with serve(slow) as node, serve(slow) as python:
        async with running(settings_for(node.url, python.url, waiting=5)) as (client, comparator):
            started = time.monotonic()
            statuses = [(await client.get("/v1/trials")).status_code for _ in range(50)]
            assert time.monotonic() - started < 2
            await comparator.settled()
            report = (await client.get("/report")).json()
        assert node.busiest <= 2
    dropped = statuses.count(503)
    assert dropped >= 30
    assert report["dropped"] == dropped
    assert report["endpoints"]["/v1/trials"]["compared"] == 50 - dropped


async def test_a_backend_that_is_silent_gone_or_endless_is_an_error_of_its_own() -> None:
    async def endless(_request: Request) -> Response:
        return Response(b"x" * (5 * 2**20))

    async def silent(_request: Request) -> Response:
        await judged.wait()
        return JSONResponse({})

    for broken in (endless, silent):
        judged = asyncio.Event()
        async with serve(says({})) as node, serve(broken) as python:
            async with running(settings_for(node.url, python.url)) as (client, comparator):
                await client.get("/v1/auth/me")
                await comparator.settled()
                judged.set()
                counts = comparator.tally.endpoints["/v1/auth/me"]
                assert (counts.different, counts.python.errors) == (1, 1)
    async with serve(says({})) as python:
        async with running(settings_for("http://127.0.0.1:9", python.url)) as (client, comparator):
            await client.get("/v1/auth/me")
            await comparator.settled()
            counts = comparator.tally.endpoints["/v1/auth/me"]
            assert (counts.compared, counts.unjudged, counts.node.errors) == (0, 1, 1)


async def test_is_up_whatever_the_backends_are_and_takes_reads_of_the_api_alone() -> None:
    async with running(settings_for("http://127.0.0.1:9", "http://127.0.0.1:9")) as (client, _):
        for path in ("/health/live", "/health/ready"):
            assert json.loads((await client.get(path)).text) == {"status": "up"}
        assert (await client.get("/docs")).status_code == 404
        assert (await client.post("/v1/companies")).status_code == 405
