from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from tests.service import NOWHERE, Service, database_of, running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service() -> AsyncIterator[Service]:
    async with running() as started:
        yield started


class TestLogin:
    async def test_gives_the_first_administrator_a_token_that_says_who_it_is(self, service: Service) -> None:
        response = await service.log_in("ADMIN@example.org")
        assert response.status_code == 200
        answer = response.json()
        assert (answer["tokenType"], answer["expiresIn"]) == ("Bearer", 900)
        me = await service.get("/v1/auth/me", authorization=f"bearer {answer['accessToken']}")
        assert me.json()["role"] == "admin"
        assert me.json()["email"] == "admin@example.org"

    async def test_refuses_a_wrong_password_and_an_unknown_address_alike(self, service: Service) -> None:
        wrong = await service.log_in(password="wrong")
        unknown = await service.log_in("nobody@example.org", "wrong")
        assert wrong.status_code == unknown.status_code == 401
        assert wrong.headers["www-authenticate"] == "Bearer"
        assert {**wrong.json(), "requestId": ""} == {**unknown.json(), "requestId": ""}

    async def test_holds_back_after_five_failures_a_minute(self, service: Service) -> None:
        statuses = [(await service.log_in("victim@example.org", "guess")).status_code for _ in range(6)]
        assert statuses == [401, 401, 401, 401, 401, 429]
        assert int((await service.log_in("victim@example.org", "guess")).headers["retry-after"]) > 0
        assert (await service.log_in()).status_code == 200

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("", ["/body required"]),
            ("{", ["/body json"]),
            ("[]", ["/body type"]),
            ("{}", ["/body/email required", "/body/password required"]),
            (
                '{"email":"x","password":1,"role":"admin"}',
                ["/body/email length", "/body/password type", "/body/role unknown"],
            ),
            ('{"email":"x y@z","password":""}', ["/body/email format", "/body/password length"]),
            ('{"email":"a@b","password":"' + "x" * 201 + '"}', ["/body/password length"]),
        ],
    )
    async def test_refuses_malformed_bodies(self, service: Service, body: str, expected: list[str]) -> None:
        response = await service.client.post(
            "/v1/auth/login", content=body, headers={"content-type": "application/json"}
        )
        assert response.status_code == 422
        assert [f"{e['pointer']} {e['code']}" for e in response.json()["errors"]] == expected

    async def test_takes_json_only_and_not_too_much_of_it(self, service: Service) -> None:
        post = service.client.post
        assert (await post("/v1/auth/login", content="{}")).status_code == 415
        large = await post(
            "/v1/auth/login", content=b"x" * 70_000, headers={"content-type": "application/json"}
        )
        assert large.status_code == 413
        not_text = await post("/v1/auth/login", content=b"\xff", headers={"content-type": "application/json"})
        assert not_text.json()["errors"][0]["code"] == "json"

    async def test_lets_nobody_in_while_the_attempts_cannot_be_counted(self) -> None:
        async with running(CACHE_URL=NOWHERE["CACHE_URL"]) as other:
            response = await other.log_in()
        assert response.status_code == 503
        assert response.json()["type"] == "/problems/dependency-down"
        assert response.headers["retry-after"] == "5"

    async def test_counts_by_the_callers_address_where_the_proxy_in_between_is_trusted(self) -> None:
        async with running(TRUSTED_PROXIES="127.0.0.1") as other:

            async def guess_from(address: str) -> int:
                response = await other.client.post(
                    "/v1/auth/login",
                    headers={"x-forwarded-for": address},
                    json={"email": "victim@example.org", "password": "guess"},
                )
                return response.status_code

            statuses = [await guess_from("192.0.2.1") for _ in range(6)]
            assert statuses[-1] == 429
            assert await guess_from("192.0.2.2") == 401


class TestFirstAdministrator:
    async def test_gets_the_password_of_the_environment_where_the_database_holds_another(self) -> None:
        async with running() as first:
            assert (await first.log_in()).status_code == 200
            database = first.settings.mongodb_database
            async with running(MONGODB_DATABASE=database, ADMIN_PASSWORD="the-second-password") as second:
                assert (await second.log_in()).status_code == 200
                assert (await second.log_in(password="the-first-password")).status_code == 401

    async def test_is_made_later_where_the_document_store_is_down_at_start(self) -> None:
        async with running(MONGODB_URL=NOWHERE["MONGODB_URL"]) as service:
            assert (await service.log_in()).status_code == 503


class TestMe:
    @pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x", "Basic YTpi"])
    async def test_needs_a_token(self, service: Service, authorization: str) -> None:
        response = await service.get("/v1/auth/me", authorization=authorization)
        assert response.status_code == 401
        assert response.json()["type"] == "/problems/unauthorized"

    async def test_does_not_know_a_disabled_account_nor_does_login(self) -> None:
        async with running() as other:
            assert (await other.ask("/v1/auth/me")).status_code == 200
            async with database_of(other.settings) as database:
                await database["users"].update_many({}, {"$set": {"disabledAt": datetime.now(UTC)}})
            assert (await other.ask("/v1/auth/me")).status_code == 401
            assert (await other.log_in()).status_code == 401
