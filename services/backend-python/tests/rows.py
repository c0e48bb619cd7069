"""Rows as the seeding job stores them."""

from typing import Any

from app.words import words

Row = dict[str, Any]


def nct_id(number: int) -> str:
    return f"NCT{number:08d}"


def trial_row(number: int, **changes: Any) -> Row:
    title = changes.get("briefTitle", f"Trial {number}")
    conditions = changes.get("conditions", ["Heart Failure"])
    start = changes.get("startDate")
    return {
        "_id": nct_id(number),
        "aliases": [],
        "briefTitle": title,
        "overallStatus": "COMPLETED",
        "studyType": "INTERVENTIONAL",
        "phases": ["PHASE2"],
        "startDate": None,
        "primaryCompletionDate": None,
        "completionDate": None,
        "lastUpdateDate": "2020-01-02",
        "allocation": None,
        "masking": None,
        "primaryPurpose": None,
        "enrollment": {"count": 10, "type": None},
        "sponsor": {"companyId": "acme", "name": "Acme", "class": "INDUSTRY"},
        "collaborators": [],
        "conditions": conditions,
        "conditionMeshIds": [],
        "interventions": [{"type": "DRUG", "name": None}],
        "interventionMeshIds": [],
        "arms": [],
        "sex": "ALL",
        "minimumAge": None,
        "maximumAge": None,
        "healthyVolunteers": None,
        "countries": [],
        "hasResults": False,
        "dataVersion": "2026-01-01",
        "query": {
            "words": _search_words(nct_id(number), title, *conditions),
            "conditionWords": _search_words(*conditions),
            "startDate": start["date"] if start else "",
        },
        "version": 1,
        "source": "test",
        "contentHash": "x",
        **changes,
    }


def company_row(company_id: str, **changes: Any) -> Row:
    name = changes.get("name", company_id)
    return {
        "_id": company_id,
        "name": name,
        "nameNorm": name.lower(),
        "aliases": [],
        "class": "INDUSTRY",
        "trialCount": 1,
        "leadTrialCount": 1,
        "collaboratorTrialCount": 0,
        "query": {"words": _search_words(name)},
        **changes,
    }


def _search_words(*texts: str) -> list[str]:
    return sorted({word for text in texts for word in words(text)})
