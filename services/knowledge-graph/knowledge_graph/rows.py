"""Turns entities and edges into the rows that are written: keys for CTKG's numbers, every end present."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from knowledge_graph.schema import NODE_TYPES, RELATION_TYPES, NodeType, RelationType
from knowledge_graph.source import Edge, Source

Row = dict[str, Any]


@dataclass(frozen=True)
class NodeRows:
    """All nodes of a label: `{key, properties}`, each key once."""

    node_type: NodeType
    rows: list[Row]


@dataclass(frozen=True)
class RelationRows:
    """All relations of a type: `{head, tail, distinguished?, properties}`, each once."""

    relation: RelationType
    rows: list[Row]


@dataclass(frozen=True)
class GraphRows:
    """Nodes before relations: the order in which they are written."""

    nodes: list[NodeRows]
    relations: list[RelationRows]
    refused: list[str]


def graph_rows(source: Source) -> GraphRows:
    """The rows of everything that was read; edges with an end that is missing are refused."""
    keys = {
        each.name: {
            local: _key(each, local, properties) for local, properties in source.entities[each.name].items()
        }
        for each in NODE_TYPES
    }
    refused: list[str] = []
    return GraphRows(
        nodes=[_node_rows(each, source, keys[each.name]) for each in NODE_TYPES],
        relations=[
            _relation_rows(each, source.edges[each.name], keys=keys, refused=refused)
            for each in RELATION_TYPES
        ],
        refused=refused,
    )


def _key(node_type: NodeType, local: str, properties: dict[str, Any]) -> str:
    """Names that differ only in case and spacing are one thing, as they are for the trials' seed."""
    if node_type.natural_key is None:
        return local
    name = " ".join(str(properties[node_type.natural_key]).split())
    return name if node_type.key == "name" else name.lower()


def _node_rows(node_type: NodeType, source: Source, keys: dict[str, str]) -> NodeRows:
    rows: dict[str, Row] = {}
    for local, properties in source.entities[node_type.name].items():
        rows.setdefault(keys[local], {"key": keys[local], "properties": properties})
    return NodeRows(node_type, list(rows.values()))


def _relation_rows(
    relation: RelationType, edges: Iterable[Edge], *, keys: dict[str, dict[str, str]], refused: list[str]
) -> RelationRows:
    rows: dict[tuple[str, str, object], Row] = {}
    for edge in edges:
        head, tail = keys[relation.head].get(edge.head), keys[relation.tail].get(edge.tail)
        missing = (relation.head, edge.head) if head is None else (relation.tail, edge.tail)
        if head is None or tail is None:
            refused.append(f"{edge.where}: there is no {missing[0]} {missing[1]}")
            continue
        distinguished = _distinguished(relation, edge)
        if relation.distinguished_by and distinguished is None:
            refused.append(f"{edge.where}: its {relation.distinguished_by} is not known")
            continue
        row = {"head": head, "tail": tail, "distinguished": distinguished, "properties": edge.properties}
        rows.setdefault((head, tail, distinguished), row)
    return RelationRows(relation, list(rows.values()))


def _distinguished(relation: RelationType, edge: Edge) -> object:
    return edge.properties.get(relation.distinguished_by) if relation.distinguished_by else None
