"""Answers that are not a success, as RFC 9457 describes them; docs name them by `/problems/<kind>`."""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from pymongo.errors import ConnectionFailure
from starlette.exceptions import HTTPException

ProblemKind = Literal[
    "bad-request",
    "unauthorized",
    "not-found",
    "payload-too-large",
    "unsupported-media-type",
    "validation",
    "rate-limited",
    "internal",
    "dependency-down",
]

_PROBLEMS: dict[ProblemKind, tuple[int, str]] = {
    "bad-request": (400, "Bad request"),
    "unauthorized": (401, "Unauthorized"),
    "not-found": (404, "Not found"),
    "payload-too-large": (413, "Payload too large"),
    "unsupported-media-type": (415, "Unsupported media type"),
    "validation": (422, "The request is not valid"),
    "rate-limited": (429, "Too many requests"),
    "internal": (500, "Internal error"),
    "dependency-down": (503, "A dependency is down"),
}

_MESSAGES: dict[str, tuple[str, str]] = {
    "missing": ("required", "is required"),
    "string_type": ("type", "must be a string"),
    "model_attributes_type": ("type", "must be an object"),
    "dict_type": ("type", "must be an object"),
    "json_invalid": ("json", "is not valid JSON"),
    "string_pattern_mismatch": ("format", "does not have the right form"),
    "greater_than_equal": ("range", "must be at least {ge}"),
    "less_than_equal": ("range", "must be at most {le}"),
    "string_too_long": ("length", "must have at most {max_length} characters"),
}

logger = logging.getLogger(__name__)


class FieldProblem(BaseModel):
    """What is wrong with one part of a request; the pointer is /query/limit, /body/email, …"""

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
    errors: list[FieldProblem] = Field(default_factory=list)


class Problem(Exception):
    """Raised anywhere, answered as problem+json."""

    def __init__(
        self,
        kind: ProblemKind,
        detail: str,
        *,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.status, self.title = _PROBLEMS[kind]
        self.detail = detail
        self.errors = sorted(errors, key=lambda error: error.pointer)
        self.headers = dict(headers or {})


def validation_problem(errors: Sequence[FieldProblem]) -> Problem:
    """The problem of a request whose parts do not fit the contract, told all at once."""
    return Problem("validation", "Some parts of the request are not valid; see errors.", errors=errors)


def bad_address() -> Problem:
    """The problem of a request whose address cannot be decoded."""
    return Problem("bad-request", "The address of the request cannot be read.")


def problem_response(problem: Problem, request: Request) -> Response:
    """The answer that tells a problem."""
    body: dict[str, Any] = {
        "type": f"/problems/{problem.kind}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": raw_path(request.scope),
        "requestId": request.state.request_id,
    }
    if problem.errors:
        body["errors"] = [error.model_dump() for error in problem.errors]
    return Response(
        json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        status_code=problem.status,
        headers=problem.headers,
        media_type="application/problem+json; charset=utf-8",
    )


def raw_path(scope: Mapping[str, Any]) -> str:
    """The path as it was sent, still percent-encoded, without the query."""
    raw: bytes = scope["raw_path"]
    return raw.split(b"?", 1)[0].decode("latin-1")


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem answers of an operation, for its documentation."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {
            "description": _DESCRIPTIONS[status],
            "content": {"application/problem+json": {"schema": schema}},
        }
        for status in statuses
    }


_DESCRIPTIONS = {
    401: "Not logged in",
    404: "Not found",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "The request is not valid",
    429: "Too many attempts",
    503: "A dependency is down",
}


def add_problem_handlers(app: FastAPI) -> None:
    """Turns what is raised while a request is answered into problem+json."""

    async def on_problem(request: Request, error: Exception) -> Response:
        return problem_response(_problem_of(error), request)

    for kind in (Problem, RequestValidationError, HTTPException, ConnectionFailure):
        app.add_exception_handler(kind, on_problem)


def _problem_of(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return validation_problem(_field_problems(error.errors()))
    if isinstance(error, ConnectionFailure):
        logger.error("the document store is down", extra={"reason": str(error)})
        return Problem("dependency-down", "The document store does not answer; try again later.")
    if isinstance(error, HTTPException) and error.status_code == 400:
        return validation_problem([_field_problem({"type": "json_invalid", "loc": ("body",)})])
    return Problem("not-found", "There is nothing at this address.")


def _field_problems(errors: Sequence[Mapping[str, Any]]) -> list[FieldProblem]:
    found = {problem.pointer: problem for problem in map(_field_problem, reversed(errors))}
    return list(found.values())


def _field_problem(error: Mapping[str, Any]) -> FieldProblem:
    kind: str = error["type"]
    place, *rest = (str(part) for part in error["loc"])
    names = [] if kind == "json_invalid" else rest[:1]
    pointer = "/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in (place, *names))
    code, message = _code_and_message(kind, place, error)
    return FieldProblem(pointer=pointer, code=code, message=message)


def _code_and_message(kind: str, place: str, error: Mapping[str, Any]) -> tuple[str, str]:
    context: Mapping[str, Any] = error.get("ctx", {})
    if kind == "extra_forbidden":
        return "unknown", f"is not a known {'parameter' if place == 'query' else 'field'}"
    if kind == "string_too_short":
        least = context["min_length"]
        return "length", f"must have at least {least} {'character' if least == 1 else 'characters'}"
    if kind == "literal_error":
        return "enum", "must be one of " + ", ".join(re.findall(r"'([^']*)'", context["expected"]))
    if kind in _MESSAGES:
        code, template = _MESSAGES[kind]
        return code, template.format(**context)
    return kind, str(error["msg"])


assert set(_PROBLEMS) == set(get_args(ProblemKind))
