"""What of CTKG is loaded, and as what: one row a kind of node, one row a kind of relation."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "number"]


@dataclass(frozen=True)
class NodeType:
    """A kind of entity in CTKG and its label here.

    `columns` maps CTKG's attributes to properties; an entity with `name` alone may have commas in it.
    `natural_key` says which attribute identifies it; None where CTKG's own identifier does.
    """

    name: str
    label: str
    key: str
    columns: dict[str, tuple[str, Kind]]
    natural_key: str | None = None

    @property
    def is_named(self) -> bool:
        return list(self.columns) == ["name"]


@dataclass(frozen=True)
class RelationType:
    """A kind of relation in CTKG: its ends there, its type here; `columns` are of its attribute file."""

    head: str
    role: str
    tail: str
    type: str
    columns: dict[str, tuple[str, Kind]] = field(default_factory=dict)
    distinguished_by: str | None = None
    """A property that tells two relations of the same ends apart; it has to be known."""

    @property
    def name(self) -> str:
        return f"{self.head}-{self.role}"


_NAME: dict[str, tuple[str, Kind]] = {"name": ("name", "text")}

NODE_TYPES = (
    NodeType(
        "Study",
        "Trial",
        "nctId",
        {
            "brief_title": ("briefTitle", "text"),
            "overall_status": ("overallStatus", "text"),
            "phase": ("phase", "text"),
            "start_date": ("startDate", "text"),
            "study_type": ("studyType", "text"),
        },
    ),
    NodeType("DrugTerm", "Drug", "key", _NAME, natural_key="name"),
    NodeType("Condition", "Condition", "key", _NAME, natural_key="name"),
    NodeType("AdverseEvent", "AdverseEvent", "termNorm", _NAME, natural_key="name"),
    NodeType("Organ", "OrganClass", "name", _NAME, natural_key="name"),
    NodeType(
        "EventGroup",
        "EventGroup",
        "groupId",
        {
            "title": ("title", "text"),
            "serious_affected": ("seriousAffected", "number"),
            "serious_at_risk": ("seriousAtRisk", "number"),
            "other_affected": ("otherAffected", "number"),
            "other_at_risk": ("otherAtRisk", "number"),
        },
    ),
    NodeType("DropGroup", "DropGroup", "groupId", {"title": ("title", "text")}),
    NodeType(
        "Period",
        "Period",
        "periodId",
        {
            "title": ("title", "text"),
            "started": ("started", "number"),
            "completed": ("completed", "number"),
        },
    ),
    NodeType(
        "DropRecord",
        "DropRecord",
        "recordId",
        {"reason": ("reason", "text"), "count": ("count", "number")},
    ),
)

RELATION_TYPES = (
    RelationType("Study", "StudiedDrug", "DrugTerm", "STUDIES_DRUG"),
    RelationType("Study", "UsedDrug", "DrugTerm", "USES_DRUG"),
    RelationType("Study", "Condition", "Condition", "STUDIES_CONDITION"),
    RelationType("Study", "EventGroup", "EventGroup", "HAS_EVENT_GROUP"),
    RelationType("DrugTerm", "EventGroup", "EventGroup", "GIVEN_IN"),
    RelationType(
        "EventGroup",
        "AdverseEvent",
        "AdverseEvent",
        "REPORTED_AE",
        {
            "type": ("kind", "text"),
            "original_term": ("originalTerm", "text"),
            "num_affected": ("affected", "number"),
            "num_participants": ("atRisk", "number"),
        },
        distinguished_by="kind",
    ),
    RelationType("AdverseEvent", "Organ", "Organ", "IN_ORGAN"),
    RelationType("Study", "DropGroup", "DropGroup", "HAS_DROP_GROUP"),
    RelationType("DropGroup", "Period", "Period", "IN_PERIOD"),
    RelationType("Period", "DropRecord", "DropRecord", "HAS_DROP_RECORD"),
)


def find_node_type(name: str) -> NodeType | None:
    """By CTKG's name in any case."""
    return _NODES.get(name.lower())


def find_relation_type(name: str) -> RelationType | None:
    """By CTKG's name in any case."""
    return _RELATIONS.get(name.lower())


# Names that occur for the same thing: other versions of the schema, and slips of the pen in it.
_ALIASES = {"drug": "drugterm", "term": "drugterm", "droprecrod": "droprecord"}
_NODES = {each.name.lower(): each for each in NODE_TYPES}
_NODES.update({alias: _NODES[name] for alias, name in _ALIASES.items()})
_RELATIONS = {each.name.lower(): each for each in RELATION_TYPES}
