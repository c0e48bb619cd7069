from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from tests.rows import nct_id, trial_row
from tests.service import NOWHERE, Service, database_of, running


def day(date: str) -> dict[str, str]:
    return {"date": date, "precision": "day"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service() -> AsyncIterator[Service]:
    async with running() as started:
        await started.put(
            "trials",
            trial_row(1, startDate=day("2019-01-01"), briefTitle="Aspirin in Asthma"),
            trial_row(2, startDate=day("2020-06-15"), conditions=["Asthma"], phases=["PHASE1", "PHASE2"]),
            trial_row(3, phases=[], overallStatus="RECRUITING", hasResults=True, lastUpdateDate="2021-01-01"),
            trial_row(
                4,
                startDate=day("2021-12-31"),
                studyType="OBSERVATIONAL",
                phases=["NA"],
                sponsor={"companyId": "beta", "name": "Beta", "class": "NIH"},
            ),
        )
        await started.put("trial_aliases", {"_id": "NCT00000099", "nctId": nct_id(1)})
        yield started


async def listed(service: Service, query: str) -> dict[str, Any]:
    page: dict[str, Any] = (await service.ask(f"/v1/trials{query}")).json()
    return page


def numbers(page: dict[str, Any]) -> list[int]:
    return [int(row["nctId"][3:]) for row in page["data"]]


class TestListTrials:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", [1, 2, 3, 4]),
            ("?sort=-nctId", [4, 3, 2, 1]),
            ("?sort=startDate", [3, 1, 2, 4]),
            ("?sort=-startDate", [4, 2, 1, 3]),
            ("?sort=-lastUpdateDate", [3, 4, 2, 1]),
            ("?q=asthm", [1, 2]),
            ("?q=asthma+aspirin", [1]),
            ("?q=nct00000003", [3]),
            ("?condition=asthma", [2]),
            ("?phase=PHASE1", [2]),
            ("?phase=PHASE1&phase=NA", [2, 4]),
            ("?status=RECRUITING", [3]),
            ("?studyType=OBSERVATIONAL", [4]),
            ("?sponsorId=beta", [4]),
            ("?hasResults=true", [3]),
            ("?hasResults=false", [1, 2, 4]),
            ("?startFrom=2020-06-15", [2, 4]),
            ("?startTo=2020-06-15", [1, 2]),
            ("?startFrom=2020-01-01&startTo=2020-12-31", [2]),
            ("?q=aspirin&status=RECRUITING", []),
        ],
    )
    async def test_filters_and_sorts(self, service: Service, query: str, expected: list[int]) -> None:
        assert numbers(await listed(service, query)) == expected

    async def test_shows_every_row_once_although_rows_go_between_pages(self, service: Service) -> None:
        first = await listed(service, "?limit=2&count=true")
        assert first["page"]["total"] == 4
        async with database_of(service.settings) as database:
            await database["trials"].delete_one({"_id": nct_id(1)})
        second = await listed(service, f"?limit=2&cursor={first['page']['nextCursor']}")
        assert numbers(second) == [3, 4]
        assert second["page"]["nextCursor"] is None
        await service.put("trials", trial_row(1))

    @pytest.mark.parametrize("value", ["2023-02-29", "2023-2-1", "0000-01-01", "soon"])
    async def test_refuses_what_is_no_day(self, service: Service, value: str) -> None:
        response = await service.ask(f"/v1/trials?startFrom={value}")
        assert response.json()["errors"] == [
            {"pointer": "/query/startFrom", "code": "format", "message": "must be a date, YYYY-MM-DD"}
        ]


class TestGetTrial:
    async def test_answers_with_all_facts_and_null_for_absent_ones(self, service: Service) -> None:
        body = (await service.ask(f"/v1/trials/{nct_id(2)}")).json()
        assert body["nctId"] == nct_id(2)
        assert body["allocation"] is None
        assert body["interventions"] == [{"type": "DRUG", "name": None}]
        assert not {"query", "contentHash", "_id"} & set(body)

    async def test_redirects_an_obsolete_identifier(self, service: Service) -> None:
        response = await service.ask("/v1/trials/NCT00000099")
        assert (response.status_code, response.headers["location"]) == (301, f"/v1/trials/{nct_id(1)}")
        assert response.text == ""

    @pytest.mark.parametrize(("path", "status"), [("NCT00000077", 404), ("nct00000001", 422)])
    async def test_tells_absent_from_impossible(self, service: Service, path: str, status: int) -> None:
        assert (await service.ask(f"/v1/trials/{path}")).status_code == status


class TestCache:
    async def test_answers_a_list_again_until_the_generation_of_the_data_changes(
        self, service: Service
    ) -> None:
        before = (await service.ask("/v1/trials?limit=3")).text
        async with database_of(service.settings) as database:
            await database["trials"].update_one({"_id": nct_id(2)}, {"$set": {"briefTitle": "Renamed"}})
        assert (await service.ask("/v1/trials?limit=3")).text == before
        async with Redis.from_url(service.settings.cache_url) as cache:
            await cache.incr(f"{service.settings.cache_prefix}gen:trials")
        assert "Renamed" in (await service.ask("/v1/trials?limit=3")).text

    async def test_keeps_an_item_under_the_key_of_the_contract(self, service: Service) -> None:
        body = (await service.ask(f"/v1/trials/{nct_id(3)}")).text
        async with Redis.from_url(service.settings.cache_url, decode_responses=True) as cache:
            assert await cache.get(f"{service.settings.cache_prefix}trial:{nct_id(3)}") == body

    async def test_may_be_down(self, service: Service) -> None:
        token = (await service.log_in()).json()["accessToken"]
        async with running(CACHE_URL=NOWHERE["CACHE_URL"]) as other:
            await other.put("trials", trial_row(4))
            headers = {"authorization": f"Bearer {token}"}
            assert (await other.client.get("/v1/trials?limit=1", headers=headers)).status_code == 200
            assert (await other.client.get(f"/v1/trials/{nct_id(4)}", headers=headers)).status_code == 200
