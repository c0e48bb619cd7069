"""Answers whose JSON is already written."""

from fastapi import Response


def json_response(body: str, status_code: int = 200) -> Response:
    """JSON text as it is."""
    return Response(body, status_code=status_code, media_type="application/json; charset=utf-8")
