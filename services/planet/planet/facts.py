"""Reads the adverse-event facts: what each trial planned and what its arms reported."""

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planet.arm import Arm

BUNDLED_FACTS = Path(__file__).resolve().parent.parent / "data" / "adverse-events.ndjson.gz"


class FactsError(Exception):
    """The facts file cannot be used; the message says where and why."""


@dataclass(frozen=True)
class ReportedArm:
    """An arm as it was planned and what was reported of it. Rates are shares of those at risk, 0 to 1."""

    nct_id: str
    completed: str
    arm: Arm
    at_risk: int
    serious_rate: float
    event_rates: Mapping[str, float]


@dataclass(frozen=True)
class Facts:
    """The arms of a facts file, its fingerprint (SHA-256) and the newest date of its records."""

    arms: tuple[ReportedArm, ...]
    sha256: str
    date: str


def read_facts(path: Path) -> Facts:
    """All arms with a denominator of serious events.

    Raises:
        FactsError: a line is not what it should be, or there is no arm at all.
    """
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    arms: list[ReportedArm] = []
    dates: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            trial = json.loads(line)
            arms.extend(_arms(trial))
            dates.append(trial["dataVersion"])
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise FactsError(f"{path}: line {number}: {type(error).__name__}: {error}") from error
    if not arms:
        raise FactsError(f"{path} holds no arm with a number of people at risk")
    return Facts(arms=tuple(arms), sha256=hashlib.sha256(content).hexdigest(), date=max(dates))


def _arms(trial: Mapping[str, Any]) -> Iterator[ReportedArm]:
    rates = _event_rates(trial)
    for index, group in enumerate(trial["groups"]):
        at_risk = group["seriousNumAtRisk"] or 0
        if at_risk <= 0:
            continue
        yield ReportedArm(
            nct_id=trial["nctId"],
            completed=trial.get("primaryCompletionDate", ""),
            arm=_planned_arm(trial, group["title"]),
            at_risk=at_risk,
            serious_rate=(group["seriousNumAffected"] or 0) / at_risk,
            event_rates=rates.get(index, {}),
        )


def _event_rates(trial: Mapping[str, Any]) -> dict[int, dict[str, float]]:
    """By group and term; of a term that is both serious and other, the higher rate counts."""
    rates: dict[int, dict[str, float]] = {}
    for _kind, term, cells in trial["events"]:
        name = " ".join(term.lower().split())
        for group, affected, at_risk in cells:
            if at_risk:
                known = rates.setdefault(group, {})
                known[name] = max(known.get(name, 0.0), affected / at_risk)
    return rates


def _planned_arm(trial: Mapping[str, Any], title: str) -> Arm:
    """The planned arm that the reported group is called after; else the whole trial's interventions."""
    same = (arm for arm in trial.get("arms", ()) if arm["label"].split() == title.split())
    planned: Mapping[str, Any] = next(same, {})
    of_trial = [f"{item['type'].title()}: {item['name'] or ''}" for item in trial.get("interventions", ())]
    return Arm(
        title=trial["briefTitle"],
        label=title,
        type=planned.get("type"),
        interventions=tuple(planned.get("interventions") or of_trial),
        conditions=tuple(trial.get("conditions", ())),
        mesh_ids=(*trial.get("conditionMeshIds", ()), *trial.get("interventionMeshIds", ())),
        phases=tuple(trial.get("phases", ())),
        sex=trial.get("sex"),
        minimum_age=trial.get("minimumAge"),
        maximum_age=trial.get("maximumAge"),
        healthy_volunteers=trial.get("healthyVolunteers"),
        allocation=trial.get("allocation"),
        masking=trial.get("masking"),
        primary_purpose=trial.get("primaryPurpose"),
        sponsor_class=trial.get("sponsorClass"),
    )
