"""Compares two collections: counts and hashes over all bytes; which documents differ where they do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bson import encode
from bson.raw_bson import RawBSONDocument

from migration.documents import Documents, batches, in_order


@dataclass(frozen=True)
class Content:
    """What a collection holds: the hash is over the bytes of every document, ordered by `_id`."""

    documents: int
    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True)
class Difference:
    """A document that is not the same on both sides."""

    kind: str
    """`missing` in the target, `extra` in the target, `different`."""
    id: Any


def read_content(documents: Documents) -> Content:
    """Reads a collection through once."""
    digest = sha256()
    count = size = 0
    for document in in_order(documents):
        digest.update(document.raw)
        count += 1
        size += len(document.raw)
    return Content(count, size, digest.hexdigest())


def find_differences(source: Documents, target: Documents, batch_size: int) -> Iterator[Difference]:
    """Names what differs; worth its second reading only where hashes are not equal."""
    for mine, theirs in _beside(source, target, batch_size):
        for key, document in mine.items():
            other = theirs.get(key)
            if other is None:
                yield Difference("missing", document["_id"])
            elif other.raw != document.raw:
                yield Difference("different", document["_id"])
    for theirs, mine in _beside(target, source, batch_size):
        yield from (Difference("extra", d["_id"]) for key, d in theirs.items() if key not in mine)


ById = dict[bytes, RawBSONDocument]


def _beside(one: Documents, other: Documents, batch_size: int) -> Iterator[tuple[ById, ById]]:
    """Batches of one collection, each with the documents of the other that have the same `_id`."""
    for batch in batches(in_order(one), batch_size):
        ids = [document["_id"] for document in batch]
        yield _by_id(batch), _by_id(other.find({"_id": {"$in": ids}}))


def _by_id(documents: Iterable[RawBSONDocument]) -> ById:
    return {encode({"_id": document["_id"]}): document for document in documents}
