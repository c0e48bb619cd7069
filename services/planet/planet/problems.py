"""Answers that are not a success, as RFC 9457 describes them."""

import json
from collections.abc import Sequence
from typing import Any, Literal

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

ProblemKind = Literal["unauthorized", "not-found", "validation", "internal", "model-not-loaded"]

_PROBLEMS: dict[str, tuple[int, str]] = {
    "unauthorized": (401, "Unauthorized"),
    "not-found": (404, "Not found"),
    "validation": (422, "The request is not valid"),
    "internal": (500, "Internal error"),
    "model-not-loaded": (503, "No model is loaded"),
}

MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """What is wrong with one part of a request; the pointer is /body/arm/title, …"""

    pointer: str
    code: str
    message: str


class ProblemDocument(BaseModel, title="Problem"):
    """The body of a problem answer."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    requestId: str
    errors: list[FieldProblem] | None = None


class Problem(Exception):
    """Raised anywhere, answered as problem+json."""

    def __init__(self, kind: ProblemKind, detail: str, errors: Sequence[FieldProblem] = ()) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = list(errors)


def problem_response(problem: Problem, request: Request) -> Response:
    """The answer that tells a problem."""
    status, title = _PROBLEMS[problem.kind]
    document = ProblemDocument(
        type=f"/problems/{problem.kind}",
        title=title,
        status=status,
        detail=problem.detail,
        instance=request.url.path,
        requestId=request.state.request_id,
        errors=problem.errors or None,
    )
    body = json.dumps(document.model_dump(exclude_none=True), ensure_ascii=False)
    return Response(body, status_code=status, media_type=MEDIA_TYPE)


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem answers of an operation, for its documentation."""
    titles = dict(_PROBLEMS.values())
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"model": ProblemDocument, "description": titles[status], "content": content}
        for status in statuses
    }


def add_problem_handlers(app: FastAPI) -> None:
    """Turns what is raised while a request is answered into problem+json."""

    async def on_problem(request: Request, error: Exception) -> Response:
        return problem_response(_problem_of(error), request)

    for kind in (Problem, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, on_problem)


def _problem_of(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        detail = "Some parts of the request are not valid; see errors."
        return Problem("validation", detail, [_field_problem(each) for each in error.errors()])
    return Problem("not-found", "There is nothing at this address.")


def _field_problem(error: dict[str, Any]) -> FieldProblem:
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in error["loc"]]
    if error["type"] == "json_invalid":
        steps = steps[:1]
    return FieldProblem(pointer="/" + "/".join(steps), code=error["type"], message=error["msg"])
