from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.rows import company_row, nct_id, trial_row
from tests.service import Service, running

BETA = {"companyId": "beta", "name": "Beta", "class": "NIH"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service() -> AsyncIterator[Service]:
    async with running() as started:
        await started.put(
            "companies",
            company_row("acme", name="Acme Pharma", trialCount=3),
            company_row("beta", **{"name": "Bêta Institute", "class": "NIH", "trialCount": 2}),
            company_row("gamma", name="gamma (pharma)", trialCount=2),
        )
        await started.put(
            "trials", trial_row(1, collaborators=[BETA]), trial_row(2, sponsor=BETA), trial_row(3)
        )
        yield started


async def listed(service: Service, query: str) -> dict[str, Any]:
    page: dict[str, Any] = (await service.ask(f"/v1/companies{query}")).json()
    return page


class TestListCompanies:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["acme", "beta", "gamma"]),
            ("?sort=-name", ["gamma", "beta", "acme"]),
            ("?sort=-trialCount", ["acme", "gamma", "beta"]),
            ("?q=PHARMA", ["acme", "gamma"]),
            ("?q=beta+inst", ["beta"]),
            ("?q=pharma.*", ["acme", "gamma"]),
            ("?q=harma", []),
            ("?class=NIH", ["beta"]),
            ("?class=NIH&class=FED", ["beta"]),
        ],
    )
    async def test_filters_and_sorts(self, service: Service, query: str, expected: list[str]) -> None:
        page = await listed(service, query)
        assert [row["companyId"] for row in page["data"]] == expected

    async def test_tells_the_total_only_to_those_who_ask(self, service: Service) -> None:
        assert "total" not in (await listed(service, "?limit=1"))["page"]
        assert (await listed(service, "?limit=1&count=true"))["page"]["total"] == 3

    async def test_goes_on_where_the_page_before_ended(self, service: Service) -> None:
        seen: list[str] = []
        cursor = ""
        while True:
            page = await listed(service, f"?sort=trialCount&limit=1{cursor}")
            seen += [row["companyId"] for row in page["data"]]
            if page["page"]["nextCursor"] is None:
                break
            cursor = f"&cursor={page['page']['nextCursor']}"
        assert seen == ["beta", "gamma", "acme"]

    async def test_takes_no_cursor_of_another_order(self, service: Service) -> None:
        cursor = (await listed(service, "?limit=1"))["page"]["nextCursor"]
        response = await service.ask(f"/v1/companies?sort=-name&cursor={cursor}")
        assert response.status_code == 422
        assert response.json()["errors"][0]["pointer"] == "/query/cursor"

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("?limit=0", "range"),
            ("?limit=101", "range"),
            ("?limit=1e1", "type"),
            ("?count=1", "type"),
            ("?q=", "length"),
            ("?q=" + "a" * 201, "length"),
            ("?q=.", "format"),
            ("?class=x", "enum"),
            ("?nope=1", "unknown"),
            ("?cursor=%C3%BC", "cursor"),
        ],
    )
    async def test_refuses_what_it_does_not_know(self, service: Service, query: str, code: str) -> None:
        response = await service.ask(f"/v1/companies{query}")
        assert response.status_code == 422
        assert [error["code"] for error in response.json()["errors"]] == [code]


class TestGetCompany:
    async def test_answers_without_what_is_stored_for_searching(self, service: Service) -> None:
        assert (await service.ask("/v1/companies/acme")).json() == {
            "companyId": "acme",
            "name": "Acme Pharma",
            "aliases": [],
            "class": "INDUSTRY",
            "trialCount": 3,
            "leadTrialCount": 1,
            "collaboratorTrialCount": 0,
        }

    @pytest.mark.parametrize(("path", "status"), [("nobody", 404), ("No_Body", 422), ("", 404)])
    async def test_tells_absent_from_impossible(self, service: Service, path: str, status: int) -> None:
        assert (await service.ask(f"/v1/companies/{path}")).status_code == status


class TestListCompanyTrials:
    @pytest.mark.parametrize(
        ("query", "expected"), [("", [1, 2]), ("?role=lead", [2]), ("?role=collaborator", [1])]
    )
    async def test_tells_roles_apart(self, service: Service, query: str, expected: list[int]) -> None:
        page = (await service.ask(f"/v1/companies/beta/trials{query}")).json()
        assert [row["nctId"] for row in page["data"]] == [nct_id(number) for number in expected]

    async def test_answers_404_for_a_company_that_does_not_exist(self, service: Service) -> None:
        assert (await service.ask("/v1/companies/nobody/trials")).status_code == 404
