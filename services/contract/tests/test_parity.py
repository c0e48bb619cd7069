import json
import time

import pytest
from jsonschema import Draft202012Validator

from tests.backends import Answer, Both, signed_token
from tests.requests import (
    AUTHORIZATIONS,
    LOGIN_BODIES,
    OTHER_METHODS,
    WITH_TOKEN,
    WITHOUT_TOKEN,
)
from tests.schemas import problem_schema, response_schema


def check_contract(target: str, method: str, answer: Answer) -> None:
    if answer.status == 301:
        assert answer.text == ""
        return
    schema = response_schema(target, method, answer.status)
    if schema is None:
        assert answer.headers["content-type"] == "application/problem+json; charset=utf-8"
        schema = problem_schema()
    Draft202012Validator(schema).validate(answer.json())


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def ask_both(both: Both, target: str, method: str = "GET", headers: dict[str, str] | None = None) -> Answer:
    node, python = (backend.ask(target, method, headers) for backend in (both.node, both.python))
    assert python.comparable() == node.comparable()
    return node


class TestSameAnswer:
    @pytest.mark.parametrize("target", WITH_TOKEN)
    def test_with_a_token(self, both: Both, token: str, target: str) -> None:
        first = ask_both(both, target, headers=bearer(token))
        check_contract(target, "GET", first)
        assert ask_both(both, target, headers=bearer(token)).comparable() == first.comparable(), "cached"

    @pytest.mark.parametrize("target", WITHOUT_TOKEN)
    def test_without_a_token(self, both: Both, target: str) -> None:
        check_contract(target, "GET", ask_both(both, target))

    @pytest.mark.parametrize("value", AUTHORIZATIONS)
    def test_with_a_useless_authorization(self, both: Both, value: str) -> None:
        assert ask_both(both, "/v1/trials?limit=0", headers={"authorization": value}).status == 401

    @pytest.mark.parametrize("body", LOGIN_BODIES, ids=lambda body: body[:40].decode("latin-1"))
    def test_to_a_malformed_login(self, both: Both, body: bytes) -> None:
        node, python = both.node.post_login(body), both.python.post_login(body)
        assert python.comparable() == node.comparable()
        assert node.status in (413, 422)

    @pytest.mark.parametrize("content_type", ["text/plain", "", "application/x-www-form-urlencoded"])
    def test_to_a_login_that_is_not_json(self, both: Both, content_type: str) -> None:
        node, python = (b.post_login(b"{}", content_type) for b in (both.node, both.python))
        assert python.comparable() == node.comparable()
        assert node.status == 415

    @pytest.mark.parametrize(("method", "target"), OTHER_METHODS)
    def test_to_a_method_that_is_not_there(self, both: Both, token: str, method: str, target: str) -> None:
        assert ask_both(both, target, method, headers=bearer(token)).status == 404


class TestHeaders:
    def test_say_who_served(self, both: Both) -> None:
        served = [b.ask("/health/live").headers["x-served-by"] for b in (both.node, both.python)]
        assert served == ["node", "python"]

    @pytest.mark.parametrize("given", ["abc-123", "A.b_c", "x" * 64])
    def test_a_request_identifier_comes_back(self, both: Both, given: str) -> None:
        for backend in (both.node, both.python):
            answer = backend.ask("/v1/trials", headers={"x-request-id": given})
            assert answer.headers["x-request-id"] == given
            assert answer.json()["requestId"] == given

    @pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a{b}"])
    def test_an_unfit_request_identifier_is_replaced(self, both: Both, given: str) -> None:
        for backend in (both.node, both.python):
            answer = backend.ask("/health/live", headers={"x-request-id": given})
            assert len(answer.headers["x-request-id"]) == 36


class TestTokens:
    def test_each_backend_accepts_the_others(self, both: Both) -> None:
        for issuer, other in ((both.node, both.python), (both.python, both.node)):
            token = issuer.log_in().json()["accessToken"]
            account = other.ask("/v1/auth/me", headers=bearer(token))
            assert account.status == 200
            assert account.json() == issuer.ask("/v1/auth/me", headers=bearer(token)).json()

    @pytest.mark.parametrize(
        ("changes", "header", "status"),
        [
            ({}, {}, 200),
            ({"exp": 20}, {}, 200),
            ({"exp": -20}, {}, 200),
            ({"exp": -40}, {}, 401),
            ({"iss": "other"}, {}, 401),
            ({"aud": "other"}, {}, 401),
            ({"role": "root"}, {}, 401),
            ({"role": "viewer"}, {}, 200),
            ({"sub": None}, {}, 401),
            ({"exp": None}, {}, 401),
            ({"jti": None}, {}, 401),
            ({}, {"kid": "other"}, 401),
            ({}, {"alg": "none"}, 401),
            ({}, {"alg": "HS512"}, 401),
            ({}, {"key": "another-key-0123456789-0123456789-abc"}, 401),
        ],
    )
    def test_both_draw_the_line_at_the_same_place(
        self, both: Both, changes: dict[str, object], header: dict[str, str], status: int
    ) -> None:
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": "trials",
            "aud": "trials-api",
            "sub": "usr_x",
            "jti": "1",
            "role": "admin",
            "iat": now - 900,
            "exp": now + 60,
        }
        for name, change in changes.items():
            claims[name] = now + change if name == "exp" and isinstance(change, int) else change
        present = {name: claim for name, claim in claims.items() if claim is not None}
        token = signed_token(present, **header)
        answers = [b.ask("/v1/companies?limit=1", headers=bearer(token)) for b in (both.node, both.python)]
        assert [answer.status for answer in answers] == [status, status]

    def test_a_token_without_an_account_knows_nobody(self, both: Both) -> None:
        now = int(time.time())
        token = signed_token(
            {
                "iss": "trials",
                "aud": "trials-api",
                "sub": "usr_gone",
                "jti": "1",
                "role": "admin",
                "iat": now,
                "exp": now + 60,
            }
        )
        assert ask_both(both, "/v1/auth/me", headers=bearer(token)).status == 401


