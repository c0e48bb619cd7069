"""Facts for tests: made-up trials whose words tell their labels, so that a model can learn them quickly."""

import json
from pathlib import Path
from typing import Any


def trial(number: int, **changes: Any) -> dict[str, Any]:
    """A trial with two arms: every third trial gives a harsh drug, which harms three in ten people."""
    harsh = number % 3 == 0
    drug = f"Harshimab {number % 5}" if harsh else f"Mildozole {number % 5}"
    affected = 30 if harsh else 2
    year = 2015 + number % 10
    return {
        "nctId": f"NCT{number:08d}",
        "briefTitle": f"Study of {drug}",
        "primaryCompletionDate": f"{year}-06",
        "phases": ["PHASE3" if harsh else "PHASE1"],
        "sponsorClass": "INDUSTRY",
        "conditions": ["Heart Failure"],
        "conditionMeshIds": ["D006333"],
        "interventions": [{"type": "DRUG", "name": drug}, {"type": "DRUG", "name": None}],
        "arms": [{"label": "Treated", "type": "EXPERIMENTAL", "interventions": [f"Drug: {drug}"]}],
        "sex": "ALL",
        "dataVersion": f"2026-01-{1 + number % 28:02d}",
        "groups": [
            {"title": "Treated", "seriousNumAffected": affected, "seriousNumAtRisk": 100},
            {"title": "Follow-up", "seriousNumAffected": affected, "seriousNumAtRisk": 100},
        ],
        "events": [
            ["S", "Nausea", [[0, affected, 100]]],
            ["O", "nausea ", [[0, 5, 100], [1, 5, 100]]],
            ["O", "Headache", [[0, 1, 0]]],
        ],
        **changes,
    }


def write_facts(path: Path, trials: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in trials), encoding="utf-8")
    return path
