"""Trials for tests: the smallest valid one, and a way to write files of them."""

import json
from pathlib import Path
from typing import Any

from seed.source import TrialRecord

Raw = dict[str, Any]


def raw_trial(number: int = 1, **changes: Any) -> Raw:
    return {
        "nctId": f"NCT{number:08d}",
        "briefTitle": f"Trial {number}",
        "overallStatus": "COMPLETED",
        "studyType": "INTERVENTIONAL",
        "lastUpdateDate": "2020-01-02",
        "sponsor": {"name": "Acme Pharma", "class": "INDUSTRY"},
        "conditions": ["Heart Failure"],
        "hasResults": False,
        "dataVersion": "2026-02-18",
        **changes,
    }


def trial(number: int = 1, **changes: Any) -> TrialRecord:
    return TrialRecord.model_validate(raw_trial(number, **changes))


def write_lines(path: Path, *lines: Raw | str) -> Path:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path
