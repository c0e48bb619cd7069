"""Reads the files of a CTKG folder.

    ctkg.tsv                                  head TAB relation TAB tail
    attributes/<type>_attribute.txt           identifier, attributes; a header where there are several
    relations/<head>-<tail>_attribute.txt     header head,tail,…; the attributes of relations

Each may be compressed (`.gz`). A bad line is refused with its file and number and stops nothing.
"""

import csv
import gzip
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from knowledge_graph.identifiers import IdentifierError, is_identifier, parse_identifier
from knowledge_graph.schema import (
    NODE_TYPES,
    RELATION_TYPES,
    Kind,
    NodeType,
    RelationType,
    find_relation_type,
)

Value = str | int
Properties = dict[str, Value]


class SourceError(Exception):
    """The folder cannot be used at all."""


@dataclass(frozen=True)
class Edge:
    """A relation between two entities as the files name them, and where it stands."""

    head: str
    tail: str
    where: str
    properties: Properties = field(default_factory=dict)


@dataclass
class Source:
    """What the files hold: entities by kind and number, edges by relation, what was refused or left out."""

    fingerprint: str
    entities: dict[str, dict[str, Properties]]
    edges: dict[str, list[Edge]]
    refused: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def read_source(folder: Path) -> Source:
    """Everything in a folder.

    Raises:
        SourceError: it has no triplets.
    """
    triplets = _find(folder / "ctkg.tsv")
    if triplets is None:
        raise SourceError(f"{folder} has no ctkg.tsv (nor ctkg.tsv.gz)")
    files = [triplets, *_files(folder / "attributes"), *_files(folder / "relations")]
    source = Source(
        fingerprint=_fingerprint(folder, files),
        entities={each.name: {} for each in NODE_TYPES},
        edges={each.name: [] for each in RELATION_TYPES},
    )
    for node_type in NODE_TYPES:
        path = _find(folder / "attributes" / f"{node_type.name.lower()}_attribute.txt")
        if path is not None:
            _read_entities(path, node_type, source)
    _read_triplets(triplets, source)
    for relation in RELATION_TYPES:
        path = _find(folder / "relations" / f"{relation.head}-{relation.tail}_attribute.txt".lower())
        if path is not None and relation.columns:
            _read_attributes(path, relation, source)
    return source


def _read_entities(path: Path, node_type: NodeType, source: Source) -> None:
    entities = source.entities[node_type.name]
    header = list(node_type.columns)
    for number, fields in _rows(path, limit=1 if node_type.is_named else None):
        if number == 1 and not is_identifier(fields[0]):
            header = fields[1:]
            continue
        where = f"{path.name}:{number}"
        try:
            found, local = parse_identifier(fields[0])
            if found is not node_type:
                raise ValueError(f"{fields[0]!r} is no {node_type.name}")
            if local in entities:
                raise ValueError(f"{fields[0]!r} occurs twice")
            properties = _properties(dict(zip(header, fields[1:], strict=False)), node_type.columns)
            if node_type.natural_key and not str(properties.get(node_type.natural_key, "")).strip():
                raise ValueError(f"{fields[0]!r} has no {node_type.natural_key}")
        except ValueError as error:
            source.refused.append(f"{where}: {error}")
            continue
        entities[local] = properties


def _read_triplets(path: Path, source: Source) -> None:
    for number, line in enumerate(_lines(path), start=1):
        where = f"{path.name}:{number}"
        parts = line.rstrip("\n").split("\t")
        if len(parts) != 3:
            source.refused.append(f"{where}: {len(parts)} columns instead of head, relation, tail")
            continue
        relation = find_relation_type(parts[1])
        if relation is None:
            source.left_out[parts[1]] += 1
            continue
        try:
            edge = Edge(_end(parts[0], relation.head), _end(parts[2], relation.tail), where)
        except ValueError as error:
            source.refused.append(f"{where}: {error}")
            continue
        source.edges[relation.name].append(edge)


def _read_attributes(path: Path, relation: RelationType, source: Source) -> None:
    """Replaces the relation's bare edges by those with attributes; a bare one that has none is refused."""
    bare = {(edge.head, edge.tail): edge for edge in source.edges[relation.name]}
    edges: list[Edge] = []
    header: list[str] = []
    for number, fields in _rows(path, limit=None):
        if number == 1:
            header = fields
            continue
        where = f"{path.name}:{number}"
        try:
            row = dict(zip(header, fields, strict=True))
            ends = _end(row["head"], relation.head), _end(row["tail"], relation.tail)
            if ends not in bare:
                raise ValueError(f"{row['head']} and {row['tail']} are not related in the triplets")
            edges.append(Edge(*ends, where, _properties(row, relation.columns)))
        except (ValueError, KeyError) as error:
            source.refused.append(f"{where}: {error}")
    known = {(edge.head, edge.tail) for edge in edges}
    source.refused.extend(
        f"{edge.where}: has no row in {path.name}" for ends, edge in bare.items() if ends not in known
    )
    source.edges[relation.name] = edges


def _end(text: str, expected: str) -> str:
    node_type, local = parse_identifier(text)
    if node_type is None or node_type.name != expected:
        raise IdentifierError(f"{text!r} is no {expected}")
    return local


def _properties(row: dict[str, str], columns: dict[str, tuple[str, Kind]]) -> Properties:
    """The known columns with something in them; numbers as such."""
    found: Properties = {}
    for column, (name, kind) in columns.items():
        text = row.get(column, "").strip()
        if not text:
            continue
        if kind == "number" and not text.isdecimal():
            raise ValueError(f"{column} is {text!r}, not a whole number")
        found[name] = int(text) if kind == "number" else text
    return found


def _rows(path: Path, *, limit: int | None) -> Iterator[tuple[int, list[str]]]:
    """Lines with their fields; with a limit only so many commas separate, and quotes mean nothing."""
    if limit is not None:
        for number, line in enumerate(_lines(path), start=1):
            yield number, line.rstrip("\n").split(",", limit)
        return
    reader = csv.reader(_lines(path))
    for fields in reader:
        yield reader.line_num, fields


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _find(path: Path) -> Path | None:
    candidates = (path, path.with_name(f"{path.name}.gz"))
    return next((each for each in candidates if each.is_file()), None)


def _lines(path: Path) -> Iterator[str]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
            yield from stream
    else:
        with path.open(encoding="utf-8", newline="") as stream:
            yield from stream


def _fingerprint(folder: Path, files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(folder)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
