"""Trials and companies as documents: what the services answer, plus fields to search and sort by."""

from collections.abc import Mapping
from typing import Any

from seed.companies import Company
from seed.source import Organisation, TrialRecord, content_hash, partial_date
from seed.text import name_key, search_words

SOURCE = "clinicaltrials.gov-sample"

Document = dict[str, Any]


def company_document(company: Company) -> Document:
    """A company; `_id` and `nameNorm` are unique."""
    return _hashed(
        {
            "_id": company.company_id,
            "name": company.name,
            "nameNorm": name_key(company.name),
            "aliases": list(company.aliases),
            "class": company.class_,
            "trialCount": company.trial_count,
            "leadTrialCount": company.lead_trial_count,
            "collaboratorTrialCount": company.collaborator_trial_count,
            "query": {"words": search_words(company.name, *company.aliases)},
            "version": 1,
            "source": SOURCE,
        }
    )


def trial_document(trial: TrialRecord, companies: Mapping[str, Company]) -> Document:
    """A trial. Absent dates sort as empty strings: no store orders or compares nulls alike."""
    start = partial_date(trial.start_date)
    return _hashed(
        {
            "_id": trial.nct_id,
            "aliases": list(trial.nct_id_aliases),
            "briefTitle": trial.brief_title,
            "overallStatus": trial.overall_status,
            "studyType": trial.study_type,
            "phases": list(trial.phases),
            "startDate": _date(trial.start_date),
            "primaryCompletionDate": _date(trial.primary_completion_date),
            "completionDate": _date(trial.completion_date),
            "lastUpdateDate": trial.last_update_date,
            "allocation": trial.allocation,
            "masking": trial.masking,
            "primaryPurpose": trial.primary_purpose,
            "enrollment": trial.enrollment and trial.enrollment.model_dump(),
            "sponsor": _organisation(trial.sponsor, companies),
            "collaborators": [_organisation(other, companies) for other in trial.collaborators],
            "conditions": list(trial.conditions),
            "conditionMeshIds": list(trial.condition_mesh_ids),
            "interventions": [intervention.model_dump() for intervention in trial.interventions],
            "interventionMeshIds": list(trial.intervention_mesh_ids),
            "arms": [{**arm.model_dump(), "interventions": list(arm.interventions)} for arm in trial.arms],
            "sex": trial.sex,
            "minimumAge": trial.minimum_age,
            "maximumAge": trial.maximum_age,
            "healthyVolunteers": trial.healthy_volunteers,
            "countries": list(trial.countries),
            "hasResults": trial.has_results,
            "dataVersion": trial.data_version,
            "query": {
                "words": _trial_words(trial),
                "conditionWords": search_words(*trial.conditions),
                "startDate": start.date if start else "",
            },
            "version": 1,
            "source": SOURCE,
        }
    )


def alias_documents(trial: TrialRecord) -> list[Document]:
    """Obsolete identifiers of a trial, each pointing at the present one."""
    return [
        _hashed({"_id": alias, "nctId": trial.nct_id, "source": SOURCE}) for alias in trial.nct_id_aliases
    ]


def _trial_words(trial: TrialRecord) -> list[str]:
    return search_words(
        trial.nct_id,
        trial.brief_title,
        trial.sponsor.name,
        *trial.conditions,
        *(intervention.name for intervention in trial.interventions),
    )


def _organisation(organisation: Organisation, companies: Mapping[str, Company]) -> Document:
    company = companies[name_key(organisation.name)]
    return {"companyId": company.company_id, "name": organisation.name, "class": organisation.class_}


def _date(text: str | None) -> Document | None:
    parsed = partial_date(text)
    return parsed._asdict() if parsed else None


def _hashed(document: Document) -> Document:
    return {**document, "contentHash": content_hash(document)}
