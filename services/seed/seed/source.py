"""Reads the trial facts: one JSON object a line, compressed or not."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from seed.dates import PartialDate, parse_partial_date

SponsorClass = Literal["NIH", "FED", "OTHER_GOV", "INDIV", "INDUSTRY", "NETWORK", "AMBIG", "OTHER", "UNKNOWN"]
Phase = Literal["NA", "EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4"]
StudyType = Literal["INTERVENTIONAL", "OBSERVATIONAL", "EXPANDED_ACCESS"]
Status = Literal[
    "ACTIVE_NOT_RECRUITING",
    "COMPLETED",
    "ENROLLING_BY_INVITATION",
    "NOT_YET_RECRUITING",
    "RECRUITING",
    "SUSPENDED",
    "TERMINATED",
    "WITHDRAWN",
    "AVAILABLE",
    "NO_LONGER_AVAILABLE",
    "TEMPORARILY_NOT_AVAILABLE",
    "APPROVED_FOR_MARKETING",
    "WITHHELD",
    "UNKNOWN",
]


def _checked_date(text: str) -> str:
    parse_partial_date(text)
    return text


DateText = Annotated[str, AfterValidator(_checked_date)]
NctId = Annotated[str, Field(pattern=r"^NCT[0-9]{8}$")]
NonBlank = Annotated[str, Field(pattern=r"\S")]


class _Record(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True)


class Organisation(_Record):
    name: NonBlank
    class_: SponsorClass = Field(alias="class")


class Enrollment(_Record):
    count: Annotated[int, Field(ge=0)]
    type: str | None = None


class Intervention(_Record):
    type: str
    name: str | None


class Arm(_Record):
    label: str
    type: str | None = None
    interventions: tuple[str, ...] = ()


class TrialRecord(_Record):
    """One trial as the facts file holds it; what the registry leaves out is None or empty."""

    nct_id: NctId
    nct_id_aliases: tuple[NctId, ...] = ()
    brief_title: NonBlank
    overall_status: Status
    study_type: StudyType
    phases: tuple[Phase, ...] = ()
    start_date: DateText | None = None
    primary_completion_date: DateText | None = None
    completion_date: DateText | None = None
    last_update_date: DateText
    allocation: str | None = None
    masking: str | None = None
    primary_purpose: str | None = None
    enrollment: Enrollment | None = None
    sponsor: Organisation
    collaborators: tuple[Organisation, ...] = ()
    conditions: tuple[NonBlank, ...] = ()
    condition_mesh_ids: tuple[str, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    intervention_mesh_ids: tuple[str, ...] = ()
    arms: tuple[Arm, ...] = ()
    sex: str | None = None
    minimum_age: str | None = None
    maximum_age: str | None = None
    healthy_volunteers: bool | None = None
    countries: tuple[str, ...] = ()
    has_results: bool
    data_version: DateText


@dataclass
class Facts:
    """What a facts file held: the readable trials and the reasons why lines were refused."""

    trials: list[TrialRecord] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def read_facts(path: Path) -> Facts:
    """All trials of a file; a bad line is refused with its number and reason and stops nothing."""
    facts = Facts()
    seen: set[str] = set()
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            trial = TrialRecord.model_validate_json(line)
        except ValidationError as error:
            facts.refused.append(f"line {number}: {_first_reason(error)}")
            continue
        if trial.nct_id in seen:
            facts.refused.append(f"line {number}: {trial.nct_id} occurs twice")
            continue
        seen.add(trial.nct_id)
        facts.trials.append(trial)
    return facts


def partial_date(text: str | None) -> PartialDate | None:
    """The date of an optional field."""
    return None if text is None else parse_partial_date(text)


def content_hash(content: object) -> str:
    """A hash that changes exactly when the content does."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _lines(path: Path) -> Iterator[str]:
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as stream:
        yield from stream


def _first_reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "line"
    return f"{place}: {first['msg']}"
