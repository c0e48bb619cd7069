"""The OpenAPI document, without the error shapes that the framework would add by itself."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.errors import FieldProblem, ProblemDocument

_OPEN_OPERATIONS = frozenset({"getLive", "getReady", "login"})


def describe(app: FastAPI) -> dict[str, Any]:
    """Describes every route of the app, once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas: dict[str, Any] = document["components"]["schemas"]
        for generated in ("HTTPValidationError", "ValidationError"):
            schemas.pop(generated, None)
        schemas["FieldProblem"] = FieldProblem.model_json_schema()
        problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
        problem.pop("$defs")
        schemas["Problem"] = problem
        document["components"]["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        }
        for operations in document["paths"].values():
            for operation in operations.values():
                if operation["operationId"] not in _OPEN_OPERATIONS:
                    operation["security"] = [{"bearer": []}]
        app.openapi_schema = document
    return app.openapi_schema
