"""An arm of a trial as it is planned, and the features that a model sees of it.

Nothing here is known only afterwards: no result, no status, no reason for stopping, no date, no enrolment
(the registry replaces the planned number by the actual one).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Arm:
    """What is planned for one arm; the registry's values, None or empty where it has none."""

    title: str
    label: str
    interventions: tuple[str, ...]
    conditions: tuple[str, ...]
    type: str | None = None
    mesh_ids: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    sex: str | None = None
    minimum_age: str | None = None
    maximum_age: str | None = None
    healthy_volunteers: bool | None = None
    allocation: str | None = None
    masking: str | None = None
    primary_purpose: str | None = None
    sponsor_class: str | None = None


def features(arm: Arm) -> list[str]:
    """The words and word pairs of each text, marked with where they are from, and the structured values.

    What is not said adds nothing: a caller may leave out what the registry always has.
    """
    found = [*_text("title", arm.title), *_text("label", arm.label)]
    for condition in arm.conditions:
        found.extend(_text("condition", condition))
    found.extend(intervention_features(arm))
    found.extend(f"mesh={identifier}" for identifier in arm.mesh_ids)
    found.extend(f"phase={phase}" for phase in arm.phases)
    found.extend(f"{name}={value}" for name, value in _structured(arm) if value is not None)
    return found


def intervention_features(arm: Arm) -> list[str]:
    """The features that say what is given; the registry writes `Drug: name`, and only the name counts."""
    names = [item.split(": ", 1)[-1] for item in arm.interventions]
    return [feature for name in names for feature in _text("intervention", name)]


def _text(place: str, text: str) -> Iterator[str]:
    words = _WORD.findall(text.lower())
    yield from (f"{place}:{word}" for word in words)
    yield from (f"{place}:{first} {second}" for first, second in pairwise(words))


def _structured(arm: Arm) -> Iterator[tuple[str, object]]:
    yield "type", arm.type
    yield "sex", arm.sex
    yield "minimumAge", arm.minimum_age
    yield "maximumAge", arm.maximum_age
    yield "healthyVolunteers", arm.healthy_volunteers
    yield "allocation", arm.allocation
    yield "masking", arm.masking
    yield "primaryPurpose", arm.primary_purpose
    yield "sponsorClass", arm.sponsor_class
