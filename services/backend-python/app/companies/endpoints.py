"""/v1/companies."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.companies.schemas import Company, CompanyListQuery, CompanyPage
from app.dependencies import CompaniesDep, TrialsDep
from app.errors import problem_responses
from app.parameters import CompanyId
from app.responses import json_response
from app.trials.schemas import CompanyTrialQuery, TrialPage

router = APIRouter(prefix="/v1/companies", tags=["companies"])

CompanyIdPath = Annotated[CompanyId, Path(alias="companyId")]


@router.get(
    "",
    operation_id="listCompanies",
    summary="Companies, page by page",
    response_model=CompanyPage,
    responses=problem_responses(401, 422, 503),
)
async def list_companies(query: Annotated[CompanyListQuery, Query()], companies: CompaniesDep) -> Response:
    return json_response(await companies.list(query))


@router.get(
    "/{companyId}",
    operation_id="getCompany",
    summary="One company",
    response_model=Company,
    responses=problem_responses(401, 404, 422, 503),
)
async def get_company(company_id: CompanyIdPath, companies: CompaniesDep) -> Response:
    return json_response(await companies.get(company_id))


@router.get(
    "/{companyId}/trials",
    operation_id="listCompanyTrials",
    summary="The trials that a company leads or takes part in, page by page",
    response_model=TrialPage,
    responses=problem_responses(401, 404, 422, 503),
)
async def list_company_trials(
    company_id: CompanyIdPath,
    query: Annotated[CompanyTrialQuery, Query()],
    companies: CompaniesDep,
    trials: TrialsDep,
) -> Response:
    await companies.get(company_id)
    return json_response(await trials.list_of_company(company_id, query))
