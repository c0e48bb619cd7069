import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio

from app.logs import set_up_logs
from tests.rows import trial_row
from tests.service import NOWHERE, Service, running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service() -> AsyncIterator[Service]:
    async with running() as started:
        yield started


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    handlers, level = logging.root.handlers, logging.root.level
    stream = io.StringIO()
    set_up_logs("backend-python", "debug", stream)
    for not_ours in ("httpx", "httpcore", "uvicorn.access"):
        logging.getLogger(not_ours).setLevel(logging.ERROR)
    yield stream
    logging.root.handlers = handlers
    logging.root.setLevel(level)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


class TestEveryAnswer:
    async def test_says_who_served_it_and_is_not_stored_on_the_way(self, service: Service) -> None:
        headers = (await service.get("/health/live")).headers
        assert (headers["x-served-by"], headers["cache-control"]) == ("python", "no-store")

    async def test_carries_the_identifier_of_its_request(self, service: Service) -> None:
        assert (await service.get("/nope", x_request_id="abc-1")).json()["requestId"] == "abc-1"
        assert len((await service.get("/health/live", x_request_id="a b")).headers["x-request-id"]) == 36

    async def test_is_problem_json_where_it_is_no_success(self, service: Service) -> None:
        response = await service.get("/nope?secret=1")
        assert response.headers["content-type"] == "application/problem+json; charset=utf-8"
        assert response.json()["type"] == "/problems/not-found"
        assert response.json()["instance"] == "/nope"

    @pytest.mark.parametrize("path", ["/v1/trials/a%2Fb", "/v1/trials/%FF"])
    async def test_refuses_an_unreadable_address(self, service: Service, path: str) -> None:
        response = await service.get(path)
        assert response.status_code == 400
        assert response.headers["x-served-by"] == "python"


class TestFaults:
    async def test_of_the_document_store_are_answered_503(self, service: Service) -> None:
        token = (await service.log_in()).json()["accessToken"]
        async with running(MONGODB_URL=NOWHERE["MONGODB_URL"]) as other:
            response = await other.get("/v1/companies", authorization=f"Bearer {token}")
        assert response.status_code == 503
        assert response.json()["type"] == "/problems/dependency-down"

    async def test_of_our_own_are_answered_500_without_their_details(
        self, service: Service, log: io.StringIO
    ) -> None:
        await service.put("trials", trial_row(1, query=None), trial_row(2, query={"startDate": []}))
        response = await service.ask("/v1/trials?sort=startDate&limit=1")
        assert response.status_code == 500
        assert response.json()["type"] == "/problems/internal"
        assert "TypeError" not in response.text
        assert "TypeError" in log.getvalue()


class TestLog:
    async def test_has_one_line_a_request_without_query_and_secrets(
        self, service: Service, log: io.StringIO
    ) -> None:
        await service.get("/v1/trials?q=private", x_request_id="logged-1", authorization="Bearer abc.def")
        await service.log_in(password="guess-in-the-log")
        found = [line for line in lines(log) if line.get("requestId") == "logged-1"]
        assert len(found) == 1
        assert found[0]["service"] == "backend-python"
        assert (found[0]["level"], found[0]["message"]) == ("info", "request")
        assert (found[0]["method"], found[0]["path"], found[0]["status"]) == ("GET", "/v1/trials", 401)
        assert found[0]["time"].endswith("Z")
        for secret in ("private", "abc.def", "guess-in-the-log", service.settings.jwt_key):
            assert secret not in log.getvalue()

    async def test_keeps_health_checks_at_debug(self, service: Service, log: io.StringIO) -> None:
        await service.get("/health/live", x_request_id="health-1")
        assert [line["level"] for line in lines(log) if line.get("requestId") == "health-1"] == ["debug"]


class TestDocumentation:
    async def test_describes_every_operation(self, service: Service) -> None:
        document = (await service.get("/openapi.json")).json()
        assert sorted(document["paths"]) == [
            "/health/live",
            "/health/ready",
            "/v1/auth/login",
            "/v1/auth/me",
            "/v1/companies",
            "/v1/companies/{companyId}",
            "/v1/companies/{companyId}/trials",
            "/v1/trials",
            "/v1/trials/{nctId}",
        ]
        responses = document["paths"]["/v1/trials/{nctId}"]["get"]["responses"]
        assert sorted(responses) == ["200", "301", "401", "404", "422", "503"]

    async def test_is_shown_to_people_without_anything_from_elsewhere(self, service: Service) -> None:
        page = (await service.get("/docs")).text
        assert "GET /v1/trials/{nctId}" in page
        assert "<script" not in page
        assert "https://" not in page
