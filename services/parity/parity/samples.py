"""Keeps the last differing answers, without anything that could be a secret or about a person."""

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import blake2b
from secrets import token_bytes
from typing import Any
from urllib.parse import parse_qsl

from parity.compare import Difference

_NAMED_DIFFERENCES = 10
_KEY = token_bytes(16)
"""Marks tell equal texts of one run; nobody can try what they stand for."""


class Samples:
    """A ring of the last ones."""

    def __init__(self, most: int) -> None:
        self._kept: deque[dict[str, Any]] = deque(maxlen=most)

    def add(self, endpoint: str, query: str, differences: Iterable[Difference]) -> None:
        """Keeps the endpoint, the parameters' names and where the answers differ; no identifier, no text."""
        found = list(differences)
        self._kept.append(
            {
                "at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "endpoint": endpoint,
                "parameters": sorted({name for name, _ in parse_qsl(query, keep_blank_values=True)}),
                "count": len(found),
                "differences": [
                    {"pointer": d.pointer, "node": disguise(d.node), "python": disguise(d.python)}
                    for d in found[:_NAMED_DIFFERENCES]
                ],
            }
        )

    def latest(self) -> list[dict[str, Any]]:
        """The last one first."""
        return list(reversed(self._kept))


def disguise(value: Any) -> Any:
    """Numbers, true, false, null as they are; of a text its length and a mark; of a structure its kind."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        mark = blake2b(value.encode(), key=_KEY, digest_size=4).hexdigest()
        return f"text of {len(value)} characters, {mark}"
    return "object" if isinstance(value, dict) else "array"
