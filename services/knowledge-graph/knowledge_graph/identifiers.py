"""CTKG's two spellings: `Study::NCT00000001` in triplets, `StudyID:NCT00000001` in attributes."""

import re

from knowledge_graph.schema import NodeType, find_node_type

_IDENTIFIER = re.compile(r"([A-Za-z]+?)(?:::|ID:)(\S+)")
_NCT = re.compile(r"NCT[0-9]{8}")


class IdentifierError(ValueError):
    """A text that identifies nothing; the message says why."""


def is_identifier(text: str) -> bool:
    """Whether a text has the form of an identifier, of whatever kind of entity."""
    return _IDENTIFIER.fullmatch(text) is not None


def parse_identifier(text: str) -> tuple[NodeType | None, str]:
    """The kind of an entity and its number, from either spelling; no kind where it is not loaded.

    Raises:
        IdentifierError: neither spelling, or a trial that has no number of the registry.
    """
    found = _IDENTIFIER.fullmatch(text)
    if found is None:
        raise IdentifierError(f"{text!r} is neither Type::number nor TypeID:number")
    node_type = find_node_type(found[1])
    if node_type is not None and node_type.name == "Study" and not _NCT.fullmatch(found[2]):
        raise IdentifierError(f"{found[2]!r} is no identifier of a trial")
    return node_type, found[2]
