"""/v1/trials."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.dependencies import TrialsDep
from app.errors import problem_responses
from app.parameters import NctId
from app.responses import json_response
from app.trials.schemas import Trial, TrialListQuery, TrialPage

router = APIRouter(prefix="/v1/trials", tags=["trials"])


@router.get(
    "",
    operation_id="listTrials",
    summary="Trials, page by page",
    response_model=TrialPage,
    responses=problem_responses(401, 422, 503),
)
async def list_trials(query: Annotated[TrialListQuery, Query()], trials: TrialsDep) -> Response:
    return json_response(await trials.list(query))


@router.get(
    "/{nctId}",
    operation_id="getTrial",
    summary="One trial; an obsolete identifier is redirected to the present one",
    response_model=Trial,
    responses={
        301: {"description": "The trial has another identifier now; see Location."},
        **problem_responses(401, 404, 422, 503),
    },
)
async def get_trial(nct_id: Annotated[NctId, Path(alias="nctId")], trials: TrialsDep) -> Response:
    body = await trials.get(nct_id)
    if body is not None:
        return json_response(body)
    return Response(status_code=301, headers={"location": f"/v1/trials/{await trials.current_id(nct_id)}"})
