"""Trials as the API shows them, and what their lists can be asked."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from app.parameters import CalendarDay, CompanyId, Flag, Limit, QueryModel, SearchText
from app.schemas import Answer, Page

Status = Literal[
    "ACTIVE_NOT_RECRUITING",
    "APPROVED_FOR_MARKETING",
    "AVAILABLE",
    "COMPLETED",
    "ENROLLING_BY_INVITATION",
    "NOT_YET_RECRUITING",
    "NO_LONGER_AVAILABLE",
    "RECRUITING",
    "SUSPENDED",
    "TEMPORARILY_NOT_AVAILABLE",
    "TERMINATED",
    "UNKNOWN",
    "WITHDRAWN",
    "WITHHELD",
]
Phase = Literal["EARLY_PHASE1", "NA", "PHASE1", "PHASE2", "PHASE3", "PHASE4"]
StudyType = Literal["EXPANDED_ACCESS", "INTERVENTIONAL", "OBSERVATIONAL"]
OrganisationClass = Literal[
    "AMBIG", "FED", "INDIV", "INDUSTRY", "NETWORK", "NIH", "OTHER", "OTHER_GOV", "UNKNOWN"
]
TrialSort = Literal["nctId", "-nctId", "startDate", "-startDate", "lastUpdateDate", "-lastUpdateDate"]
DateText = Annotated[str, Field(json_schema_extra={"format": "date"})]


class PartialDate(Answer):
    """The first day that a date can mean, and how exact the registry was."""

    date: DateText
    precision: Literal["year", "month", "day"]


class Organisation(Answer):
    """A sponsor or collaborator of a trial."""

    company_id: str
    name: str
    class_: OrganisationClass = Field(alias="class")


class Enrollment(Answer):
    """How many people take part; the type says whether that is planned or counted."""

    count: int
    type: str | None


class Intervention(Answer):
    """What is tried."""

    type: str
    name: str | None


class Arm(Answer):
    """A group of participants and what it gets."""

    label: str
    type: str | None
    interventions: list[str]


class TrialSummary(Answer):
    """A trial as lists show it."""

    nct_id: str
    brief_title: str
    overall_status: Status
    study_type: StudyType
    phases: list[Phase]
    start_date: PartialDate | None
    last_update_date: DateText
    enrollment: Enrollment | None
    sponsor: Organisation
    conditions: list[str]
    has_results: bool


class Trial(TrialSummary):
    """A trial with all its facts; what the registry leaves out is null or empty."""

    aliases: list[str]
    primary_completion_date: PartialDate | None
    completion_date: PartialDate | None
    allocation: str | None
    masking: str | None
    primary_purpose: str | None
    collaborators: list[Organisation]
    condition_mesh_ids: list[str]
    interventions: list[Intervention]
    intervention_mesh_ids: list[str]
    arms: list[Arm]
    sex: str | None
    minimum_age: str | None
    maximum_age: str | None
    healthy_volunteers: bool | None
    countries: list[str]
    data_version: DateText


class TrialPage(Answer):
    """A page of trials."""

    data: list[TrialSummary]
    page: Page


class TrialPageQuery(QueryModel):
    """What every list of trials can be asked."""

    sort: TrialSort = "nctId"
    limit: Limit = 20
    cursor: str | SkipJsonSchema[None] = None
    count: Flag = False


class TrialListQuery(TrialPageQuery):
    """What GET /v1/trials can be asked."""

    q: SearchText | SkipJsonSchema[None] = None
    condition: SearchText | SkipJsonSchema[None] = None
    phase: tuple[Phase, ...] = ()
    status: tuple[Status, ...] = ()
    study_type: tuple[StudyType, ...] = ()
    sponsor_id: CompanyId | SkipJsonSchema[None] = None
    has_results: Flag | SkipJsonSchema[None] = None
    start_from: CalendarDay | SkipJsonSchema[None] = None
    start_to: CalendarDay | SkipJsonSchema[None] = None


class CompanyTrialQuery(TrialPageQuery):
    """What GET /v1/companies/{companyId}/trials can be asked."""

    role: Literal["any", "lead", "collaborator"] = "any"
