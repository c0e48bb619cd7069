"""/v1/auth."""

from fastapi import APIRouter, Request, Response

from app.auth.schemas import AccessToken, Account, Credentials
from app.bodies import JsonBodyRoute
from app.dependencies import AuthDep, PrincipalDep
from app.errors import problem_responses
from app.responses import json_response

router = APIRouter(prefix="/v1/auth", tags=["auth"], route_class=JsonBodyRoute)


@router.post(
    "/login",
    operation_id="login",
    summary="Exchanges an address and a password for an access token",
    response_model=AccessToken,
    responses=problem_responses(401, 413, 415, 422, 429, 503),
)
async def log_in(credentials: Credentials, request: Request, auth: AuthDep) -> Response:
    address = request.client.host if request.client else ""
    return json_response((await auth.log_in(credentials, address)).json_text())


@router.get(
    "/me",
    operation_id="getMe",
    summary="The account that the token speaks for",
    response_model=Account,
    responses=problem_responses(401, 503),
)
async def get_me(principal: PrincipalDep, auth: AuthDep) -> Response:
    return json_response((await auth.account(principal.user_id)).json_text())
