"""What clients send and get."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from planet.arm import Arm

Text = Annotated[str, Field(min_length=1, max_length=500)]
Texts = Annotated[list[Text], Field(max_length=50)]


class _Schema(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", protected_namespaces=()
    )


class PlannedArm(_Schema):
    """An arm as the registry would describe it before the trial begins; values are the registry's."""

    title: Text
    label: Text
    interventions: Annotated[Texts, Field(min_length=1)]
    conditions: Texts = []
    type: Text | None = None
    mesh_ids: Texts = []
    phases: Texts = []
    sex: Text | None = None
    minimum_age: Text | None = None
    maximum_age: Text | None = None
    healthy_volunteers: bool | None = None
    allocation: Text | None = None
    masking: Text | None = None
    primary_purpose: Text | None = None
    sponsor_class: Text | None = None

    def to_arm(self) -> Arm:
        """The same without the edge's types."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in self.model_dump().items()
        }
        return Arm(**values)


class PredictionRequest(_Schema):
    """Which model has to answer (the loaded one by default) about which arm."""

    arm: PlannedArm
    model_id: Text | None = None
    explain: bool = False


class FeatureContribution(_Schema):
    """How much a feature moves the log-odds of the answer."""

    feature: str
    log_odds: float


class Prediction(_Schema):
    """Every prediction says by which model, from which data and for what use."""

    model_id: str
    data_date: str
    evidence: Literal["sufficient", "insufficient-evidence"]
    label: str
    intended_use: str


class SafetyPrediction(Prediction):
    """The probability is absent when nothing is known of what the arm is given."""

    task: Literal["safety"] = "safety"
    probability: float | None
    explanation: list[FeatureContribution] | None = None


class EventProbability(_Schema):
    """One term of the model."""

    term: str
    probability: float
    explanation: list[FeatureContribution] | None = None


class EventsPrediction(Prediction):
    """All terms, the most probable first; none when nothing is known of what the arm is given."""

    task: Literal["adverse-events"] = "adverse-events"
    events: list[EventProbability]


class ModelSummary(_Schema):
    """A model that can be asked for."""

    model_id: str
    tasks: list[str]
    features: int
    terms: int
    card: dict[str, Any]


class ModelList(_Schema):
    """The loaded models."""

    data: list[ModelSummary]


class Live(_Schema):
    """The process answers."""

    status: Literal["up"] = "up"


class Check(_Schema):
    """One thing that the service needs."""

    status: Literal["up", "down"]
    detail: str | None = None


class Checks(_Schema):
    """Everything that the service needs."""

    model: Check


class Readiness(_Schema):
    """Whether predictions can be made."""

    status: Literal["up", "down"]
    checks: Checks
