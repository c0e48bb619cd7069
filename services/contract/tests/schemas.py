"""Reading OpenAPI documents: references resolved, wording and notation that mean nothing removed."""

import json
from pathlib import Path
from typing import Any

CONTRACT: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "openapi.json").read_text(encoding="utf-8")
)
_WORDING = ("title", "description", "summary", "tags")


def normalise(document: dict[str, Any]) -> dict[str, Any]:
    """The paths of a document in the one form that equal contracts share."""
    paths: dict[str, Any] = _normalise(_resolve(document["paths"], document), names=True)
    return paths


def response_schema(target: str, method: str, status: int) -> dict[str, Any] | None:
    """The schema of an answer with a body, as the contract has it; None where it has no such answer."""
    path = target.split("?")[0]
    for template, operations in CONTRACT["paths"].items():
        if _fits(path, template) and method.lower() in operations:
            response = operations[method.lower()]["responses"].get(str(status), {})
            for content in response.get("content", {}).values():
                schema: dict[str, Any] = _resolve(content["schema"], CONTRACT)
                return schema
    return None


def problem_schema() -> dict[str, Any]:
    """The schema of every answer that is not a success."""
    schema: dict[str, Any] = _resolve(CONTRACT["components"]["schemas"]["Problem"], CONTRACT)
    return schema


def _fits(path: str, template: str) -> bool:
    parts, wanted = path.split("/"), template.split("/")
    return len(parts) == len(wanted) and all(
        want.startswith("{") or part == want for part, want in zip(parts, wanted, strict=True)
    )


def _resolve(value: Any, document: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_resolve(part, document) for part in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        name = value["$ref"].removeprefix("#/components/schemas/")
        return _resolve(document["components"]["schemas"][name], document)
    return {key: _resolve(part, document) for key, part in value.items()}


def _normalise(value: Any, *, names: bool = False) -> Any:
    """`names`: the keys are names of our own (paths, properties, statuses), not words of the notation."""
    if isinstance(value, list):
        return sorted((_normalise(part) for part in value), key=lambda part: json.dumps(part, sort_keys=True))
    if not isinstance(value, dict):
        return value
    result = {
        key: _normalise(part, names=key in ("properties", "responses", "content"))
        for key, part in value.items()
        if names or key not in _WORDING
    }
    if names:
        return result
    if "const" in result:
        result["enum"] = [result.pop("const")]
    if "enum" in result:
        result.pop("type", None)
    if result.get("default", ...) in (None, []):
        result.pop("default")
    return result