class TestLogin:
    def test_refuses_alike_whether_or_not_the_account_exists(self, both: Both) -> None:
        for backend in (both.node, both.python):
            unknown = backend.log_in("nobody@example.org", "wrong-password")
            wrong = backend.log_in(password="wrong-password")
            assert unknown.comparable() == wrong.comparable()
            assert unknown.status == 401

    def test_holds_back_after_five_failures_a_minute(self, both: Both) -> None:
        answers = []
        for backend in (both.node, both.python):
            statuses = [backend.log_in("guessed@example.org", f"guess-{n}").status for n in range(6)]
            assert statuses == [401, 401, 401, 401, 401, 429]
            answers.append(backend.log_in("guessed@example.org", "guess"))
            assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert answers[0].comparable() == answers[1].comparable()

    def test_a_success_forgives_the_failures_before_it(self, both: Both) -> None:
        for backend in (both.node, both.python):
            for _ in range(3):
                assert [backend.log_in(password="no").status for _ in range(3)] == [401] * 3
                assert backend.log_in().status == 200

    def test_ignores_the_case_of_the_address(self, both: Both) -> None:
        assert both.node.log_in(" admin@EXAMPLE.org".strip()).status == 200
        assert both.python.log_in("ADMIN@example.ORG").status == 200


class TestCursors:
    @pytest.mark.parametrize(
        "listing",
        [
            "/v1/trials?q=asthma&limit=37",
            "/v1/trials?q=asthma&limit=37&sort=-startDate",
            "/v1/trials?condition=heart&sort=startDate&limit=100",
            "/v1/trials?phase=PHASE3&sort=-lastUpdateDate&limit=100",
            "/v1/companies?q=univ&limit=97&sort=-trialCount",
            "/v1/companies?class=INDUSTRY&limit=100&sort=name",
            "/v1/companies/pfizer/trials?limit=7&sort=-startDate",
        ],
    )
    def test_a_walk_that_changes_backends_sees_every_row_once(
        self, both: Both, token: str, listing: str
    ) -> None:
        seen: list[str] = []
        target, turn, total = f"{listing}&count=true", 0, None
        while True:
            backend = (both.node, both.python)[turn % 2]
            page = backend.ask(target, headers=bearer(token)).json()
            seen += [row.get("nctId") or row["companyId"] for row in page["data"]]
            total = page["page"].get("total", total)
            if page["page"]["nextCursor"] is None:
                break
            target, turn = f"{listing}&cursor={page['page']['nextCursor']}", turn + 1
        assert turn > 1
        assert len(seen) == len(set(seen)) == total

    def test_a_cursor_is_good_for_its_own_list_and_order_only(self, both: Both, token: str) -> None:
        page = both.node.ask("/v1/trials?limit=1", headers=bearer(token)).json()
        cursor = page["page"]["nextCursor"]
        for target in (
            f"/v1/trials?limit=1&sort=-nctId&cursor={cursor}",
            f"/v1/companies?cursor={cursor}",
            f"/v1/companies/pfizer/trials?cursor={cursor}",
            f"/v1/trials?cursor={cursor}x",
            f"/v1/trials?cursor={cursor}.x",
            f"/v1/trials?cursor={cursor[:-2]}",
            f"/v1/trials?cursor=x{cursor}",
        ):
            answer = ask_both(both, target, headers=bearer(token))
            assert answer.status == 422
            assert answer.json()["errors"][0]["pointer"] == "/query/cursor"

    def test_json_is_written_alike(self, both: Both, token: str) -> None:
        for target in ("/v1/trials?limit=100", "/v1/companies?limit=100", "/v1/trials/NCT07040332"):
            texts = [b.ask(target, headers=bearer(token)).text for b in (both.node, both.python)]
            assert texts[0] == texts[1]
            assert json.dumps(json.loads(texts[0]), ensure_ascii=False, separators=(",", ":")) == texts[0]
