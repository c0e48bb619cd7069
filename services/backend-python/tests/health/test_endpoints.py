import asyncio

import pytest

from tests.service import NOWHERE, running


class TestLive:
    async def test_answers_although_no_store_does(self) -> None:
        async with running(**NOWHERE) as service:
            response = await service.get("/health/live")
        assert (response.status_code, response.json()) == (200, {"status": "up"})


class TestReady:
    async def test_is_up_when_every_store_answers(self) -> None:
        async with running() as service:
            response = await service.get("/health/ready")
        assert response.status_code == 200
        assert response.json()["status"] == "up"
        assert {check["status"] for check in response.json()["checks"].values()} == {"up"}

    async def test_is_degraded_but_ready_without_the_cache(self) -> None:
        async with running(CACHE_URL=NOWHERE["CACHE_URL"]) as service:
            response = await service.get("/health/ready")
        assert response.status_code == 200
        assert response.json()["status"] == "degraded"

    @pytest.mark.parametrize(
        ("name", "changes"),
        [
            ("mongo", {"MONGODB_URL": NOWHERE["MONGODB_URL"]}),
            ("neo4j", {"NEO4J_URL": NOWHERE["NEO4J_URL"]}),
            ("neo4j", {"NEO4J_PASSWORD": "wrong"}),
        ],
    )
    async def test_is_down_without_a_required_store(self, name: str, changes: dict[str, str]) -> None:
        async with running(**changes) as service:
            response = await service.get("/health/ready")
        assert response.status_code == 503
        assert response.json()["status"] == "down"
        assert response.json()["checks"][name]["status"] == "down"

    async def test_does_not_wait_for_ever_for_a_store_that_accepts_and_never_answers(self) -> None:
        ended = asyncio.Event()

        async def accept(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await ended.wait()
            writer.close()

        silent = await asyncio.start_server(accept, "127.0.0.1", 0)
        address = f"127.0.0.1:{silent.sockets[0].getsockname()[1]}"
        async with running(NEO4J_URL=f"bolt://{address}", CACHE_URL=f"redis://{address}") as service:
            response = await service.get("/health/ready")
        assert response.status_code == 503
        checks = response.json()["checks"]
        assert (checks["neo4j"]["status"], checks["cache"]["status"]) == ("down", "down")
        ended.set()
        silent.close()
