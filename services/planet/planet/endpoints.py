"""/v1: models and predictions; /health."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from planet.arm import Arm
from planet.artifact import Artifact
from planet.model import SAFETY
from planet.problems import Problem, problem_responses
from planet.schemas import (
    Check,
    Checks,
    EventProbability,
    EventsPrediction,
    FeatureContribution,
    Live,
    ModelList,
    ModelSummary,
    PredictionRequest,
    Readiness,
    SafetyPrediction,
)
from planet.tokens import TokenVerifier

_EXPLAINED_FEATURES = 10


def require_token(request: Request) -> None:
    """Demands a bearer token of the API."""
    verifier: TokenVerifier = request.state.verifier
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not verifier.accepts(token.strip()):
        raise Problem("unauthorized", "A valid bearer token is needed.")


def loaded_artifact(request: Request) -> Artifact:
    """The model that was loaded at the start."""
    artifact: Artifact | None = request.state.artifact
    if artifact is None:
        raise Problem("model-not-loaded", "The training job has left no usable model; the log says why.")
    return artifact


ArtifactDep = Annotated[Artifact, Depends(loaded_artifact)]

api = APIRouter(prefix="/v1", dependencies=[Depends(require_token)])
health = APIRouter(prefix="/health", tags=["health"])


@api.get("/models", operation_id="listModels", tags=["models"], responses=problem_responses(401, 503))
async def list_models(artifact: ArtifactDep) -> ModelList:
    """The loaded model with its card."""
    return ModelList(data=[_summary(artifact)])


@api.get(
    "/models/{model_id}", operation_id="getModel", tags=["models"], responses=problem_responses(401, 404, 503)
)
async def get_model(model_id: str, artifact: ArtifactDep) -> ModelSummary:
    """A model with its card: metrics, data, code, limitations."""
    return _summary(_asked_for(model_id, artifact))


@api.post(
    "/predictions/safety",
    operation_id="predictSafety",
    tags=["predictions"],
    response_model_exclude_unset=True,
    responses=problem_responses(401, 404, 422, 503),
)
async def predict_safety(body: PredictionRequest, artifact: ArtifactDep) -> SafetyPrediction:
    """How probable it is that many people of the arm have a serious adverse event."""
    arm = body.arm.to_arm()
    model = _asked_for(body.model_id, artifact).model
    known = model.knows_intervention(arm)
    prediction = SafetyPrediction(
        **_provenance(artifact, SAFETY, known),
        task="safety",
        probability=model.probabilities(arm)[SAFETY] if known else None,
    )
    if body.explain and known:
        prediction.explanation = _explanation(artifact, arm, SAFETY)
    return prediction


@api.post(
    "/predictions/adverse-events",
    operation_id="predictAdverseEvents",
    tags=["predictions"],
    response_model_exclude_unset=True,
    responses=problem_responses(401, 404, 422, 503),
)
async def predict_adverse_events(body: PredictionRequest, artifact: ArtifactDep) -> EventsPrediction:
    """How probable each common adverse event is."""
    arm = body.arm.to_arm()
    model = _asked_for(body.model_id, artifact).model
    known = model.knows_intervention(arm)
    found = model.probabilities(arm) if known else {}
    events = [EventProbability(term=term, probability=p) for term, p in found.items() if term != SAFETY]
    events.sort(key=lambda event: (-event.probability, event.term))
    if body.explain:
        for event in events:
            event.explanation = _explanation(artifact, arm, event.term)
    return EventsPrediction(
        **_provenance(artifact, "adverse-events", known), task="adverse-events", events=events
    )


@health.get("/live", operation_id="getLive")
async def get_live() -> Live:
    """Whether the process answers."""
    return Live(status="up")


@health.get("/ready", operation_id="getReady", responses={503: {"model": Readiness}})
async def get_ready(request: Request, response: Response) -> Readiness:
    """Whether a model is loaded."""
    if request.state.artifact is not None:
        return Readiness(status="up", checks=Checks(model=Check(status="up")))
    response.status_code = 503
    return Readiness(status="down", checks=Checks(model=Check(status="down", detail="no model is loaded")))


def _asked_for(model_id: str | None, artifact: Artifact) -> Artifact:
    if model_id not in (None, artifact.model_id):
        raise Problem("not-found", f"The loaded model is {artifact.model_id}; there is no {model_id}.")
    return artifact


def _summary(artifact: Artifact) -> ModelSummary:
    return ModelSummary(
        model_id=artifact.model_id,
        tasks=[SAFETY, "adverse-events"],
        features=len(artifact.model.vocabulary),
        terms=len(artifact.model.heads) - 1,
        card=dict(artifact.card),
    )


def _provenance(artifact: Artifact, task: str, known: bool) -> dict[str, str]:
    return {
        "model_id": artifact.model_id,
        "data_date": artifact.card["data"]["date"],
        "evidence": "sufficient" if known else "insufficient-evidence",
        "label": artifact.card["labels"][task],
        "intended_use": artifact.card["intendedUse"],
    }


def _explanation(artifact: Artifact, arm: Arm, head: str) -> list[FeatureContribution]:
    strongest = artifact.model.explain(arm, head, _EXPLAINED_FEATURES)
    return [FeatureContribution(feature=each.feature, log_odds=each.log_odds) for each in strongest]
