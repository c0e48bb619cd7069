"""The first graph: trials, their companies, conditions and interventions, as rows for parameters."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from seed.companies import Company
from seed.documents import SOURCE
from seed.source import Intervention, TrialRecord, content_hash, partial_date
from seed.text import name_key

Row = dict[str, Any]


@dataclass(frozen=True)
class GraphRows:
    """Everything the graph should hold: nodes by label and one row a trial with its relations."""

    companies: list[Row]
    conditions: list[Row]
    interventions: list[Row]
    trials: list[Row]

    def relation_counts(self) -> dict[str, int]:
        """How many relations of each type the rows describe."""
        return {
            "SPONSORED_BY": len(self.trials),
            "COLLABORATES_WITH": sum(len(row["collaborators"]) for row in self.trials),
            "STUDIES_CONDITION": sum(len(row["conditions"]) for row in self.trials),
            "TESTS_INTERVENTION": sum(len(row["interventions"]) for row in self.trials),
        }


def graph_rows(trials: Iterable[TrialRecord], companies: Mapping[str, Company]) -> GraphRows:
    """Rows for the whole graph. An intervention without a name has no identity and gets no node."""
    rows = [_trial_row(trial, companies) for trial in trials]
    return GraphRows(
        companies=[_company_row(company) for company in companies.values()],
        conditions=_nodes(relation for row in rows for relation in row["conditions"]),
        interventions=_nodes(relation for row in rows for relation in row["interventions"]),
        trials=rows,
    )


def _trial_row(trial: TrialRecord, companies: Mapping[str, Company]) -> Row:
    start = partial_date(trial.start_date)
    row: Row = {
        "nctId": trial.nct_id,
        "properties": {
            "briefTitle": trial.brief_title,
            "overallStatus": trial.overall_status,
            "studyType": trial.study_type,
            "phases": list(trial.phases),
            "phase": "/".join(trial.phases) or None,
            "startDate": start.date if start else None,
            "hasResults": trial.has_results,
            "dataVersion": trial.data_version,
            "source": SOURCE,
        },
        "sponsors": [_company_relation(trial.sponsor.name, trial.sponsor.class_, companies)],
        "collaborators": _distinct(
            _company_relation(other.name, other.class_, companies) for other in trial.collaborators
        ),
        "conditions": _distinct({"key": name_key(name), "name": name} for name in trial.conditions),
        "interventions": _distinct(
            relation for intervention in trial.interventions for relation in _intervention(intervention)
        ),
    }
    return {**row, "contentHash": content_hash(row)}


def _company_relation(name: str, class_: str, companies: Mapping[str, Company]) -> Row:
    return {"key": companies[name_key(name)].company_id, "class": class_}


def _intervention(intervention: Intervention) -> list[Row]:
    if not intervention.name or not name_key(intervention.name):
        return []
    key = f"{intervention.type}:{name_key(intervention.name)}"
    return [{"key": key, "name": intervention.name, "type": intervention.type}]


def _company_row(company: Company) -> Row:
    properties = {key: value for key, value in asdict(company).items() if key in {"name", "aliases"}}
    return {
        "key": company.company_id,
        "properties": {
            **properties,
            "class": company.class_,
            "trialCount": company.trial_count,
            "source": SOURCE,
        },
    }


def _distinct(relations: Iterable[Row]) -> list[Row]:
    return list({relation["key"]: relation for relation in reversed(list(relations))}.values())[::-1]


def _nodes(relations: Iterable[Row]) -> list[Row]:
    """One node a key; of several spellings the first in sort order, so that every run agrees."""
    chosen: dict[str, Row] = {}
    for relation in relations:
        known = chosen.get(relation["key"])
        if known is None or relation["name"] < known["name"]:
            chosen[relation["key"]] = relation
    return [
        {
            "key": key,
            "properties": {**{k: v for k, v in relation.items() if k != "key"}, "source": SOURCE},
        }
        for key, relation in sorted(chosen.items())
    ]
