"""Decides whether two answers say the same; no I/O."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

IGNORED_FIELDS = frozenset({"requestId", "latencyMs"})
"""Fields that are another's with every request, wherever they stand."""

_RELATIVE = 1e-9


@dataclass(frozen=True)
class Answer:
    """What a backend said. Status 0: it did not answer."""

    status: int
    content_type: str
    body: bytes
    seconds: float

    @property
    def failed(self) -> bool:
        """Whether the backend could not do its work."""
        return self.status == 0 or self.status >= 500


@dataclass(frozen=True)
class Difference:
    """Where two answers differ, and what each has there."""

    pointer: str
    node: Any
    python: Any


@dataclass(frozen=True)
class Verdict:
    """`judged` is false where Node's own answers leave nothing to compare with."""

    judged: bool
    differences: tuple[Difference, ...] = ()


_MISSING = "(missing)"


def judge(node: Answer, again: Answer, python: Answer) -> Verdict:
    """What Python says otherwise than Node; what Node says otherwise when asked again is noise."""
    if node.failed or again.failed or node.status != again.status:
        return Verdict(judged=False)
    if node.status != python.status:
        return Verdict(True, (Difference("(status)", node.status, python.status),))
    noise = {difference.pointer for difference in _answers(node, again)}
    found = tuple(d for d in _answers(node, python) if not _is_below(d.pointer, noise))
    return Verdict(True, found)


def _is_below(pointer: str, noise: set[str]) -> bool:
    return any(pointer == known or pointer.startswith(f"{known}/") for known in noise)


def _answers(one: Answer, other: Answer) -> Iterator[Difference]:
    if one.content_type != other.content_type:
        yield Difference("(content-type)", one.content_type, other.content_type)
    if one.body == other.body:
        return
    try:
        mine, theirs = json.loads(one.body), json.loads(other.body)
    except ValueError:
        yield Difference("(body)", len(one.body), len(other.body))
        return
    yield from _values(mine, theirs, "")


def _values(one: Any, other: Any, pointer: str) -> Iterator[Difference]:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted((one.keys() | other.keys()) - IGNORED_FIELDS):
            at = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            yield from _values(one.get(name, _MISSING), other.get(name, _MISSING), at)
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield Difference(f"{pointer}/(length)", len(one), len(other))
        for index, (mine, theirs) in enumerate(zip(one, other, strict=False)):
            yield from _values(mine, theirs, f"{pointer}/{index}")
    elif not _is_same(one, other):
        yield Difference(pointer, one, other)


def _is_same(one: Any, other: Any) -> bool:
    """`1`, `1.0` and `1e0` are one number; `true` is none."""
    if _is_number(one) and _is_number(other):
        return one == other or math.isclose(one, other, rel_tol=_RELATIVE)
    return type(one) is type(other) and bool(one == other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
