"""A page of documentation that needs nothing from elsewhere: rendered here, no script, no style sheet."""

from collections.abc import Iterator
from html import escape
from typing import Any

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
code, h2 {{ font-family: ui-monospace, monospace }} h2 {{ font-size: 1.1rem; margin-top: 2rem }}
td, th {{ text-align: left; vertical-align: top; padding: .1rem 1rem .1rem 0 }}
</style></head><body><h1>{title} {version}</h1><p>{description}</p>
<p>The whole description: <a href="/openapi.json">openapi.json</a></p>
{operations}</body></html>
"""


def render_docs(document: dict[str, Any]) -> str:
    """The operations of an OpenAPI document as HTML."""
    info = {key: escape(text) for key, text in document["info"].items()}
    operations = (
        _operation(f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    return _PAGE.format(**info, operations="".join(operations))


def _operation(name: str, operation: dict[str, Any]) -> str:
    access = "Needs a bearer token." if "security" in operation else "Open to all."
    statuses = ", ".join(
        f"{status} {response['description']}" for status, response in operation["responses"].items()
    )
    rows = "".join(_parameter_rows(operation.get("parameters", [])))
    table = f"<table>{rows}</table>" if rows else ""
    return (
        f"<h2>{escape(name)}</h2><p>{escape(operation['summary'])}. {access}</p>"
        f"{table}<p>Answers: {escape(statuses)}</p>"
    )


def _parameter_rows(parameters: list[dict[str, Any]]) -> Iterator[str]:
    for parameter in parameters:
        schema = parameter["schema"]
        kind = schema["type"] if schema["type"] != "array" else "any of"
        values = schema.get("enum") or schema.get("items", {}).get("enum") or []
        default = f", default {schema['default']}" if schema.get("default") not in (None, []) else ""
        text = f"{kind} {', '.join(values)}{default}"
        yield f"<tr><th><code>{escape(parameter['name'])}</code></th><td>{escape(text)}</td></tr>"
