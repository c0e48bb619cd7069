import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from planet.arm import Arm
from planet.artifact import load_artifact
from tests.service import running, token

ARM = {
    "title": "Pembrolizumab in advanced lung cancer",
    "label": "Pembrolizumab",
    "interventions": ["Drug: Pembrolizumab"],
    "conditions": ["Non-small Cell Lung Cancer"],
    "phases": ["PHASE3"],
    "sex": "ALL",
    "minimumAge": "18 Years",
}


@pytest.fixture(scope="module")
async def client(model_folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with running(model_folder) as made:
        yield made


async def predict(client: httpx.AsyncClient, task: str = "safety", **body: Any) -> httpx.Response:
    return await client.post(f"/v1/predictions/{task}", json={"arm": ARM, **body})


class TestSafety:
    async def test_answers_what_the_model_says_with_where_it_is_from(
        self, client: httpx.AsyncClient, model_folder: Path
    ) -> None:
        artifact = load_artifact(model_folder)
        arm = Arm(
            title=ARM["title"],  # type: ignore[arg-type]
            label="Pembrolizumab",
            interventions=("Drug: Pembrolizumab",),
            conditions=("Non-small Cell Lung Cancer",),
            phases=("PHASE3",),
            sex="ALL",
            minimum_age="18 Years",
        )
        response = await predict(client)
        assert response.status_code == 200
        body = response.json()
        assert abs(body["probability"] - artifact.model.probabilities(arm)["safety"]) < 1e-6
        assert body["probability"] > 0.5
        assert (body["modelId"], body["dataDate"], body["task"]) == (
            artifact.model_id,
            "2026-03-13",
            "safety",
        )
        assert body["evidence"] == "sufficient"
        assert "Not medical advice" in body["intendedUse"]
        assert "explanation" not in body

    async def test_explains_when_it_is_asked_to(self, client: httpx.AsyncClient) -> None:
        explanation = (await predict(client, explain=True)).json()["explanation"]
        assert len(explanation) == 10
        sizes = [abs(each["logOdds"]) for each in explanation]
        assert sizes == sorted(sizes, reverse=True)

    async def test_abstains_when_it_knows_nothing_of_the_drug(self, client: httpx.AsyncClient) -> None:
        unknown = {**ARM, "interventions": ["Drug: Xqzzwv"]}
        body = (await predict(client, arm=unknown, explain=True)).json()
        assert (body["evidence"], body["probability"]) == ("insufficient-evidence", None)


class TestAdverseEvents:
    async def test_answers_every_term_the_most_probable_first(self, client: httpx.AsyncClient) -> None:
        events = (await predict(client, "adverse-events")).json()["events"]
        assert {"nausea", "headache", "fatigue"} <= {event["term"] for event in events}
        chances = [event["probability"] for event in events]
        assert chances == sorted(chances, reverse=True)
        assert set(events[0]) == {"term", "probability"}

    async def test_explains_each_term_and_abstains_alike(self, client: httpx.AsyncClient) -> None:
        explained = (await predict(client, "adverse-events", explain=True)).json()["events"]
        assert all(len(event["explanation"]) == 10 for event in explained)
        unknown = {**ARM, "interventions": ["Xqzzwv"]}
        assert (await predict(client, "adverse-events", arm=unknown)).json()["events"] == []


class TestModels:
    async def test_shows_the_loaded_model_with_its_card(self, client: httpx.AsyncClient) -> None:
        [model] = (await client.get("/v1/models")).json()["data"]
        assert model["terms"] > 40
        assert model["card"]["metrics"]["safety, temporal"]["auroc"] > 0.8
        assert (await client.get(f"/v1/models/{model['modelId']}")).json() == model
        assert (await predict(client, modelId=model["modelId"])).status_code == 200

    async def test_knows_no_other(self, client: httpx.AsyncClient) -> None:
        for response in (await client.get("/v1/models/other"), await predict(client, modelId="other")):
            assert (response.status_code, response.json()["type"]) == (404, "/problems/not-found")


class TestProblems:
    async def test_tells_everything_that_is_wrong_with_a_request(self, client: httpx.AsyncClient) -> None:
        wrong = {"title": "", "label": "x", "interventions": [], "enrolment": 5}
        response = await predict(client, arm=wrong)
        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"
        body = response.json()
        assert body["type"] == "/problems/validation"
        assert {error["pointer"] for error in body["errors"]} == {
            "/body/arm/title",
            "/body/arm/interventions",
            "/body/arm/enrolment",
        }

    async def test_says_that_a_body_is_no_json(self, client: httpx.AsyncClient) -> None:
        response = await client.post(
            "/v1/predictions/safety", content="{", headers={"content-type": "application/json"}
        )
        assert response.status_code == 422
        assert [error["pointer"] for error in response.json()["errors"]] == ["/body"]

    @pytest.mark.parametrize(
        "bad",
        [
            "nonsense",
            token(kid="other"),
            token(key="k" * 32),
            token(exp=int(time.time()) - 60),
            token(aud="others"),
            token(role="nobody"),
        ],
    )
    async def test_demands_a_token_of_the_api(self, client: httpx.AsyncClient, bad: str) -> None:
        response = await client.get("/v1/models", headers={"authorization": f"Bearer {bad}"})
        assert (response.status_code, response.json()["type"]) == (401, "/problems/unauthorized")

    async def test_has_nothing_elsewhere_and_keeps_the_number_of_a_request(
        self, client: httpx.AsyncClient
    ) -> None:
        response = await client.get("/v1/nothing", headers={"x-request-id": "mine-01"})
        assert (response.status_code, response.headers["x-request-id"]) == (404, "mine-01")
        assert response.json()["requestId"] == "mine-01"
        odd = await client.get("/v1/nothing", headers={"x-request-id": "a b"})
        assert odd.json()["requestId"] == odd.headers["x-request-id"] != "a b"

    async def test_is_up_but_not_ready_without_a_model(self, tmp_path: Path) -> None:
        async with running(tmp_path) as client:
            assert (await client.get("/health/live")).status_code == 200
            ready = await client.get("/health/ready")
            assert (ready.status_code, ready.json()["checks"]["model"]["status"]) == (503, "down")
            response = await predict(client)
            assert (response.status_code, response.json()["type"]) == (503, "/problems/model-not-loaded")

    async def test_answers_a_fault_of_its_own_as_a_problem_too(
        self, model_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("planet.model.LinearModel.probabilities", lambda *_: 1 / 0)
        async with running(model_folder) as client:
            response = await predict(client)
        assert (response.status_code, response.json()["type"]) == (500, "/problems/internal")


class TestOperations:
    async def test_is_ready_with_a_model_and_counts_requests_by_route(self, model_folder: Path) -> None:
        registry = CollectorRegistry()
        async with running(model_folder, registry) as client:
            assert (await client.get("/health/ready")).json()["status"] == "up"
            await predict(client)
        metrics = generate_latest(registry).decode()
        assert "planet_model_loaded 1.0" in metrics
        labels = '{method="POST",route="/v1/predictions/safety",status="200"}'
        assert f"http_request_duration_seconds_count{labels} 1.0" in metrics
        assert "service_memory_limit_bytes " in metrics

    async def test_documents_itself(self, client: httpx.AsyncClient) -> None:
        document = (await client.get("/openapi.json")).json()
        assert "/v1/predictions/safety" in document["paths"]
        answers = document["paths"]["/v1/predictions/safety"]["post"]["responses"]
        assert set(answers) >= {"200", "401", "404", "422", "503"}
