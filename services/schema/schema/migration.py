"""What a migration is: changes of both stores as data, and what undoing them means."""

from dataclasses import asdict, dataclass, field
from hashlib import sha256
from json import dumps
from typing import Any, Literal, LiteralString

Safety = Literal["safe", "lossy"]


@dataclass(frozen=True)
class Index:
    """An index of a collection."""

    collection: str
    name: str
    keys: tuple[tuple[str, int | str], ...]
    unique: bool = False
    needs: Literal["nothing", "text search"] = "nothing"
    """A server without it goes without the index: its queries scan, and answer the same."""


@dataclass(frozen=True)
class Validator:
    """What the server refuses to store in a collection, where it can refuse anything."""

    collection: str
    rule: dict[str, Any]


@dataclass(frozen=True)
class DocumentChange:
    """What is added to the document store; undoing it takes away exactly that."""

    collections: tuple[str, ...] = ()
    """New ones: they go with all that is in them."""
    indexes: tuple[Index, ...] = ()
    validators: tuple[Validator, ...] = ()


@dataclass(frozen=True)
class GraphChange:
    """Statements for the graph store, each harmless when it is run again."""

    up: tuple[LiteralString, ...] = ()
    down: tuple[LiteralString, ...] = ()


@dataclass(frozen=True)
class Down:
    """What undoing a migration means for the data, and why."""

    safety: Safety
    why: str


@dataclass(frozen=True)
class Migration:
    """One numbered step of the schema. Once released it never changes: a new one follows."""

    number: int
    name: str
    down: Down
    documents: DocumentChange = field(default_factory=DocumentChange)
    graph: GraphChange = field(default_factory=GraphChange)

    @property
    def checksum(self) -> str:
        """Of all that it does, so that a changed one is noticed where it was applied."""
        content = {"documents": asdict(self.documents), "graph": asdict(self.graph)}
        return sha256(dumps(content, sort_keys=True).encode()).hexdigest()
