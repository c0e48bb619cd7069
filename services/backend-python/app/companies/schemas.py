"""Companies as the API shows them, and what their list can be asked."""

from typing import Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from app.parameters import Flag, Limit, QueryModel, SearchText
from app.schemas import Answer, Page

CompanyClass = Literal["AMBIG", "FED", "INDIV", "INDUSTRY", "NETWORK", "NIH", "OTHER", "OTHER_GOV", "UNKNOWN"]


class Company(Answer):
    """A sponsor or collaborator with the number of trials it leads or takes part in."""

    company_id: str
    name: str
    aliases: list[str]
    class_: CompanyClass = Field(alias="class")
    trial_count: int
    lead_trial_count: int
    collaborator_trial_count: int


class CompanyPage(Answer):
    """A page of companies."""

    data: list[Company]
    page: Page


class CompanyListQuery(QueryModel):
    """What GET /v1/companies can be asked."""

    q: SearchText | SkipJsonSchema[None] = None
    class_: tuple[CompanyClass, ...] = Field(default=(), alias="class")
    sort: Literal["name", "-name", "trialCount", "-trialCount"] = "name"
    limit: Limit = 20
    cursor: str | SkipJsonSchema[None] = None
    count: Flag = False
