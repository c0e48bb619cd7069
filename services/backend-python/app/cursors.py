"""Signed cursors: where a page ended, in a form that a caller can carry but not make up."""

import base64
import hashlib
import hmac
import json
from typing import Any

from app.errors import FieldProblem, validation_problem

Position = tuple[str | int, str]


class CursorCodec:
    """Cursors signed with a key that all backends share, so that each can go on where another stopped."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def encode(self, scope: str, position: Position) -> str:
        """`scope` names the list and its order; the cursor is good for nothing else."""
        payload = json.dumps(position, ensure_ascii=False, separators=(",", ":"))
        return self._signed(scope, payload.encode())

    def decode(self, scope: str, cursor: str) -> Position:
        """The position of a cursor that this scope made; anything else is a validation problem."""
        payload = _to_bytes(cursor.partition(".")[0])
        if not hmac.compare_digest(cursor.encode(), self._signed(scope, payload).encode()):
            raise validation_problem(
                [
                    FieldProblem(
                        pointer="/query/cursor",
                        code="cursor",
                        message="is not a cursor of this list and order",
                    )
                ]
            )
        value, identifier = json.loads(payload)
        return value, identifier

    def _signed(self, scope: str, payload: bytes) -> str:
        signature = hmac.new(self._key, f"{scope}\n".encode() + payload, hashlib.sha256).digest()
        return f"{_to_text(payload)}.{_to_text(signature)}"


def _to_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _to_bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""


def sort_value(row: dict[str, Any], field: str) -> str | int:
    """The value at a dotted path of a stored row."""
    value: Any = row
    for part in field.split("."):
        value = value[part]
    if not isinstance(value, str | int):
        raise TypeError(f"{field} of {row['_id']} cannot be sorted by")
    return value
